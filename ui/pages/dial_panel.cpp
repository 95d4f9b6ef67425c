#include "ui/pages/dial_panel.h"

#include "ui/format/number_text.h"
#include "ui/theme.h"
#include "ui/widgets/from_box.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/name_value_rows.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/pill.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui::pages {

using engine::NumberProblem;

namespace {

/// A button with the keys that press it drawn at its end.
class KeyCapButton : public QPushButton
{
public:
    KeyCapButton(const QString &text, const QString &keys, QWidget *parent) : QPushButton(text, parent), m_keys(keys) {}

protected:
    void paintEvent(QPaintEvent *event) override
    {
        QPushButton::paintEvent(event);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setFont(fontOf(metrics::kSmallFont));
        const int capWidth = painter.fontMetrics().horizontalAdvance(m_keys) + 12;
        const QRect cap = QStyle::visualRect(layoutDirection(), rect(),
                                             QRect(width() - capWidth - 12, (height() - 18) / 2, capWidth, 18));
        const int wordEnd = (width() + fontMetrics().horizontalAdvance(text())) / 2;
        if (wordEnd + capWidth + 16 > width())
            return;
        painter.setPen(palette().color(QPalette::ButtonText));
        painter.drawRoundedRect(QRectF(cap).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        painter.drawText(cap, Qt::AlignCenter, m_keys);
    }

private:
    QString m_keys;
};

} // namespace

DialPanel::DialPanel(const Theme &theme, models::RecentNumbers &recent, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_recent(recent)
{
    setObjectName(u"dialPanel"_s);
    setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metrics::kCard, metrics::kCard, metrics::kCard, metrics::kCard);
    layout->setSpacing(6);
    const auto makeLabel = [this](const QString &text, QWidget *buddy) {
        auto *label = new QLabel(text, this);
        label->setProperty("role", u"label"_s);
        label->setBuddy(buddy);
        return label;
    };

    m_number = new widgets::NumberField(this);
    m_number->setObjectName(u"toNumber"_s);
    m_number->setPlaceholderText(tr("Number"));
    m_number->setAccessibleName(tr("Number to call"));
    m_number->setToolTip(tr("Type or paste a number; text around it does no harm (Ctrl+N)"));
    m_recentMenu = new QMenu(this);
    m_recentMenu->setObjectName(u"recentMenu"_s);
    m_recentButton = new QPushButton(tr("Recent"), this);
    m_recentButton->setObjectName(u"recentButton"_s);
    m_recentButton->setFlat(true);
    m_recentButton->setToolTip(tr("Numbers dialed last (↓ in the number field)"));
    m_recentButton->setMenu(m_recentMenu);
    QSizePolicy place = m_recentButton->sizePolicy();
    place.setRetainSizeWhenHidden(true); // the first call must not move what is below
    m_recentButton->setSizePolicy(place);
    auto *numberHead = new QHBoxLayout;
    numberHead->addWidget(makeLabel(tr("C&all"), m_number), 1);
    numberHead->addWidget(m_recentButton);
    layout->addLayout(numberHead);
    layout->addWidget(m_number);
    m_numberHint = new QLabel(this);
    m_numberHint->setProperty("tone", u"bad"_s);
    m_numberHint->setWordWrap(true);
    m_numberHint->hide();
    layout->addWidget(m_numberHint);
    layout->addSpacing(4);

    m_from = new widgets::FromBox(theme, this);
    m_from->setObjectName(u"fromNumber"_s);
    m_from->setAccessibleName(tr("Number the call comes from"));
    m_from->setToolTip(tr("The caller id: a number of your account"));
    layout->addWidget(makeLabel(tr("&From"), m_from));
    layout->addWidget(m_from);
    layout->addSpacing(4);

    m_data = new widgets::NameValueRows(this);
    layout->addWidget(makeLabel(tr("&What the agent knows"), m_data));
    layout->addWidget(m_data);
    layout->addSpacing(6);

    m_dial = new KeyCapButton(tr("Dial"), tr("Ctrl+Enter"), this);
    m_dial->setObjectName(u"dialButton"_s);
    m_dial->setToolTip(tr("Place the call (Ctrl+Enter)"));
    m_dial->setCursor(Qt::PointingHandCursor);
    layout->addWidget(m_dial);
    m_state = new QLabel(this);
    m_state->setObjectName(u"dialState"_s);
    m_state->setProperty("role", u"small"_s);
    m_state->setWordWrap(true);
    m_state->hide();
    layout->addWidget(m_state);

    m_errorCard = new QFrame(this);
    m_errorCard->setObjectName(u"errorCard"_s);
    auto *card = new QHBoxLayout(m_errorCard);
    card->setContentsMargins(10, 8, 4, 8);
    card->setSpacing(4);
    m_error = new QLabel(m_errorCard);
    m_error->setObjectName(u"dialError"_s);
    m_error->setWordWrap(true);
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse);
    card->addWidget(m_error, 1);
    m_errorRead = new QPushButton(m_errorCard);
    m_errorRead->setFlat(true);
    m_errorRead->setAccessibleName(tr("Put this message away"));
    m_errorRead->setToolTip(tr("Put this message away"));
    card->addWidget(m_errorRead, 0, Qt::AlignTop);
    m_errorCard->hide();
    layout->addWidget(m_errorCard);

