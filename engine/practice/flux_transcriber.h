#pragma once

#include "engine/practice/deepgram_request.h"

#include <QJsonObject>

namespace engine::practice {

/// Turns what is heard into the turn messages of `/v2/listen` (Flux), one about every 240 ms of audio. Audio time only.
/// Pure.
///
/// {"type":"TurnInfo","event":"EndOfTurn","turn_index":0,"audio_window_start":3.12,"audio_window_end":3.36,
///  "transcript":"I'd like to move my appointment.","words":[...],"end_of_turn_confidence":0.83,"trigger":"model"}
/// The request id and the sequence number are added by who sends it.
class FluxTranscriber
{
public:
    explicit FluxTranscriber(const FluxThresholds &thresholds) : m_thresholds(thresholds) {}

    void push(const StreamListener::Slice &slice, std::vector<QJsonObject> &messages);
    void setThresholds(const FluxThresholds &thresholds) { m_thresholds = thresholds; }
    /// What was heard since the last message; nullopt when nothing was.
    [[nodiscard]] std::optional<QJsonObject> finish();

private:
    struct Word
    {
        QString text;
        double start = 0;
        double end = 0;
    };

    /// How sure the model would be that the turn is over.
    double confidence(bool speech) const;
    QJsonObject turnInfo(const QString &event, double sureness);
    void endTurn(std::vector<QJsonObject> &messages, double sureness, const QString &trigger);

    FluxThresholds m_thresholds;
    std::vector<Word> m_words; ///< of this turn
    std::size_t m_reportedWords = 0;
    bool m_sentenceEnded = false;
    bool m_speechInWindow = false;
    bool m_started = false;
    bool m_eager = false;
    int m_turn = 0;
    double m_now = 0;
    double m_windowStart = 0;
    double m_silenceSince = 0;
};

} // namespace engine::practice
