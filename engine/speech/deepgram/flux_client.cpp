#include "engine/speech/deepgram/flux_client.h"

#include "engine/speech/speech_log.h"

#include <QStringList>

namespace engine::speech::deepgram {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using pipeline::Transcript;

namespace {

/// The vendor strongly advises messages of 80 ms.
constexpr qint64 kMessageBytes = mulawBytes(80ms);
/// How much silence is fed at a time, in whole messages (480 ms).
constexpr int kSilenceMessages = 6;
/// Words that end this close to the end of the audio analysed may still change.
constexpr milliseconds kUnsureTail = 500ms;

} // namespace

FluxClient::FluxClient(DeepgramSettings settings, net::WebSocketFactory &sockets, Clock &clock, QObject *parent)
    : SpeechToText(parent), m_settings(settings), m_clock(clock),
      m_connection(std::move(settings), sockets, clock, nullptr), m_greeting(clock.makeTimer([this] {
          m_connection.fail(
              {Fault::Vendor, u"stt_no_answer"_s, u"Deepgram opened the stream but never said Connected."_s});
      })),
      m_silence(clock.makeTimer([this] { feedSilence(); })),
      m_ping(clock.makeTimer([this] { m_connection.sendPing(); }))
{
    connect(&m_connection, &DeepgramConnection::opened, this, [this] { m_greeting->start(m_settings.greeting); });
    connect(&m_connection, &DeepgramConnection::received, this, &FluxClient::onMessage);
    connect(&m_connection, &DeepgramConnection::lost, this, &FluxClient::onLost);
}

FluxClient::~FluxClient() = default;

void FluxClient::open()
{
    stopTimers();
    m_ready = false;
    m_timeline = {};
    m_unsent.clear();
    m_settled = 0ms;
    m_turn = {};
    m_connection.open();
}

void FluxClient::sendAudio(const QByteArray &mulaw)
{
    if (!m_ready)
        return;
    m_lastAudioAt = m_clock.now();
    m_timeline.callee(mulaw.size());
    m_unsent += mulaw;
    // A send may find the connection dead.
    while (m_ready && m_unsent.size() >= kMessageBytes) {
        const QByteArray message = m_unsent.left(kMessageBytes);
        m_unsent.remove(0, kMessageBytes);
        m_connection.sendAudio(message);
    }
}

void FluxClient::feedSilence()
{
    // Turns are timed by audio alone: without any, a turn in progress would never end and the stream would be closed.
    const auto idle = std::chrono::duration_cast<milliseconds>(m_clock.now() - m_lastAudioAt);
    if (idle < m_settings.silenceAfter) {
        m_silence->start(m_settings.silenceAfter - idle);
        return;
    }
    m_silence->start(mulawTime(kMessageBytes * kSilenceMessages));
    for (int i = 0; m_ready && i < kSilenceMessages; ++i) {
        const qint64 silent = kMessageBytes - m_unsent.size();
        m_timeline.silence(silent);
        const QByteArray message = std::exchange(m_unsent, {}) + QByteArray(silent, kMulawSilence);
        m_connection.sendAudio(message);
    }
}

void FluxClient::close()
{
    stopTimers();
    m_ready = false;
    m_connection.close();
}

void FluxClient::onMessage(const ServerMessage &message)
{
    if (std::holds_alternative<Connected>(message))
        onConnected();
    else if (const auto *info = std::get_if<TurnInfo>(&message))
        onTurnInfo(*info);
}

void FluxClient::onConnected()
{
    if (m_ready)
        return;
    m_greeting->stop();
    m_ready = true;
    m_lastAudioAt = m_clock.now();
    m_silence->start(m_settings.silenceAfter);
    m_ping->startRepeating(m_settings.ping);
    emit ready();
}

void FluxClient::onTurnInfo(const TurnInfo &info)
{
    using Event = TurnInfo::Event;
    switch (info.event) {
    case Event::StartOfTurn:
    case Event::Update:
        if (info.text.isEmpty())
            return;
        m_turn = info;
        emit transcript({Transcript::Kind::Interim, info.text});
        return;
    case Event::EagerEndOfTurn:
        m_turn = info;
        emit transcript({Transcript::Kind::EagerEndOfTurn, info.text});
        return;
    case Event::TurnResumed:
        if (!info.text.isEmpty())
            m_turn = info;
        emit transcript({Transcript::Kind::TurnResumed, info.text});
        return;
    case Event::EndOfTurn:
        m_turn = {};
        settle(info.windowEnd);
        if (!info.text.isEmpty())
            emit transcript({Transcript::Kind::Final, info.text});
        emit transcript({Transcript::Kind::EndOfTurn, {}});
        return;
    case Event::Unknown:
        qCDebug(lcSpeech) << "Deepgram sent a turn event that is not known";
        return;
    }
}

void FluxClient::onLost(const Error &error, bool retry)
{
    stopTimers();
    m_ready = false;
    keepWordsOfLostTurn();
    emit lost(error, retry);
}

void FluxClient::keepWordsOfLostTurn()
{
    const TurnInfo turn = std::exchange(m_turn, {});
    if (turn.text.isEmpty())
        return;

    const bool timed = !turn.words.empty() && std::all_of(turn.words.begin(), turn.words.end(),
                                                          [](const Word &word) { return word.end >= 0ms; });
    if (!timed) {
        settle(turn.windowEnd);
        emit transcript({Transcript::Kind::Final, turn.text});
        return;
    }
    QStringList sure;
    milliseconds until{0};
    for (const Word &word : turn.words) {
        if (word.end > turn.windowEnd - kUnsureTail)
            break;
        sure.append(word.text);
        until = word.end;
    }
    if (sure.isEmpty())
        return;
    settle(until);
    emit transcript({Transcript::Kind::Final, sure.join(u' ')});
}

void FluxClient::settle(milliseconds vendorTime)
{
    m_settled = std::max(m_settled, m_timeline.calleeTimeAt(vendorTime));
    m_timeline.forget(vendorTime);
}

void FluxClient::stopTimers()
{
    m_greeting->stop();
    m_silence->stop();
    m_ping->stop();
}

} // namespace engine::speech::deepgram
