#pragma once

#include "engine/practice/callee_script.h"
#include "engine/practice/line_context.h"
#include "engine/practice/turn_listener.h"

#include <QByteArray>
#include <QHash>
#include <QObject>

#include <chrono>
#include <memory>

namespace engine::practice {

/// The person at the other end: hears what is played to them, speaks their lines when the script says so, loses
/// patience, hangs up.
///
/// Keeps no clock: every step() is 20 ms of their life, so a test can play a call in no time. Lines are synthesised
/// when the callee is made, so that they are ready on answer, and so are the answers their script knows. Owned by its
/// call; practice thread.
class Callee : public QObject
{
    Q_OBJECT
public:
    Callee(CalleeScript script, const Synthesis &synthesis, QObject *parent);

    /// 20 ms on the phone.
    ///
    /// @param heard  160 bytes of mu-law
    /// @return 160 bytes of mu-law: speech, or the noise of the line
    [[nodiscard]] QByteArray step(const QByteArray &heard);

    bool isSpeaking() const { return m_speaking; }

signals:
    void hungUp();
    /// A line became audible over the noise, so long before the end of the frame that step() returns now.
    void soundBegan(std::chrono::microseconds before);
    /// The same for the last audible sample of a line that asks for an answer.
    void soundEnded(std::chrono::microseconds before);
    /// The last sample of a word is in that frame.
    void wordSaid(const engine::practice::Utterance &utterance, int wordIndex);
    /// The script wants the media stream's connection to break now.
    void socketDropDue();

private:
    bool agentIsDone() const;
    bool isDue(const CalleeLine &line) const;
    void chooseLine();
    void say(const QString &text, bool isBackchannel);
    void finishLine();
    void losePatience();
    QByteArray nextFrame();
    QByteArray noiseFrame();
    void tell(qsizetype from, qsizetype end);

    CalleeScript m_script;
    TurnListener m_ear;
    QHash<QString, std::shared_ptr<const Utterance>> m_audio; ///< by text, as far as synthesised
    QByteArray m_noise;
    qsizetype m_noiseOffset = 0;

    std::chrono::milliseconds m_age{0};            ///< since picking up
    std::chrono::milliseconds m_sinceOwnSpeech{0}; ///< since the last line ended, or since picking up
    size_t m_nextLine = 0;
    bool m_speaking = false;
    std::shared_ptr<const Utterance> m_speech; ///< the line being said
    qsizetype m_speechOffset = 0;
    std::size_t m_wordsSaid = 0; ///< of it
    bool m_speakingBackchannel = false;
    bool m_askedOnce = false;
    bool m_dropped = false;
    bool m_gone = false;
};

} // namespace engine::practice
