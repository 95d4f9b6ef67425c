#include "engine/practice/flux_transcriber.h"

#include <QJsonArray>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

constexpr double kWindow = 0.24; // seconds of audio between two messages
constexpr double kRounding = 1e-6;

double rounded(double value)
{
    return std::round(value * 1000.0) / 1000.0;
}

} // namespace

double FluxTranscriber::confidence(bool speech) const
{
    if (m_words.empty() || speech)
        return 0.02;
    const double silence = m_now - m_silenceSince;
    // A finished sentence is believed after a third of a second, an unfinished one hardly ever.
    return m_sentenceEnded ? std::min(0.95, 0.25 + 1.5 * silence) : std::min(0.6, 0.05 + 0.2 * silence);
}

QJsonObject FluxTranscriber::turnInfo(const QString &event, double sureness)
{
    QJsonArray words;
    QStringList texts;
    for (const Word &word : m_words) {
        texts.append(word.text);
        words.append(QJsonObject{{u"word"_s, word.text},
                                 {u"confidence"_s, 0.99},
                                 {u"start"_s, rounded(word.start)},
                                 {u"end"_s, rounded(word.end)}});
    }
    const QJsonObject message{{u"type"_s, u"TurnInfo"_s},
                              {u"event"_s, event},
                              {u"turn_index"_s, m_turn},
                              {u"audio_window_start"_s, rounded(m_windowStart)},
                              {u"audio_window_end"_s, rounded(m_now)},
                              {u"transcript"_s, texts.join(u' ')},
                              {u"words"_s, words},
                              {u"end_of_turn_confidence"_s, rounded(sureness)}};
    m_windowStart = m_now;
    m_reportedWords = m_words.size();
    m_speechInWindow = false;
    return message;
}

void FluxTranscriber::endTurn(std::vector<QJsonObject> &messages, double sureness, const QString &trigger)
{
    QJsonObject message = turnInfo(u"EndOfTurn"_s, sureness);
    message.insert(u"trigger"_s, trigger);
    messages.push_back(std::move(message));
    m_words.clear();
    m_reportedWords = 0;
    m_started = false;
    m_eager = false;
    m_sentenceEnded = false;
    ++m_turn;
}

void FluxTranscriber::push(const StreamListener::Slice &slice, std::vector<QJsonObject> &messages)
{
    m_now = slice.endSeconds;
    if (slice.speech) {
        m_silenceSince = m_now;
        m_speechInWindow = true;
    }
    for (const WordEar::Heard &heard : slice.words) {
        m_words.push_back({heard.word(), static_cast<double>(heard.firstSample) / 8000.0,
                           static_cast<double>(heard.endSample) / 8000.0});
        const QString &text = m_words.back().text;
        m_sentenceEnded = heard.isLastOfUtterance() || (!text.isEmpty() && QStringView(u".?!").contains(text.back()));
    }
    if (m_now - m_windowStart + kRounding < kWindow)
        return;

    const double sureness = confidence(slice.speech);
    const double silence = m_now - m_silenceSince;
    const bool newWords = m_words.size() > m_reportedWords;
    if (!m_started) {
        m_started = newWords;
        messages.push_back(turnInfo(newWords ? u"StartOfTurn"_s : u"Update"_s, sureness));
    } else if (m_eager && (newWords || m_speechInWindow)) {
        m_eager = false;
        messages.push_back(turnInfo(u"TurnResumed"_s, sureness));
    } else if (silence * 1000.0 + kRounding >= m_thresholds.timeoutMs) {
        endTurn(messages, sureness, u"timeout"_s);
    } else if (m_thresholds.eagerEndOfTurn && !m_eager && sureness >= *m_thresholds.eagerEndOfTurn) {
        m_eager = true;
        messages.push_back(turnInfo(u"EagerEndOfTurn"_s, sureness));
    } else if (sureness >= m_thresholds.endOfTurn) {
        endTurn(messages, sureness, u"model"_s);
    } else {
        messages.push_back(turnInfo(u"Update"_s, sureness));
    }
}

std::optional<QJsonObject> FluxTranscriber::finish()
{
    if (m_words.size() == m_reportedWords)
        return std::nullopt;
    return turnInfo(m_started ? u"Update"_s : u"StartOfTurn"_s, confidence(false));
}

} // namespace engine::practice
