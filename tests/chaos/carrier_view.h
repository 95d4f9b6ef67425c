#pragma once

#include <QDateTime>
#include <QHash>
#include <QNetworkAccessManager>
#include <QObject>
#include <QSet>
#include <QString>
#include <QTimer>
#include <QUrl>

#include <vector>

class QNetworkReply;

namespace chaos {

/// A call as the carrier lists it.
struct CarrierCall
{
    QString sid;
    QString to;
    QString from;
    QString status;
    double seconds = 0;
    bool isLive() const;
};

/// Looks at the carrier's own list of calls and at the server's list of its live ones, four times a second, and
/// measures how long calls are live that the running server does not hold.
class CarrierView : public QObject
{
    Q_OBJECT
public:
    CarrierView(const QUrl &carrier, const QString &account, const QByteArray &token, const QUrl &server);

    /// The server runs (again) from now on. Whatever is live by then is held by nobody: it belongs to an earlier run.
    void serverStarted();
    void serverKilled();
    /// Whether the carrier's list has been read since the server was killed.
    bool hasLooked() const { return m_hasLooked; }

    const std::vector<CarrierCall> &calls() const { return m_calls; }
    QSet<QString> statesAtKills; ///< the states some call was in when the server was killed
    void noteStates();
    /// Calls that are live and not held.
    int ghosts() const { return static_cast<int>(m_unheldSince.size()); }
    double longestGhostSeconds() const { return m_longest; } ///< from the restart, or its appearance if that was later
    double slowestRestartSeconds() const { return m_slowest; } ///< from a restart until its last ghost was over

private:
    void look();
    void takeCarrier(QNetworkReply *reply);
    void takeServer(QNetworkReply *reply);
    void compare(const QSet<QString> &held);

    QUrl m_carrier;
    QByteArray m_authorization;
    QUrl m_server;
    QNetworkAccessManager m_http;
    QTimer m_timer;
    std::vector<CarrierCall> m_calls;
    QHash<QString, QDateTime> m_unheldSince;
    QSet<QString> m_orphans; // live when the server started
    QDateTime m_startedAt;
    bool m_isRunning = false;
    bool m_isLooking = false;
    bool m_hasLooked = false;
    double m_longest = 0;
    double m_slowest = 0;
};

} // namespace chaos
