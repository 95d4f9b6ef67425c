#include "engine/practice/segment_transcriber.h"

#include <QJsonArray>
#include <QStringList>

#include <cmath>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

constexpr double kInterimWithNewWords = 0.3; // seconds of audio between two interims
constexpr double kInterimAnyway = 1.0;
constexpr double kLongestSegment = 4.0; // then a final without speech_final
constexpr double kSlack = 1e-6;

double milliseconds(double seconds)
{
    return std::round(seconds * 1000.0) / 1000.0;
}

QString bare(const QString &word)
{
    QString letters = word.toLower();
    const auto isMark = [](QChar c) { return c.isPunct() && c != u'\'' && c != u'-'; };
    letters.removeIf(isMark);
    return letters;
}

double confidence(const QString &word)
{
    // Plausible, steady for a word, and different between words.
    return 0.97 + static_cast<double>(word.size() % 7) * 0.004;
}

} // namespace

QJsonObject SegmentTranscriber::results(double end, bool isFinal, bool speechFinal, bool fromFinalize) const
{
    QJsonArray words;
    QStringList texts;
    double confidences = 0;
    for (const Word &word : m_words) {
        QJsonObject item{{u"word"_s, bare(word.text)},
                         {u"start"_s, milliseconds(word.start)},
                         {u"end"_s, milliseconds(word.end)},
                         {u"confidence"_s, confidence(word.text)}};
        QString shown = m_request.punctuated ? word.text : bare(word.text);
        // An interim does not know yet how the sentence goes on, so its last mark is a later revision.
        if (!isFinal && &word == &m_words.back())
            while (!shown.isEmpty() && shown.back().isPunct())
                shown.chop(1);
        if (m_request.punctuated)
            item.insert(u"punctuated_word"_s, shown);
        texts.append(shown);
        confidences += confidence(word.text);
        words.append(item);
    }
    const QJsonObject alternative{
        {u"transcript"_s, texts.join(u' ')},
        {u"confidence"_s, m_words.empty() ? 0.0 : confidences / static_cast<double>(m_words.size())},
        {u"words"_s, words}};
    return {{u"type"_s, u"Results"_s},
            {u"start"_s, milliseconds(m_segmentStart)},
            {u"duration"_s, milliseconds(end - m_segmentStart)},
            {u"is_final"_s, isFinal},
            {u"speech_final"_s, speechFinal},
            {u"from_finalize"_s, fromFinalize},
            {u"channel"_s, QJsonObject{{u"alternatives"_s, QJsonArray{alternative}}}}};
}

QJsonObject SegmentTranscriber::makeFinal(bool speechFinal, bool fromFinalize)
{
    // In the middle of speech the cut is between two words, so that none lies across it.
    const double end = m_speaking && !m_words.empty() ? m_words.back().end : m_now;
    QJsonObject message = results(end, true, speechFinal, fromFinalize);
    m_words.clear();
    m_wordsInLastInterim = 0;
    m_segmentStart = end;
    m_lastResults = m_now;
    return message;
}

void SegmentTranscriber::push(const StreamListener::Slice &slice, std::vector<QJsonObject> &messages)
{
    m_now = slice.endSeconds;
    if (slice.speech && !m_speaking) {
        m_speaking = true;
        if (m_request.vadEvents)
            messages.push_back({{u"type"_s, u"SpeechStarted"_s}, {u"timestamp"_s, milliseconds(slice.startSeconds)}});
    }
    if (slice.speech)
        m_silenceSince = m_now;
    for (const WordEar::Heard &heard : slice.words) {
        m_words.push_back({heard.word(), static_cast<double>(heard.firstSample) / 8000.0,
                           static_cast<double>(heard.endSample) / 8000.0});
        m_lastWordEnd = m_words.back().end;
    }

    const double silence = m_now - m_silenceSince;
    const auto seconds = [](std::chrono::milliseconds time) { return static_cast<double>(time.count()) / 1000.0; };
    if (m_speaking && m_request.endpointing && silence > 0 && silence + kSlack >= seconds(*m_request.endpointing)) {
        m_speaking = false;
        messages.push_back(makeFinal(true, false));
    }
    if (m_request.utteranceEnd && m_lastWordEnd && silence > 0 &&
        m_now - *m_lastWordEnd + kSlack >= seconds(*m_request.utteranceEnd)) {
        if (!m_words.empty())
            messages.push_back(makeFinal(false, false));
        messages.push_back({{u"type"_s, u"UtteranceEnd"_s}, {u"last_word_end"_s, milliseconds(*m_lastWordEnd)}});
        m_lastWordEnd.reset();
    }
    if (m_now - m_segmentStart >= kLongestSegment) {
        messages.push_back(makeFinal(false, false));
    } else if (m_request.interimResults) {
        const bool newWords = m_words.size() > m_wordsInLastInterim;
        if (m_now - m_lastResults + kSlack >= (newWords ? kInterimWithNewWords : kInterimAnyway)) {
            messages.push_back(results(m_now, false, false, false));
            m_wordsInLastInterim = m_words.size();
            m_lastResults = m_now;
        }
    }
}

QJsonObject SegmentTranscriber::finalize()
{
    return makeFinal(false, true);
}

std::optional<QJsonObject> SegmentTranscriber::finish()
{
    if (m_words.empty())
        return std::nullopt;
    return makeFinal(true, false);
}

} // namespace engine::practice
