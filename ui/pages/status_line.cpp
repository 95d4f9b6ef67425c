#include "ui/pages/status_line.h"

#include <QLabel>

namespace ui::pages {

StatusLine::StatusLine(QWidget *parent) : QStatusBar(parent)
{
    m_listening = new QLabel(this);
    m_news = new QLabel(this);
    m_callCount = new QLabel(this);
    addWidget(m_listening);
    addWidget(m_news, 1);
    addPermanentWidget(m_callCount);
    setSizeGripEnabled(false);
}

void StatusLine::setFacts(const models::DeskFacts &facts)
{
    m_maxCalls = facts.maxCalls;
    m_listening->setText(!facts.trouble.isEmpty() ? facts.trouble
                         : facts.listeningOn.isEmpty()
                             ? tr("Starting …")
                             : tr("Listening on %1").arg(QUrl(facts.listeningOn).authority()));
    showCallCount();
}

void StatusLine::setLiveCalls(int count)
{
    m_live = count;
    showCallCount();
}

void StatusLine::showNews(const QString &sentence)
{
    m_news->setText(sentence);
}

void StatusLine::showCallCount()
{
    m_callCount->setText(m_maxCalls > 0 ? tr("%1 of %2 calls", "live calls, most at once").arg(m_live).arg(m_maxCalls)
                                        : QString());
}

} // namespace ui::pages
