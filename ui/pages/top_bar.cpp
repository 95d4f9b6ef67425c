#include "ui/pages/top_bar.h"

#include "ui/format/time_text.h"
#include "ui/theme.h"
#include "ui/widgets/environment_switch.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/pill.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace ui::pages {

TopBar::TopBar(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setObjectName(u"topBar"_s);
    setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(metrics::kCard, 9, metrics::kCard, 10);
    layout->setSpacing(metrics::kCard);
    auto *title = new QLabel(tr("Dialdesk"), this);
    title->setProperty("role", u"title"_s);
    m_environment = new widgets::EnvironmentSwitch(this);
    m_readiness = new QPushButton(this);
    m_readiness->setObjectName(u"readinessLight"_s);
    m_address = new QPushButton(this);
    m_address->setObjectName(u"publicAddress"_s);
    m_address->setLayoutDirection(Qt::RightToLeft); // the sign stands behind the words
    layout->addWidget(title);
    layout->addWidget(m_environment);
    layout->addWidget(m_readiness);
    layout->addStretch(1);
    layout->addWidget(m_address);
    m_history = new QPushButton(tr("History"), this);
    m_history->setObjectName(u"historyButton"_s);
    m_history->setProperty("role", u"round"_s);
    m_history->setCheckable(true);
    m_history->setToolTip(tr("All calls, of earlier days too (Ctrl+H)"));
    auto *settings = new QPushButton(tr("Settings"), this);
    settings->setObjectName(u"settingsButton"_s);
    settings->setProperty("role", u"round"_s);
    settings->setToolTip(tr("Keys, voices, what the agent is told (Ctrl+,)"));
    layout->addWidget(m_history);
    layout->addWidget(settings);
    connect(m_history, &QPushButton::clicked, this, &TopBar::historyAsked);
    connect(settings, &QPushButton::clicked, this, &TopBar::settingsAsked);

    connect(m_environment, &widgets::EnvironmentSwitch::asked, this, &TopBar::environmentAsked);
    connect(m_readiness, &QPushButton::clicked, this, &TopBar::readinessAsked);
    connect(m_address, &QPushButton::clicked, this, [this] {
        if (m_facts.publicAddress.isEmpty())
            emit readinessAsked();
        else
            emit addressCopyAsked();
    });
    connect(&theme, &Theme::changed, this, &TopBar::applyTheme);
    applyTheme();
}

void TopBar::setFacts(const models::DeskFacts &facts)
{
    m_facts = facts;
    m_environment->setProduction(facts.environment == engine::config::Environment::Production);
    m_environment->setEnabled(facts.started);
    showReadiness();
    showAddress();
}

void TopBar::setNarrow(bool narrow)
{
    m_narrow = narrow;
    showAddress();
}

void TopBar::setHistoryShown(bool shown)
{
    m_history->setChecked(shown);
}

void TopBar::applyTheme()
{
    showReadiness();
    showAddress();
}

QWidget *TopBar::readinessLight() const
{
    return m_readiness;
}

void TopBar::showReadiness()
{
    const Tokens &t = m_theme.tokens();
    const format::Light light = m_facts.light();
    QString icon = u"queued"_s;
    QColor color = t.muted;
    switch (light.tone) {
    case format::Light::Tone::Quiet:
        break;
    case format::Light::Tone::Live:
        icon = u"talking"_s;
        color = t.live;
        break;
    case format::Light::Tone::Warn:
        icon = u"warning"_s;
        color = t.warn;
        break;
    case format::Light::Tone::Bad:
        icon = u"failed"_s;
        color = t.bad;
        break;
    }
    m_readiness->setText(light.text);
    m_readiness->setIcon(widgets::icon(icon, color));
    const QStringList obstacles = m_facts.obstacles();
    m_readiness->setToolTip(obstacles.isEmpty() ? tr("Everything calls need, and when it was checked")
                                                : obstacles.join(u'\n'));
    m_readiness->setAccessibleDescription(obstacles.join(u' '));
    widgets::setStyleProperty(m_readiness, "tone", light.tone == format::Light::Tone::Bad ? u"bad"_s : QString());
}

void TopBar::showAddress()
{
    const QString address = m_facts.publicAddress.toString();
    const auto check = m_facts.addressCheck();
    const bool lost = check && check->state == engine::checks::CheckState::Bad;
    QString text = address;
    QString toolTip;
    if (address.isEmpty())
        text = check ? tr("No public address") : QString();
    else if (lost)
        text = tr("%1 · lost since %2").arg(address, format::shortTime(check->since.toLocalTime()));
    if (lost)
        toolTip = check->sentence + u'\n';
    else if (m_facts.practice)
        toolTip = tr("The practice line reaches this server here.") + u'\n';
    else if (m_facts.addressConfigured)
        toolTip = tr("The public address, as LOCAL_SERVER_URL says.") + u'\n';
    else if (!address.isEmpty())
        toolTip = tr("The public address, found by asking ngrok.") + u'\n';
    toolTip += address.isEmpty() ? tr("Click to see what to do.") : tr("Click to copy it.");

    m_address->setText(text);
    m_address->setToolTip(toolTip);
    m_address->setAccessibleDescription(toolTip);
    m_address->setIcon(address.isEmpty() ? QIcon() : widgets::icon(u"copy"_s, m_theme.tokens().muted));
    widgets::setStyleProperty(m_address, "tone", lost ? u"bad"_s : QString());
    m_address->setVisible(!m_narrow && !text.isEmpty());
}

} // namespace ui::pages
