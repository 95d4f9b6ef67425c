#include "engine/speech/deepgram/deepgram_client.h"

#include "engine/speech/deepgram/flux_client.h"
#include "engine/speech/speech_log.h"

#include <QStringList>

namespace engine::speech::deepgram {

using namespace std::chrono_literals;
using pipeline::Transcript;

namespace {

/// KeepAlive counts only once some audio has been sent on the connection.
constexpr milliseconds kFirstSilence = 20ms;
/// The ends of the same word in an interim and in its final may differ by this much.
constexpr milliseconds kSameWord = 60ms;

/// Takes away the words that begin before `until`: they are known already.
void dropWordsBefore(milliseconds until, Results &results)
{
    if (until < 0ms || results.start >= until)
        return;
    QStringList kept;
    bool dropped = results.words.empty(); // no word times: nothing of the span can be told apart
    std::vector<Word> words;
    for (const Word &word : results.words) {
        if (word.start + kSameWord < until) {
            dropped = true;
            continue;
        }
        kept.append(word.text);
        words.push_back(word);
    }
    if (!dropped)
        return;
    results.text = kept.join(u' ');
    results.words = std::move(words);
}

} // namespace

DeepgramClient::DeepgramClient(DeepgramSettings settings, net::WebSocketFactory &sockets, Clock &clock, QObject *parent)
    : SpeechToText(parent), m_settings(settings), m_clock(clock),
      m_connection(std::move(settings), sockets, clock, nullptr), m_keepAlive(clock.makeTimer([this] { keepAlive(); }))
{
    connect(&m_connection, &DeepgramConnection::opened, this, &DeepgramClient::onOpened);
    connect(&m_connection, &DeepgramConnection::received, this, &DeepgramClient::onMessage);
    connect(&m_connection, &DeepgramConnection::lost, this, [this](const Error &error, bool retry) {
        m_keepAlive->stop();
        emit lost(error, retry);
    });
}

DeepgramClient::~DeepgramClient() = default;

void DeepgramClient::open()
{
    m_keepAlive->stop();
    m_timeline = {};
    m_settled = 0ms;
    m_interim = {};
    m_forcedUntil = -1ms;
    m_connection.open();
}

void DeepgramClient::onOpened()
{
    const QByteArray silence(mulawBytes(kFirstSilence), kMulawSilence);
    m_timeline.silence(silence.size());
    m_lastSentAt = m_clock.now();
    m_keepAlive->start(m_settings.keepAlive);
    m_connection.sendAudio(silence);
    emit ready();
}

void DeepgramClient::sendAudio(const QByteArray &mulaw)
{
    if (!isReady() || mulaw.isEmpty())
        return;
    m_timeline.callee(mulaw.size());
    m_lastSentAt = m_clock.now();
    m_connection.sendAudio(mulaw);
}

void DeepgramClient::keepAlive()
{
    const auto idle = std::chrono::duration_cast<milliseconds>(m_clock.now() - m_lastSentAt);
    if (idle < m_settings.keepAlive) {
        m_keepAlive->start(m_settings.keepAlive - idle);
        return;
    }
    m_lastSentAt = m_clock.now();
    m_keepAlive->start(m_settings.keepAlive);
    m_connection.sendCommand(keepAliveMessage());
}

void DeepgramClient::finalize()
{
    m_connection.sendCommand(finalizeMessage());
}

void DeepgramClient::close()
{
    m_keepAlive->stop();
    m_connection.close();
}

void DeepgramClient::onMessage(const ServerMessage &message)
{
    if (const auto *results = std::get_if<Results>(&message))
        onResults(*results);
    else if (std::holds_alternative<UtteranceEnd>(message))
        onUtteranceEnd();
}

void DeepgramClient::onResults(Results results)
{
    const milliseconds end = results.start + results.duration;
    dropWordsBefore(m_forcedUntil, results);

    if (!results.isFinal && !results.fromFinalize) {
        m_interim = results;
        if (!results.text.isEmpty())
            emit transcript({Transcript::Kind::Interim, results.text});
        return;
    }

    m_interim = {};
    settle(end);
    if (!results.text.isEmpty())
        emit transcript({Transcript::Kind::Final, results.text});
    if (results.fromFinalize)
        emit transcript({Transcript::Kind::FinalizeAnswered, {}});
}

void DeepgramClient::onUtteranceEnd()
{
    // Follows every ordinary utterance about a second late. It says something only when words are still provisional:
    // noise has kept the endpointing from hearing the end.
    if (m_interim.text.isEmpty())
        return;
    const Results interim = std::exchange(m_interim, {});
    const milliseconds lastWord = interim.words.empty() ? -1ms : interim.words.back().end;
    m_forcedUntil = lastWord >= 0ms ? lastWord : interim.start + interim.duration;
    settle(m_forcedUntil);
    emit transcript({Transcript::Kind::Final, interim.text});
}

void DeepgramClient::settle(milliseconds vendorTime)
{
    m_settled = std::max(m_settled, m_timeline.calleeTimeAt(vendorTime));
    m_timeline.forget(vendorTime);
}

std::unique_ptr<SpeechToText> makeDeepgram(const DeepgramSettings &settings, net::WebSocketFactory &sockets,
                                           Clock &clock)
{
    if (isFlux(settings))
        return std::make_unique<FluxClient>(settings, sockets, clock);
    return std::make_unique<DeepgramClient>(settings, sockets, clock);
}

} // namespace engine::speech::deepgram
