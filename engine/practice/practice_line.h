#pragma once

#include "engine/base/clock.h"
#include "engine/base/ids.h"
#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/practice/media_beat.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <memory>

namespace engine::practice {

/// What the practice line is told on its command line, or by the program it runs in.
struct PracticeOptions
{
    quint16 port = 0; ///< 0: any free one
    std::chrono::milliseconds sttLatency{300};
    std::chrono::milliseconds llmLatency{350};
    std::chrono::milliseconds ttsLatency{120};
    quint64 seed = 1;
    QString accountSid = QStringLiteral("AC70726163746963650000000000000001");
    Secret authToken{QByteArrayLiteral("practice-line-auth-token")};
    QStringList ownNumbers;       ///< E.164; empty: calls may be made from any possible number
    double callsPerSecond = 30.0; ///< calls beyond it stay queued longer
};

/// The whole practice line: the simulated carrier, callees and vendors behind one loopback port.
///
/// Lives on the thread that made it, wholly; several may live side by side. Needs an event loop.
class PracticeLine : public QObject
{
    Q_OBJECT
public:
    explicit PracticeLine(PracticeOptions options, QObject *parent = nullptr);
    ~PracticeLine() override;

    /// Once. @return the port on 127.0.0.1 that now answers, or the server's Error
    [[nodiscard]] Result<quint16> start();

    const PracticeOptions &options() const { return m_options; }
    int liveCalls() const;
    /// How punctual the 20 ms beat of the calls has been.
    BeatLateness lateness() const;

private:
    struct Parts;
    PracticeOptions m_options;
    std::unique_ptr<Parts> m_parts;
};

} // namespace engine::practice
