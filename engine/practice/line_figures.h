#pragma once

#include "engine/base/clock.h"

#include <QHash>
#include <QJsonObject>
#include <QString>

#include <deque>
#include <vector>

namespace engine::practice {

struct Utterance;

/// What the people on the line could tell with a stopwatch and a good memory: how long the service took to answer and
/// to fall silent, and how many of their words the transcriber never got.
///
/// Counts since the beginning or the last forget(). Practice thread.
class LineFigures
{
public:
    using Duration = Clock::TimePoint::duration;

    /// @param clock  must outlive this
    explicit LineFigures(const Clock &clock) : m_clock(clock) {}

    /// The first audio of an answer arrived, so long after the last audible sample of the callee's line.
    void answered(Duration after) { m_answers.add(after); }
    /// Somebody began to speak over the agent ...
    void bargedIn() { ++m_bargeIns; }
    /// ... and the `clear` arrived, so long after the first audible sample of that.
    void cleared(Duration after) { m_clears.add(after); }

    /// The whole of a word has left on the media stream.
    void wordSaid(const QString &callSid, const Utterance *utterance, int wordIndex);
    /// The transcriber recognised it.
    void wordHeard(const QString &callSid, const Utterance *utterance, int wordIndex);
    /// A word on its way when a call ends is nobody's fault.
    void callEnded(const QString &callSid);

    void forget();
    QJsonObject json();

private:
    struct Spread
    {
        std::vector<double> samplesMs;
        void add(Duration time);
        QJsonObject json() const;
    };
    struct SaidWord
    {
        const Utterance *utterance; // never looked into: it may be gone
        int wordIndex;
        Clock::TimePoint at;
    };
    void giveUpOn(std::deque<SaidWord> &words);

    const Clock &m_clock;
    Spread m_answers;
    Spread m_clears;
    int m_bargeIns = 0;
    qint64 m_wordsSaid = 0;
    qint64 m_wordsMissing = 0;
    QHash<QString, std::deque<SaidWord>> m_unheard; ///< by call
};

} // namespace engine::practice
