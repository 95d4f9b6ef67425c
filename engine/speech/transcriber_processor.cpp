#include "engine/speech/transcriber_processor.h"

#include "engine/speech/mulaw_time.h"
#include "engine/speech/speech_log.h"

#include <algorithm>
#include <utility>

namespace engine::speech {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using pipeline::Frame;
using pipeline::Transcript;
using std::chrono::milliseconds;

namespace {

/// Audio is sent again in pieces of this size: vendors take 20 to 250 ms a message.
constexpr qint64 kReplayPieceBytes = mulawBytes(100ms);

} // namespace

TranscriberProcessor::TranscriberProcessor(std::unique_ptr<SpeechToText> transcriber, Clock &clock,
                                           TranscriberSettings settings)
    : Processor(u"transcriber"_s), m_transcriber(std::move(transcriber)), m_clock(clock),
      m_settings(std::move(settings)), m_retry(clock.makeTimer([this] { m_transcriber->open(); }))
{
    connect(m_transcriber.get(), &SpeechToText::ready, this, &TranscriberProcessor::onReady);
    connect(m_transcriber.get(), &SpeechToText::transcript, this, &TranscriberProcessor::onTranscript);
    connect(m_transcriber.get(), &SpeechToText::lost, this, &TranscriberProcessor::onLost);
}

TranscriberProcessor::~TranscriberProcessor() = default;

void TranscriberProcessor::start()
{
    m_retry->stop();
    m_running = true;
    m_everReady = false;
    m_attempts = 0;
    m_lossCause.reset();
    m_transcriber->open();
}

void TranscriberProcessor::stop()
{
    m_retry->stop();
    m_running = false;
    m_finalizeOwed = false;
    m_transcriber->close();
}

void TranscriberProcessor::downstream(const Frame &frame)
{
    if (const auto *audio = std::get_if<pipeline::CalleeAudio>(&frame)) {
        onAudio(audio->mulaw);
        return;
    }
    if (const auto *edge = std::get_if<pipeline::VoiceEdge>(&frame))
        onVoiceEdge(*edge);
    pushDownstream(frame);
}

void TranscriberProcessor::onAudio(const QByteArray &mulaw)
{
    if (mulaw.isEmpty())
        return;
    m_recent += mulaw;
    m_heard += mulaw.size();
    // Twice the bound before the old half goes, so that not every frame moves the memory.
    const qint64 bound = mulawBytes(m_settings.replay);
    if (m_recent.size() > 2 * bound)
        m_recent.remove(0, m_recent.size() - bound);

    if (!isReady())
        return;
    m_waiting += mulaw.size();
    if (m_attentive || endsTurns() || m_waiting >= mulawBytes(m_settings.quietMessage))
        sendWaiting();
}

void TranscriberProcessor::sendWaiting()
{
    if (const qint64 waiting = std::exchange(m_waiting, 0); waiting > 0)
        m_transcriber->sendAudio(m_recent.last(waiting));
}

void TranscriberProcessor::onVoiceEdge(const pipeline::VoiceEdge &edge)
{
    switch (edge.kind) {
    case pipeline::VoiceEdge::Kind::Stopped:
        m_attentive = false;
        m_finalizeOwed = m_running;
        if (isReady()) {
            sendWaiting();
            m_transcriber->finalize();
        }
        return;
    case pipeline::VoiceEdge::Kind::Started:
        m_finalizeOwed = false; // the next stop asks anew
        m_attentive = true;
        return;
    case pipeline::VoiceEdge::Kind::Onset:
        m_attentive = true;
        return;
    case pipeline::VoiceEdge::Kind::Dropped:
        m_attentive = false;
        return;
    }
}

void TranscriberProcessor::onReady()
{
    if (!m_running)
        return;
    m_readySince = m_clock.now();
    const bool first = !std::exchange(m_everReady, true);
    const std::optional<Error> cause = std::exchange(m_lossCause, std::nullopt);
    const qint64 unsettled = std::min<qint64>(m_heard - m_settled, mulawBytes(m_settings.replay));

    replayUnsettled();
    if (!m_transcriber->isReady()) // lost again while sending; onLost() has taken over
        return;
    if (m_finalizeOwed)
        m_transcriber->finalize();

    if (cause) {
        const auto gap = std::chrono::duration_cast<milliseconds>(m_clock.now() - m_lostAt);
        pushUpstream(
            pipeline::Incident{{cause->fault, u"stt_reconnected"_s,
                                u"%1 Connected again after %2 ms; %3 ms of audio were sent again."_s.arg(cause->message)
                                    .arg(gap.count())
                                    .arg(mulawTime(unsettled).count())},
                               false});
    }
    if (first)
        emit ready();
}

void TranscriberProcessor::replayUnsettled()
{
    const qint64 oldest = m_heard - std::min<qint64>(m_recent.size(), mulawBytes(m_settings.replay));
    const qint64 from = std::max(m_settled, oldest);
    m_settled = from; // what is older is lost for good
    m_waiting = 0;
    m_connectionStart = from;
    const QByteArray owed = m_recent.right(m_heard - from);
    for (qint64 at = 0; at < owed.size() && m_transcriber->isReady(); at += kReplayPieceBytes)
        m_transcriber->sendAudio(owed.mid(at, kReplayPieceBytes));
}

void TranscriberProcessor::onTranscript(Transcript transcript)
{
    if (!m_running)
        return;
    noteSettled();
    if (transcript.kind == Transcript::Kind::FinalizeAnswered)
        m_finalizeOwed = false;
    // Without times from the vendor a final is taken to cover all that was sent.
    if (!m_transcriber->settledAudio() && transcript.kind == Transcript::Kind::Final)
        m_settled = m_heard - m_waiting;
    transcript.at = m_clock.now();
    pushDownstream(std::move(transcript));
}

void TranscriberProcessor::noteSettled()
{
    if (const auto settled = m_transcriber->settledAudio())
        m_settled = std::clamp(m_connectionStart + mulawBytes(*settled), m_settled, m_heard);
}

void TranscriberProcessor::onLost(const Error &error, bool retry)
{
    if (!m_running)
        return;
    const auto now = m_clock.now();
    if (!m_lossCause) {
        // The connection stood until now; a failed attempt to reconnect keeps the first cause and time.
        noteSettled();
        m_lostAt = now;
        if (m_everReady && now - m_readySince >= m_settings.stableAfter)
            m_attempts = 0;
    }
    m_lossCause = error;
    qCInfo(lcSpeech) << "transcriber lost:" << error.code << error.message;

    if (!retry || m_attempts >= m_settings.retryDelays.size()) {
        giveUp(error);
        return;
    }
    const milliseconds delay = m_settings.retryDelays[m_attempts++];
    if (delay > 0ms)
        m_retry->start(delay);
    else
        m_transcriber->open();
}

void TranscriberProcessor::giveUp(const Error &cause)
{
    m_running = false;
    m_finalizeOwed = false;
    pushUpstream(pipeline::Incident{
        {cause.fault, u"stt_lost"_s, u"The callee can no longer be understood. %1"_s.arg(cause.message)}, true});
}

} // namespace engine::speech
