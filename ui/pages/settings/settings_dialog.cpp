#include "ui/pages/settings/settings_dialog.h"

#include "ui/models/engine_link.h"
#include "ui/models/settings_model.h"
#include "ui/pages/settings/prompt_row.h"
#include "ui/pages/settings/secret_row.h"
#include "ui/pages/settings/value_rows.h"
#include "ui/pages/settings/voice_row.h"
#include "ui/theme.h"
#include "ui/widgets/icons.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui::pages {

namespace {

constexpr int kListWidth = 176;
constexpr int kColumnWidth = 600;
constexpr int kMargin = 2 * metrics::kCard;

} // namespace

SettingsDialog::SettingsDialog(models::SettingsModel &model, models::EngineLink &link, const Theme &theme,
                               QWidget *parent)
    : QDialog(parent), m_model(model), m_link(link), m_theme(theme)
{
    setObjectName(u"settingsDialog"_s);
    setWindowTitle(tr("Settings"));
    resize(kListWidth + kColumnWidth + 2 * kMargin + 16, 720);
    setMinimumSize(560, 420);
    const auto read = m_model.reload();

    m_list = new QListWidget(this);
    m_list->setObjectName(u"settingsSections"_s);
    m_list->setAccessibleName(tr("Sections"));
    m_list->setFixedWidth(kListWidth);
    m_pages = new QStackedWidget(this);
    for (const SettingsSection &section : settingsSections())
        addSection(section);

    auto *columns = new QHBoxLayout;
    columns->setSpacing(0);
    columns->addWidget(m_list);
    columns->addWidget(m_pages, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(columns, 1);
    layout->addWidget(makeFoot());

    connect(m_list, &QListWidget::currentRowChanged, m_pages, &QStackedWidget::setCurrentIndex);
    connect(&m_model, &models::SettingsModel::edited, this, &SettingsDialog::onEdited);
    connect(&m_model, &models::SettingsModel::reloaded, this, &SettingsDialog::onEdited);
    connect(&m_model, &models::SettingsModel::checked, this, &SettingsDialog::onChecked);
    connect(&m_model, &models::SettingsModel::saved, this, &SettingsDialog::accept);
    connect(&m_model, &models::SettingsModel::savingChanged, this, &SettingsDialog::onSaving);
    connect(&m_model, &models::SettingsModel::secretPlaceChanged, this, &SettingsDialog::showPlace);
    connect(&m_theme, &Theme::changed, this, &SettingsDialog::onChecked);
    m_list->setCurrentRow(0);
    m_list->setFocus();
    onEdited();
    onChecked();
    if (!read)
        showTrouble({read.error().message});
}

void SettingsDialog::addSection(const SettingsSection &section)
{
    auto *item = new QListWidgetItem(section.title, m_list);
    item->setSizeHint({0, 36});

    auto *scroll = new QScrollArea(m_pages);
    scroll->setObjectName(section.id + u"Section"_s);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto *page = new QWidget(scroll);
    page->setObjectName(u"settingsPage"_s);
    auto *outer = new QHBoxLayout(page);
    outer->setContentsMargins(kMargin, kMargin - metrics::kStep, kMargin, kMargin);
    auto *column = new QWidget(page);
    column->setMaximumWidth(kColumnWidth);
    outer->addWidget(column, 1);
    outer->addStretch(0);

    auto *rows = new QVBoxLayout(column);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(metrics::kCard + metrics::kStep);
    auto *heading = new QVBoxLayout;
    heading->setSpacing(metrics::kStep);
    auto *title = new QLabel(section.title, column);
    title->setProperty("role", u"number"_s);
    auto *intro = new QLabel(section.intro, column);
    intro->setProperty("role", u"muted"_s);
    intro->setWordWrap(true);
    heading->addWidget(title);
    heading->addWidget(intro);
    rows->addLayout(heading);

    std::vector<SettingRow *> made;
    for (const SettingField &field : section.fields) {
        SettingRow *row = makeRow(field, column);
        rows->addWidget(row);
        made.push_back(row);
    }
    rows->addStretch(1);
    scroll->setWidget(page);
    m_pages->addWidget(scroll);
    m_rows.push_back(made);
}

SettingRow *SettingsDialog::makeRow(const SettingField &field, QWidget *parent)
{
    switch (field.kind) {
    case FieldKind::Secret:
        return new SecretRow(field, m_model, nullptr, parent);
    case FieldKind::Key:
        return new SecretRow(field, m_model, &m_link, parent);
    case FieldKind::Choice:
        return new ChoiceRow(field, m_model, m_theme, parent);
    case FieldKind::Tools:
        return new ToolsRow(field, m_model, parent);
    case FieldKind::Prompt:
        return new PromptRow(field, m_model, m_theme, parent);
    case FieldKind::Voice:
        return new VoiceRow(field, m_model, m_link, parent);
    case FieldKind::Text:
        break;
    }
    return new TextRow(field, m_model, parent);
}

QWidget *SettingsDialog::makeFoot()
{
    auto *foot = new QWidget(this);
    foot->setObjectName(u"settingsFoot"_s);
    foot->setAttribute(Qt::WA_StyledBackground);
    auto *rows = new QVBoxLayout(foot);
    rows->setContentsMargins(metrics::kCard, 12, metrics::kCard, 12);
    rows->setSpacing(12);
    m_troubleCard = new QFrame(foot);
    m_troubleCard->setObjectName(u"errorCard"_s);
    auto *card = new QVBoxLayout(m_troubleCard);
    m_trouble = new QLabel(m_troubleCard);
    m_trouble->setObjectName(u"settingsTrouble"_s);
    m_trouble->setWordWrap(true);
    m_trouble->setTextInteractionFlags(Qt::TextSelectableByMouse);
    card->addWidget(m_trouble);
    m_troubleCard->hide();
    rows->addWidget(m_troubleCard);

    auto *line = new QHBoxLayout;
    line->setSpacing(metrics::kStep * 2);
    m_place = new QLabel(foot);
    m_place->setObjectName(u"settingsPlace"_s);
    m_place->setProperty("role", u"small"_s);
    m_place->setWordWrap(true);
    auto *cancel = new QPushButton(tr("Cancel"), foot);
    cancel->setObjectName(u"cancelSettings"_s);
    cancel->setAutoDefault(false);
    m_save = new QPushButton(tr("Save"), foot);
    m_save->setObjectName(u"saveSettings"_s);
    m_save->setProperty("primary", true);
    m_save->setToolTip(tr("Save (Ctrl+S)"));
    m_save->setShortcut(QKeySequence::Save);
    m_save->setDefault(true);
    line->addWidget(m_place, 1);
    line->addWidget(cancel);
    line->addWidget(m_save);
    rows->addLayout(line);
    connect(cancel, &QPushButton::clicked, this, &SettingsDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &SettingsDialog::save);
    return foot;
}

void SettingsDialog::showSetting(const QString &name)
{
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        for (SettingRow *row : m_rows[i])
            if (row->field().name == name) {
                m_list->setCurrentRow(static_cast<int>(i));
                row->focusEditor();
                static_cast<QScrollArea *>(m_pages->widget(static_cast<int>(i)))->ensureWidgetVisible(row);
            }
}

void SettingsDialog::showWhatApplies()
{
    for (const auto &section : m_rows)
        for (SettingRow *row : section) {
            const auto &[name, word] = row->field().onlyWith;
            const QString value = m_model.value(name).isEmpty() ? m_model.defaultValue(name) : m_model.value(name);
            const bool applies = name.isEmpty() || value.compare(word, Qt::CaseInsensitive) == 0;
            row->setVisible(applies || !m_model.problemOf(row->field().name).isEmpty());
        }
}

void SettingsDialog::onEdited()
{
    showWhatApplies();
    m_save->setEnabled(m_model.isChanged() && !m_model.isSaving());
    showPlace();
}

void SettingsDialog::showPlace()
{
    if (m_model.isSaving()) {
        m_place->setText(tr("Waiting for %1; it may ask you for its password.").arg(m_model.secretPlace()));
        return;
    }
    const QString file = m_model.fileExists()
                             ? tr("Kept in %1, readable for you alone.").arg(m_model.file())
                             : tr("Saving makes the file %1, readable for you alone.").arg(m_model.file());
    m_place->setText(m_model.secretPlace().isEmpty() ? file
                                                     : tr("%1 New keys go into %2.").arg(file, m_model.secretPlace()));
}

void SettingsDialog::onSaving()
{
    const bool saving = m_model.isSaving();
    m_pages->setEnabled(!saving);
    onEdited();
    if (!saving && m_model.isChanged()) // it did not come to an end
        showSetting(m_model.firstProblem());
}

void SettingsDialog::onChecked()
{
    showWhatApplies();
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const bool wrong = std::any_of(m_rows[i].begin(), m_rows[i].end(), [this](const SettingRow *row) {
            return !m_model.problemOf(row->field().name).isEmpty();
        });
        QListWidgetItem *item = m_list->item(static_cast<int>(i));
        item->setIcon(wrong ? widgets::icon(u"failed"_s, m_theme.tokens().bad) : QIcon());
        item->setData(Qt::AccessibleDescriptionRole, wrong ? tr("Something here is wrong") : QString());
    }
    showTrouble(m_model.otherProblems());
}

void SettingsDialog::showTrouble(const QStringList &sentences)
{
    m_trouble->setText(sentences.join(u'\n'));
    m_troubleCard->setVisible(!sentences.isEmpty());
}

void SettingsDialog::save()
{
    if (!m_model.save())
        showSetting(m_model.firstProblem());
}

void SettingsDialog::reject()
{
    m_model.settle();
    if (!m_model.isChanged()) {
        QDialog::reject();
        return;
    }
    auto *box = new QMessageBox(this);
    box->setObjectName(u"discardConfirmation"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("Discard the changes?"));
    box->setText(u"<b>%1</b>"_s.arg(box->windowTitle()));
    box->setInformativeText(tr("What you changed here has not been saved."));
    QPushButton *discard = box->addButton(tr("Discard"), QMessageBox::DestructiveRole);
    QPushButton *stay = box->addButton(tr("Go on editing"), QMessageBox::RejectRole);
    box->setDefaultButton(stay);
    box->setEscapeButton(stay);
    connect(discard, &QPushButton::clicked, this, [this] { QDialog::reject(); });
    box->open();
}

} // namespace ui::pages
