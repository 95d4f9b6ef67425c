#pragma once

#include "engine/base/clock.h"
#include "engine/base/ids.h"
#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/practice/create_faults.h"
#include "engine/practice/media_beat.h"
#include "engine/practice/vendor_simulators.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>

namespace engine::practice {

/// The line dies in the middle of its calls, refuses every connection for a while, and comes back.
struct Outage
{
    std::chrono::seconds after{0}; ///< the start
    std::chrono::seconds lasts{0};
    bool forgets = false; ///< comes back without the calls it had
};

/// What the practice line is told on its command line, or by the program it runs in.
struct PracticeOptions
{
    quint16 port = 0; ///< 0: any free one
    VendorLatency latency;
    quint64 seed = 1;
    QString accountSid = QStringLiteral("AC70726163746963650000000000000001");
    Secret authToken{QByteArrayLiteral("practice-line-auth-token")};
    QStringList ownNumbers;       ///< E.164; empty: calls may be made from any possible number
    double callsPerSecond = 30.0; ///< calls beyond it stay queued longer
    std::vector<CreateFault> createFaults; ///< of the requests that create calls, in turn and again from the first
    std::optional<Outage> outage;
};

/// The whole practice line: the simulated carrier, callees and vendors behind one loopback port.
///
/// Makes everything it consists of on the thread that calls start(), so it may be moved to a thread of its own before
/// that; it is to be destroyed there too. Several may live side by side.
class PracticeLine : public QObject
{
    Q_OBJECT
public:
    explicit PracticeLine(PracticeOptions options, QObject *parent = nullptr);
    ~PracticeLine() override;

    /// Besides what the wire protocols have, `GET /practice/stats` tells how many calls there are, how punctual the
    /// beat was (who measures with the practice line must know its own part in a delay) and what the callees
    /// experienced; `DELETE` begins to count anew.
    ///
    /// Once. @return the port on 127.0.0.1 that now answers, or the server's Error
    [[nodiscard]] Result<quint16> start();

    const PracticeOptions &options() const { return m_options; }
    int liveCalls() const;
    /// How punctual the 20 ms beat of the calls has been.
    BeatLateness lateness() const;

private:
    struct Parts;
    Result<quint16> open(quint16 port);
    void goAway();
    void comeBack(quint16 port);

    PracticeOptions m_options;
    std::unique_ptr<Parts> m_parts;
    SystemClock m_clock;
    std::unique_ptr<Timer> m_goAway;
    std::unique_ptr<Timer> m_comeBack;
};

} // namespace engine::practice
