#pragma once

#include "engine/base/clock.h"
#include "engine/calls/call_settings.h"

#include <QObject>

namespace engine::calls {

/// Notices when nobody says anything: behaviour.md section 5, "callee silent" and "dead air".
///
/// Told who is heard; never looks itself. Engine thread; owned by its call.
class SilenceWatch : public QObject
{
    Q_OBJECT
public:
    SilenceWatch(const CallSettings &settings, Clock &clock, QObject *parent = nullptr);

    /// The callee made a sound that counts as speech, or words of theirs came in.
    void calleeHeard();
    /// The callee fell silent; it may have been noise only.
    /// @param speech  how long they had spoken; what is as short as a cough is owed no answer
    void calleeStopped(std::chrono::milliseconds speech);
    /// The callee's turn is over and an answer is due. @param speechEndedAt  last sample of their speech
    void answerDue(Clock::TimePoint speechEndedAt);
    void agentAudible();
    /// ... is not, because the callee speaks.
    void agentHeld() { m_agentIsAudible = false; }
    void agentFinished();
    /// The call is ending: no more prompts.
    void stop();
    /// It is not ending after all.
    void goOn() { m_stopped = false; }

signals:
    /// Nobody has spoken for a while after the agent did: ask whether they are still there.
    void askStillThere();
    /// They did not answer that either.
    void giveUp();
    /// The callee stopped and nothing at all has been heard since.
    /// @param understood  an answer is due; otherwise no words of theirs came in
    void deadAir(std::chrono::milliseconds duration, bool understood);

private:
    void onSilence();

    CallSettings m_settings;
    Clock &m_clock;
    std::unique_ptr<Timer> m_silence;
    std::unique_ptr<Timer> m_deadAir;
    bool m_agentIsAudible = false;
    bool m_isUnderstood = false;
    bool m_asked = false;
    bool m_stopped = false;
};

} // namespace engine::calls
