#pragma once

#include "ui/models/engine_link.h"
#include "ui/models/vendor_health.h"

#include <QStatusBar>

class QLabel;

namespace ui::pages {

/// The bottom line: where the server listens, how the vendors do, the last thing that happened outside any call, how
/// many calls run.
class StatusLine : public QStatusBar
{
    Q_OBJECT
public:
    explicit StatusLine(QWidget *parent = nullptr);

    void setFacts(const models::DeskFacts &facts);
    void setVendors(const models::VendorHealth::Vendors &vendors);
    void setLiveCalls(int count);
    void showNews(const QString &sentence);

private:
    void showCallCount();
    void showVendors();

    models::VendorHealth::Vendors m_health{};
    QString m_modelVendor;
    int m_live = 0;
    int m_maxCalls = 0;
    QLabel *m_listening = nullptr;
    std::array<QLabel *, 3> m_vendors{};
    QLabel *m_news = nullptr;
    QLabel *m_callCount = nullptr;
};

} // namespace ui::pages
