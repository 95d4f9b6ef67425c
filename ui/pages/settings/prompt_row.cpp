#include "ui/pages/settings/prompt_row.h"

#include "ui/models/settings_model.h"
#include "ui/theme.h"
#include "ui/widgets/pill.h"
#include "ui/widgets/variable_highlighter.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace ui::pages {

namespace {

constexpr auto kPause = 250ms;
constexpr int kHeight = 280;
constexpr qsizetype kMostNamed = 12; // variables listed by name

} // namespace

PromptRow::PromptRow(const SettingField &field, models::SettingsModel &model, const Theme &theme, QWidget *parent)
    : SettingRow(field, model, parent), m_edit(new QPlainTextEdit(this)), m_preview(new QPlainTextEdit(this)),
      m_previewButton(new QPushButton(tr("Preview"), this)), m_variables(new QLabel(this)), m_place(new QLabel(this))
{
    for (QPlainTextEdit *text : {m_edit, m_preview}) {
        text->setFixedHeight(kHeight);
        text->setTabChangesFocus(true);
    }
    m_highlighter = new widgets::VariableHighlighter(m_edit->document(), theme);
    addEditor(m_edit);
    addEditor(m_preview);
    m_preview->hide();
    m_preview->setReadOnly(true);
    m_preview->setObjectName(u"promptPreview"_s);
    m_preview->setAccessibleName(tr("The prompt as a call would have it"));

    auto *under = new QWidget(this);
    auto *line = new QHBoxLayout(under);
    line->setContentsMargins(0, 0, 0, 0);
    m_variables->setObjectName(u"promptVariables"_s);
    m_variables->setProperty("role", u"small"_s);
    m_variables->setWordWrap(true);
    m_previewButton->setCheckable(true);
    m_previewButton->setAutoDefault(false);
    m_previewButton->setObjectName(u"promptPreviewButton"_s);
    m_previewButton->setToolTip(tr("The prompt with a sample value for each variable"));
    line->addWidget(m_variables, 1);
    line->addWidget(m_previewButton, 0, Qt::AlignTop);
    addBelow(under);
    m_place->setObjectName(u"promptPlace"_s);
    m_place->setProperty("role", u"small"_s);
    m_place->setWordWrap(true);
    addBelow(m_place);

    m_typed.setSingleShot(true);
    m_typed.setInterval(kPause);
    connect(&m_typed, &QTimer::timeout, this, &PromptRow::takeText);
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        if (m_loading)
            return;
        if (!m_typed.isActive()) // the first key counts at once: it lets one save
            takeText();
        m_typed.start();
    });
    connect(m_previewButton, &QPushButton::toggled, this, &PromptRow::setPreview);
    connect(&model, &models::SettingsModel::settling, this, [this] {
        if (m_typed.isActive())
            takeText();
    });
    connect(&model, &models::SettingsModel::edited, this, [this](const QString &name) {
        if (name != this->field().name)
            return;
        if (!m_takingText)
            showValue();
        showAbout();
    });
    begin();
}

void PromptRow::takeText()
{
    m_typed.stop();
    // Not toPlainText(): it would turn every non-breaking space into a common one.
    QString text = m_edit->document()->toRawText();
    text.replace(QChar::ParagraphSeparator, u'\n');
    m_takingText = true;
    model().setPrompt(text);
    m_takingText = false;
}

void PromptRow::showValue()
{
    m_typed.stop();
    m_loading = true;
    m_edit->setPlainText(model().prompt().text());
    m_loading = false;
    setPreview(m_previewButton->isChecked());
    showAbout();
}

void PromptRow::showAbout()
{
    const models::PromptDraft &prompt = model().prompt();
    QStringList names = models::variablesIn(prompt.text());
    const qsizetype more = names.size() - kMostNamed;
    names = names.mid(0, kMostNamed);
    m_variables->setText(names.isEmpty() ? tr("No variables yet: write {{customer_name}} where the call’s data goes.")
                         : more > 0      ? tr("Variables: %1 and %2 more").arg(names.join(u", "_s)).arg(more)
                                         : tr("Variables: %1").arg(names.join(u", "_s)));
    m_place->setVisible(!prompt.file().isEmpty());
    m_place->setText(prompt.fileIsNew() ? tr("Saving makes the file %1.").arg(prompt.file())
                                        : tr("This is the text of %1; saving writes that file.").arg(prompt.file()));
    if (m_preview->isVisibleTo(this))
        setPreview(true);
}

void PromptRow::setPreview(bool on)
{
    if (on) {
        if (m_typed.isActive())
            takeText();
        m_preview->setPlainText(models::previewOf(model().prompt().text(), {{u"customer_name"_s, tr("Robin")}}));
    }
    m_edit->setVisible(!on);
    m_preview->setVisible(on);
}

void PromptRow::setEditable(bool editable)
{
    widgets::setStyleProperty(m_edit, "readOnly", !editable);
}

QString PromptRow::lockedBecause() const
{
    return model().promptLockedBecause();
}

} // namespace ui::pages
