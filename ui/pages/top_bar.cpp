#include "ui/pages/top_bar.h"

#include "ui/theme.h"
#include "ui/widgets/environment_switch.h"
#include "ui/widgets/icons.h"

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
    m_address->setToolTip(tr("The public address of this server. Click to copy it."));
    layout->addWidget(title);
    layout->addWidget(m_environment);
    layout->addWidget(m_readiness);
    layout->addStretch(1);
    layout->addWidget(m_address);

    connect(m_environment, &widgets::EnvironmentSwitch::asked, this, &TopBar::environmentAsked);
    connect(m_readiness, &QPushButton::clicked, this, &TopBar::readinessAsked);
    connect(m_address, &QPushButton::clicked, this, &TopBar::addressCopyAsked);
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

void TopBar::applyTheme()
{
    m_address->setIcon(widgets::icon(u"copy"_s, m_theme.tokens().muted));
    showReadiness();
    showAddress();
}

void TopBar::showReadiness()
{
    const Tokens &t = m_theme.tokens();
    const QStringList obstacles = m_facts.obstacles();
    const bool starting = m_facts.trouble.isEmpty() && (!m_facts.started || m_facts.listeningOn.isEmpty());
    if (starting) {
        m_readiness->setText(tr("Starting …"));
        m_readiness->setIcon(widgets::icon(u"queued"_s, t.muted));
        m_readiness->setToolTip({});
    } else if (obstacles.isEmpty()) {
        m_readiness->setText(tr("Ready to dial"));
        m_readiness->setIcon(widgets::icon(u"talking"_s, t.live));
        m_readiness->setToolTip(tr("All settings calls need are there."));
    } else {
        m_readiness->setText(m_facts.trouble.isEmpty() ? tr("Not ready: %1 missing").arg(obstacles.size())
                                                       : tr("Not working"));
        m_readiness->setIcon(widgets::icon(u"failed"_s, t.bad));
        m_readiness->setToolTip(obstacles.join(u'\n'));
    }
}

void TopBar::showAddress()
{
    m_address->setText(m_facts.publicAddress.toString());
    m_address->setVisible(!m_narrow && !m_facts.publicAddress.isEmpty());
}

} // namespace ui::pages
