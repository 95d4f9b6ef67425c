#include "engine/speech/speech_sample.h"

#include "engine/audio/mulaw.h"
#include "engine/audio/resampler.h"
#include "engine/audio/telephone_audio.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace engine::speech {

namespace {

constexpr int kContext = 1;
constexpr auto kPatience = 15s;
constexpr qsizetype kMostBytes = 60 * audio::kTelephoneRateHz; // a minute: a sample, not a speech

Result<SpeechSample> forLoudspeakers(const QByteArray &mulaw)
{
    const std::vector<std::int16_t> telephone = audio::fromMulaw(mulaw);
    const auto samples = audio::resample<std::int16_t>(telephone, audio::kTelephoneRateHz, SpeechSample::kRateHz);
    if (!samples)
        return tl::unexpected(samples.error());
    return SpeechSample{QByteArray(reinterpret_cast<const char *>(samples->data()),
                                   static_cast<qsizetype>(samples->size() * sizeof(std::int16_t)))};
}

} // namespace

SpeechSampleJob::SpeechSampleJob(std::unique_ptr<TextToSpeech> voice, const QString &text, Clock &clock,
                                 QObject *parent)
    : QObject(parent), m_voice(std::move(voice)), m_deadline(clock.makeTimer([this] {
          finish(failure(Fault::Vendor, u"sample_timeout"_s,
                         u"The speech vendor sent no whole sample in time. Try again in a moment."_s));
      }))
{
    const TextToSpeech *source = m_voice.get();
    connect(source, &TextToSpeech::audio, this, [this](int, const QByteArray &mulaw) {
        m_mulaw.append(mulaw.first(std::min(mulaw.size(), kMostBytes - m_mulaw.size())));
    });
    connect(source, &TextToSpeech::finished, this, [this] {
        finish(m_mulaw.isEmpty() ? failure(Fault::Vendor, u"sample_empty"_s, u"The speech vendor sent no sound."_s)
                                 : forLoudspeakers(m_mulaw));
    });
    connect(source, &TextToSpeech::contextFailed, this,
            [this](int, const Error &error) { finish(tl::unexpected(error)); });
    connect(source, &TextToSpeech::lost, this, [this](const Error &error) { finish(tl::unexpected(error)); });
    m_deadline->start(kPatience);
    m_voice->speak(kContext, text);
    m_voice->finish(kContext);
}

SpeechSampleJob::~SpeechSampleJob() = default;

void SpeechSampleJob::finish(const Result<SpeechSample> &sample)
{
    if (std::exchange(m_over, true))
        return;
    m_deadline->stop();
    emit finished(sample);
    deleteLater(); // the voice, whose signal may have led here, goes with it
}

} // namespace engine::speech
