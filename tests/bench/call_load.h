#pragma once

#include <QElapsedTimer>
#include <QJsonObject>
#include <QMap>
#include <QNetworkAccessManager>
#include <QObject>
#include <QSet>
#include <QStringList>
#include <QTimer>
#include <QUrl>
#include <QWebSocket>

#include <vector>

namespace bench {

/// One `agent.turn` event: an answer and where its time went.
struct TurnSample
{
    double totalMs = 0; ///< 0: nobody asked for it
    QMap<QString, double> stepsMs;
    QString rule;
    double clearMs = -1; ///< -1: nobody spoke into it
    double step(const QString &name) const { return stepsMs.value(name, 0.0); }
};

/// Keeps a number of calls going at a server, as any user of its HTTP interface could, and collects what it says about
/// them.
class CallLoad : public QObject
{
    Q_OBJECT
public:
    /// @param numbers  dialed in turn
    CallLoad(const QUrl &server, const QStringList &numbers);

    /// Follows /api/events. @return false when the server does not let us
    bool follow();
    /// From now on so many calls: dials at most `perSecond`, again for each call that ends.
    void keep(int calls, double perSecond);
    /// Dials no more and ends the calls there are.
    void stop();

    /// Answered and not over.
    int talking() const { return static_cast<int>(m_talking.size()); }
    int underWay() const { return m_dialing + static_cast<int>(m_calls.size()); }
    /// Time spent in calls so far, of all calls together.
    double callSeconds() const;

    /// Forgets the samples so far; what is measured from now on counts.
    void restart();
    std::vector<TurnSample> turns;
    std::vector<double> firstAudioMs; ///< from the stream's start to the agent's first sound, per call
    std::vector<double> roundTripsMs; ///< of GET /healthz, ten a second: how soon the server gets round to anything
    QMap<QString, int> incidents;     ///< "fault/code" and how often
    QMap<QString, int> ends;          ///< "status/reason" and how often
    int refused = 0;                  ///< dials the server did not accept

private:
    void dialNext();
    void probe();
    void take(const QJsonObject &event);
    void count();

    QUrl m_server;
    QStringList m_numbers;
    QNetworkAccessManager m_http;
    QWebSocket m_events;
    QTimer m_dialTimer;
    QTimer m_probeTimer;
    QElapsedTimer m_clock;
    int m_wanted = 0;
    int m_dialed = 0;
    int m_dialing = 0;
    bool m_probing = false;
    QSet<QString> m_calls; ///< known by their events
    QSet<QString> m_talking;
    double m_callSeconds = 0;
    double m_countedAt = 0;
};

} // namespace bench
