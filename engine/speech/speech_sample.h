#pragma once

#include "engine/base/clock.h"
#include "engine/base/result.h"
#include "engine/speech/text_to_speech.h"

#include <QByteArray>
#include <QObject>

#include <memory>

namespace engine::speech {

/// A few spoken words for loudspeakers. The sound has been through the telephone's 8 kHz mu-law, as a callee hears it,
/// and is then given at a rate every sound card plays.
struct SpeechSample
{
    static constexpr int kRateHz = 48'000;
    QByteArray pcm; ///< 16-bit samples of this machine's byte order, mono
    bool operator==(const SpeechSample &) const = default;
};

/// One sample being spoken. finished() comes once, then the job deletes itself; deleting it earlier cancels. Engine
/// thread.
class SpeechSampleJob : public QObject
{
    Q_OBJECT
public:
    /// @param voice  the job's own from now on. @param clock  outlives the job
    SpeechSampleJob(std::unique_ptr<TextToSpeech> voice, const QString &text, Clock &clock, QObject *parent);
    ~SpeechSampleJob() override;

signals:
    void finished(const engine::Result<engine::speech::SpeechSample> &sample);

private:
    void finish(const Result<SpeechSample> &sample);

    std::unique_ptr<TextToSpeech> m_voice;
    std::unique_ptr<Timer> m_deadline;
    QByteArray m_mulaw;
    bool m_over = false;
};

} // namespace engine::speech
