#include "ui/pages/status_line.h"

#include "ui/format/time_text.h"
#include "ui/widgets/pill.h"

#include <QLabel>

using namespace Qt::StringLiterals;

namespace ui::pages {

using models::VendorHealth;

StatusLine::StatusLine(QWidget *parent) : QStatusBar(parent)
{
    m_listening = new QLabel(this);
    for (QLabel *&vendor : m_vendors) {
        vendor = new QLabel(this);
        vendor->hide();
    }
    m_news = new QLabel(this);
    m_callCount = new QLabel(this);
    addWidget(m_listening);
    for (QLabel *vendor : m_vendors)
        addWidget(vendor);
    addWidget(m_news, 1);
    addPermanentWidget(m_callCount);
    setSizeGripEnabled(false);
}

void StatusLine::setFacts(const models::DeskFacts &facts)
{
    m_maxCalls = facts.maxCalls;
    m_modelVendor = facts.modelVendor;
    m_listening->setText(!facts.trouble.isEmpty() ? facts.trouble
                         : facts.listeningOn.isEmpty()
                             ? tr("Starting …")
                             : tr("Listening on %1").arg(QUrl(facts.listeningOn).authority()));
    showCallCount();
    showVendors();
}

void StatusLine::setVendors(const VendorHealth::Vendors &vendors)
{
    m_health = vendors;
    showVendors();
}

void StatusLine::showVendors()
{
    const std::array names = {u"Deepgram"_s, m_modelVendor, u"Cartesia"_s};
    for (size_t part = 0; part < m_health.size(); ++part) {
        const VendorHealth::Vendor &vendor = m_health[part];
        QString words;
        QString tone;
        switch (vendor.state) {
        case VendorHealth::State::Unknown:
            break;
        case VendorHealth::State::Ok:
            words = tr("%1 ok", "a vendor").arg(names[part]);
            break;
        case VendorHealth::State::Slow:
            words = tr("%1 slow (p95 %2)", "a vendor, a time").arg(names[part], format::inSeconds(vendor.p95Ms));
            tone = u"warn"_s;
            break;
        case VendorHealth::State::Trouble:
            words = tr("%1 in trouble", "a vendor").arg(names[part]);
            tone = u"bad"_s;
            break;
        }
        m_vendors[part]->setText(words);
        m_vendors[part]->setToolTip(vendor.trouble);
        m_vendors[part]->setVisible(!words.isEmpty());
        widgets::setStyleProperty(m_vendors[part], "tone", tone);
    }
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
