#pragma once

#include "engine/practice/deepgram_request.h"

#include <QJsonObject>

namespace engine::practice {

/// Turns what one channel hears into the messages of `/v1/listen`: interims, finals, speech and utterance ends.
/// Knows audio time only: no audio, no message. Pure.
///
/// {"type":"Results","start":3.2,"duration":1.84,"is_final":true,"speech_final":true,"from_finalize":false,"channel":{...}}
/// {"type":"SpeechStarted","timestamp":3.24}
/// {"type":"UtteranceEnd","last_word_end":4.5}
/// Metadata and channel numbers are added by who sends them.
class SegmentTranscriber
{
public:
    explicit SegmentTranscriber(const ListenRequest &request) : m_request(request) {}

    void push(const StreamListener::Slice &slice, std::vector<QJsonObject> &messages);
    /// The answer to Finalize: everything heard so far, perhaps nothing.
    [[nodiscard]] QJsonObject finalize();
    /// What is left at the end of the stream; nullopt when nothing is.
    [[nodiscard]] std::optional<QJsonObject> finish();

private:
    struct Word
    {
        QString text;
        double start = 0;
        double end = 0;
    };

    QJsonObject results(double end, bool isFinal, bool speechFinal, bool fromFinalize) const;
    /// Makes the words so far final; the next message begins where this one ends.
    QJsonObject makeFinal(bool speechFinal, bool fromFinalize);

    ListenRequest m_request;
    std::vector<Word> m_words; ///< not final yet
    double m_now = 0;
    double m_segmentStart = 0;
    double m_lastResults = 0;
    double m_silenceSince = 0;
    std::optional<double> m_lastWordEnd; ///< until its UtteranceEnd was sent
    std::size_t m_wordsInLastInterim = 0;
    bool m_speaking = false;
};

} // namespace engine::practice
