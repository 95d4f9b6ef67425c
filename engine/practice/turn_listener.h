#pragma once

#include <QByteArray>

#include <chrono>

namespace engine::practice {

/// The callee's ear: tells from what is actually played whether the agent is talking, and where its turns begin and
/// end.
///
/// Keeps no clock: time moves 20 ms with every frame. Not thread-safe.
class TurnListener
{
public:
    static constexpr std::chrono::milliseconds kFrame{20};

    /// @param mulaw  20 ms of what the callee hears
    void hear(const QByteArray &mulaw);
    /// The callee has said something that asks for an answer: what is heard from now on belongs to a new turn.
    void expectAnswer();

    bool isAudible() const { return m_audible; }
    /// The agent has begun to speak since the last expectAnswer().
    bool hasTurn() const { return m_turnAge.count() > 0; }
    /// ... and has been silent long enough for its turn to be over. A short sound ("one moment") earns more patience
    /// than a sentence.
    bool isTurnOver() const;
    /// Since the turn began; 0 while none has.
    std::chrono::milliseconds turnAge() const { return m_turnAge; }
    /// Turns begun, the running one included.
    int turnCount() const { return m_turns; }
    /// Since the agent was last heard; since the beginning when it never was.
    std::chrono::milliseconds silence() const { return m_silence; }

private:
    bool m_audible = false;
    int m_audibleFrames = 0; ///< in a row
    std::chrono::milliseconds m_turnAge{0};
    std::chrono::milliseconds m_voiced{0}; ///< audible time of this turn
    std::chrono::milliseconds m_silence{0};
    int m_turns = 0;
};

/// Loudness of mu-law audio in dBFS; at least -100.
[[nodiscard]] double mulawLevelDbfs(const QByteArray &mulaw);

} // namespace engine::practice