    connect(m_number, &widgets::NumberField::entryChanged, this, [this] {
        m_complain = false;
        updateHint();
        updateButton();
    });
    connect(m_number, &QLineEdit::editingFinished, this, [this] {
        m_complain = !m_number->text().isEmpty();
        updateHint();
    });
    connect(m_number, &QLineEdit::returnPressed, m_from, qOverload<>(&QWidget::setFocus));
    connect(m_number, &widgets::NumberField::choiceAsked, m_recentButton, [this] {
        if (m_recentButton->isVisible())
            m_recentButton->showMenu();
    });
    connect(m_recentMenu, &QMenu::aboutToShow, this, &DialPanel::fillRecentMenu);
    connect(&recent, &models::RecentNumbers::changed, this,
            [this] { m_recentButton->setVisible(!m_recent.numbers().isEmpty()); });
    m_recentButton->setVisible(!recent.numbers().isEmpty());
    connect(m_dial, &QPushButton::clicked, this, &DialPanel::dial);
    connect(m_errorRead, &QPushButton::clicked, m_errorCard, &QWidget::hide);
    connect(&theme, &Theme::changed, this, &DialPanel::applyTheme);
    applyTheme();
    updateButton();
}

void DialPanel::applyTheme()
{
    m_errorRead->setIcon(widgets::icon(u"close"_s, m_theme.tokens().bad));
}

void DialPanel::fillRecentMenu()
{
    m_recentMenu->clear();
    for (const QString &number : m_recent.numbers()) {
        const QString text = format::numberText(number, m_facts.homeRegion);
        m_recentMenu->addAction(text, this, [this, text] {
            setNumber(text);
            focusNumber();
        });
    }
    m_recentMenu->addSeparator();
    m_recentMenu->addAction(tr("Forget these numbers"), &m_recent, &models::RecentNumbers::clear);
}

void DialPanel::setFacts(const models::DeskFacts &facts)
{
    m_facts = facts;
    m_number->setHomeRegion(facts.homeRegion);
    showOwnNumbers();
    updateButton();
}

void DialPanel::showOwnNumbers()
{
    const auto asText = [this](const QString &number) { return format::numberText(number, m_facts.homeRegion); };
    QList<widgets::FromBox::Number> numbers;
    for (const auto &own : m_facts.readiness.ownNumbers) {
        // A number nobody named is called by itself.
        const auto nameAsNumber = engine::readNumberEntry(own.name, m_facts.homeRegion).number;
        const bool named = !nameAsNumber || nameAsNumber->value() != own.number;
        numbers.append({asText(own.number), named ? own.name : QString()});
    }
    const QString usual = m_facts.fromNumber.isEmpty() ? QString() : asText(m_facts.fromNumber);
    const bool listed =
        std::any_of(numbers.cbegin(), numbers.cend(), [&usual](const auto &number) { return number.text == usual; });
    if (!listed && !usual.isEmpty())
        numbers.prepend({usual, {}});
    m_from->setNumbers(numbers, usual);
}

void DialPanel::setNumber(const QString &text)
{
    m_number->setNumberText(text);
}

void DialPanel::focusNumber()
{
    m_number->setFocus(Qt::ShortcutFocusReason);
    m_number->selectAll();
}

void DialPanel::updateHint()
{
    const engine::NumberEntry &entry = m_number->entry();
    // Missing and short are what every number is on its way to being one.
    const bool onTheWay = entry.problem == NumberProblem::Missing || entry.problem == NumberProblem::TooShort ||
                          entry.problem == NumberProblem::NoCountry;
    const bool wrong = !entry.number && (m_complain || !onTheWay);
    m_numberHint->setVisible(wrong);
    m_numberHint->setText(wrong ? format::problemText(entry.problem, entry.region) : QString());
    m_number->setToolTip(wrong ? m_numberHint->text()
                               : tr("Type or paste a number; text around it does no harm (Ctrl+N)"));
    widgets::setStyleProperty(m_number, "trouble", wrong);
}

void DialPanel::updateButton()
{
    widgets::setStyleProperty(m_dial, "ready", m_facts.readyToDial() && m_number->entry().number && !m_dialing);
    widgets::setStyleProperty(m_dial, "production", m_facts.environment == engine::config::Environment::Production);
    m_dial->setText(m_facts.environment == engine::config::Environment::Production ? tr("Dial · PRODUCTION")
                                                                                   : tr("Dial"));
    m_dial->setEnabled(!m_dialing);
    m_state->setVisible(m_dialing);
}

void DialPanel::showError(const QString &sentence)
{
    m_error->setText(sentence);
    m_errorCard->show();
}

void DialPanel::dial()
{
    if (m_dialing)
        return;
    const engine::NumberEntry entry = m_number->entry();
    if (!entry.number) {
        m_complain = true;
        updateHint();
        focusNumber();
        return;
    }
    if (m_data->hasNamelessValue()) {
        showError(tr("A value under “What the agent knows” has no name. Give it one, or clear it."));
        return;
    }
    engine::DialRequest request;
    request.to = entry.number->value();
    request.environment = m_facts.environment;
    request.customData = m_data->values();
    if (const QString from = m_from->currentText().trimmed(); !from.isEmpty()) {
        const engine::NumberEntry fromEntry = engine::readNumberEntry(from, m_facts.homeRegion);
        if (!fromEntry.number) {
            showError(tr("From: %1").arg(format::problemText(fromEntry.problem, fromEntry.region)));
            m_from->setFocus();
            return;
        }
        request.from = fromEntry.number->value();
    }
    m_errorCard->hide();
    m_dialing = true;
    m_recent.add(request.to);
    m_state->setText(tr("Asking the phone network to call %1 …").arg(m_number->text()));
    updateButton();
    emit dialAsked(request);
}

void DialPanel::setAnswer(const engine::Result<engine::CallSid> &sid)
{
    m_dialing = false;
    updateButton();
    if (!sid)
        showError(sid.error().message);
}

} // namespace ui::pages
