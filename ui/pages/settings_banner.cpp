#include "ui/pages/settings_banner.h"

#include "ui/theme.h"
#include "ui/widgets/pill.h"

#include <QHBoxLayout>
#include <QLabel>

using namespace Qt::StringLiterals;

namespace ui::pages {

SettingsBanner::SettingsBanner(QWidget *parent) : QFrame(parent), m_news(new QLabel(this))
{
    setObjectName(u"settingsBanner"_s);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(metrics::kCard, 7, metrics::kCard, 7);
    m_news->setObjectName(u"settingsNews"_s);
    m_news->setWordWrap(true);
    layout->addWidget(m_news);
    hide();
}

void SettingsBanner::show(const models::DeskFacts &facts, int liveCalls)
{
    QString news;
    if (!facts.settingsTrouble.isEmpty())
        news = tr("The settings are saved but cannot be used: %1 Dialdesk goes on with those it had.")
                   .arg(facts.settingsTrouble);
    else if (facts.settingsWaiting && liveCalls == 1)
        news = tr("The settings are saved and take effect when the live call is over.");
    else if (facts.settingsWaiting && liveCalls > 1)
        news = tr("The settings are saved and take effect when the %n live calls are over.", nullptr, liveCalls);
    m_news->setText(news);
    widgets::setStyleProperty(this, "tone", facts.settingsTrouble.isEmpty() ? u"news"_s : u"bad"_s);
    setVisible(!news.isEmpty());
}

} // namespace ui::pages
