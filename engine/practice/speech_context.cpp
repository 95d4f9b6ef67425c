#include "engine/practice/speech_context.h"

#include "engine/base/random.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace engine::practice {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kLaterSentenceLatency = 50ms;
constexpr double kShortestChunkSeconds = 0.05;
constexpr double kLongestChunkSeconds = 0.25;
constexpr double kShortestStepMs = 20; // between two chunks
constexpr double kLongestStepMs = 40;
constexpr std::size_t kMaxPieces = 1000;

/// Markup of the vendor's own is not spoken.
QString withoutTags(QString text)
{
    static const QRegularExpression tag(u"<[^<>]{1,80}>"_s);
    return text.remove(tag);
}

double rounded(double seconds)
{
    return std::round(seconds * 1000.0) / 1000.0;
}

} // namespace

SpeechContext::SpeechContext(const CartesiaInput &first, Surroundings surroundings, QObject *parent)
    : QObject(parent), m_surroundings(std::move(surroundings)), m_contextId(first.contextId),
      m_fixedFields(first.fixedFields), m_format(first.format), m_bufferDelayMs(first.maxBufferDelayMs),
      m_addTimestamps(first.addTimestamps), m_pace(m_surroundings.clock.makeTimer([this] { sendChunk(); })),
      m_bufferTimer(m_surroundings.clock.makeTimer([this] { releaseBuffer(true, false); })),
      m_expiry(m_surroundings.clock.makeTimer([this] { finish(); }))
{
    push(first);
}

void SpeechContext::push(const CartesiaInput &input)
{
    m_expiry->stop();
    m_transcript += input.transcript;
    if (m_bufferDelayMs == 0) {
        if (!input.transcript.isEmpty() || input.flush)
            addPiece(input.transcript, true);
    } else {
        m_buffer += input.transcript;
        releaseBuffer(input.flush || !input.continues, input.flush);
        if (!m_buffer.isEmpty() && !m_bufferTimer->isActive())
            m_bufferTimer->start(std::chrono::milliseconds(m_bufferDelayMs));
    }
    m_closed = m_closed || !input.continues;
    startNext();
}

void SpeechContext::releaseBuffer(bool whole, bool endsFlush)
{
    qsizetype length = m_buffer.size();
    if (!whole) {
        static const QRegularExpression sentence(u"^.*[.!?]+[\"')]*\\s"_s,
                                                 QRegularExpression::DotMatchesEverythingOption);
        length = sentence.match(m_buffer).capturedLength();
    }
    if (length > 0 || endsFlush)
        addPiece(m_buffer.left(length), endsFlush);
    m_buffer.remove(0, length);
    if (m_buffer.isEmpty())
        m_bufferTimer->stop();
    startNext();
}

void SpeechContext::addPiece(const QString &text, bool endsFlush)
{
    if (m_pieces.size() < kMaxPieces)
        m_pieces.push_back({withoutTags(text), endsFlush, m_surroundings.clock.now()});
}

void SpeechContext::cancel()
{
    m_closed = true;
    m_buffer.clear();
    m_bufferTimer->stop();
    m_pieces.resize(std::min<std::size_t>(m_pieces.size(), m_speaking ? 1 : 0));
    startNext();
}

void SpeechContext::abandon()
{
    m_finished = true;
    m_pace->stop();
    m_bufferTimer->stop();
    m_expiry->stop();
}

void SpeechContext::startNext()
{
    if (m_speaking || m_finished)
        return;
    if (m_pieces.empty()) {
        if (m_closed && m_buffer.isEmpty())
            finish();
        else if (m_buffer.isEmpty())
            m_expiry->start(m_surroundings.settings.contextExpiry);
        return;
    }
    m_speaking = true;
    m_surroundings.voice.say(Speaker::Agent, m_pieces.front().text, this,
                             [this](const std::shared_ptr<const Utterance> &utterance) { begin(*utterance); });
}

void SpeechContext::begin(const Utterance &utterance)
{
    if (m_finished)
        return;
    m_speech = renderSpeech(utterance, m_format);
    m_sentBytes = 0;
    m_sentWords = 0;
    const auto latency =
        m_anySpoken ? std::chrono::milliseconds(kLaterSentenceLatency) : m_surroundings.settings.latency;
    m_anySpoken = true;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(m_pieces.front().acceptedAt + latency -
                                                                   m_surroundings.clock.now());
    m_pace->start(std::max(wait, std::chrono::milliseconds(0)));
}

QJsonObject SpeechContext::message(const QString &type) const
{
    return {{u"type"_s, type}, {u"done"_s, false}, {u"status_code"_s, 206}, {u"context_id"_s, m_contextId}};
}

void SpeechContext::sendChunk()
{
    const int sampleBytes = m_format.bytesPerSample();
    const double seconds = m_surroundings.random.between(kShortestChunkSeconds, kLongestChunkSeconds);
    const qsizetype wanted = static_cast<qsizetype>(seconds * m_format.sampleRateHz) * sampleBytes;
    const qsizetype size = std::min(wanted, m_speech.bytes.size() - m_sentBytes);
    if (size > 0) {
        const double until = static_cast<double>(m_sentBytes + size) / m_speech.bytesPerSecond;
        QJsonArray words;
        QJsonArray starts;
        QJsonArray ends;
        for (; m_sentWords < m_speech.words.size() && m_speech.words[m_sentWords].start < until; ++m_sentWords) {
            const RenderedSpeech::Word &word = m_speech.words[m_sentWords];
            words.append(word.word);
            starts.append(rounded(m_secondsBefore + word.start));
            ends.append(rounded(m_secondsBefore + word.end));
        }
        if (m_addTimestamps && !words.isEmpty()) {
            QJsonObject timestamps = message(u"timestamps"_s);
            timestamps.insert("flush_id"_L1, m_flushId);
            timestamps.insert("word_timestamps"_L1,
                              QJsonObject{{u"words"_s, words}, {u"start"_s, starts}, {u"end"_s, ends}});
            m_surroundings.send(timestamps);
        }
        QJsonObject chunk = message(u"chunk"_s);
        chunk.insert("data"_L1, QString::fromLatin1(m_speech.bytes.mid(m_sentBytes, size).toBase64()));
        chunk.insert("step_time"_L1, std::round(m_surroundings.random.between(40, 90) * 10.0) / 10.0);
        chunk.insert("flush_id"_L1, m_flushId);
        m_surroundings.send(chunk);
        m_sentBytes += size;
    }
    if (m_sentBytes < m_speech.bytes.size())
        m_pace->start(
            std::chrono::milliseconds(std::lround(m_surroundings.random.between(kShortestStepMs, kLongestStepMs))));
    else
        endPiece();
}

void SpeechContext::endPiece()
{
    if (m_pieces.front().endsFlush) {
        QJsonObject flushed = message(u"flush_done"_s);
        flushed.insert("flush_done"_L1, true);
        flushed.insert("flush_id"_L1, m_flushId);
        m_surroundings.send(flushed);
        ++m_flushId;
    }
    m_secondsBefore += m_speech.seconds();
    m_pieces.pop_front();
    m_speaking = false;
    startNext();
}

void SpeechContext::finish()
{
    abandon();
    QJsonObject last = message(u"done"_s);
    last.insert("done"_L1, true);
    m_surroundings.send(last);
    m_surroundings.finished();
}

} // namespace engine::practice
