#pragma once

#include "engine/practice/call_request.h"
#include "engine/practice/call_resource.h"
#include "engine/practice/callee_script.h"
#include "engine/practice/line_context.h"
#include "engine/twilio/form_codec.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace engine::practice {

class MediaBeat;

class Callee;
class TwimlRunner;

/// One call at the carrier, from the queue to its price: rings, is answered by its callee, runs its TwiML, tells the
/// customer.
///
/// Owned by the SimulatedPhoneNetwork, also after its end, as the record a customer may ask for. Practice thread.
class SimulatedCall : public QObject
{
    Q_OBJECT
public:
    SimulatedCall(CallRecord record, CallParameters parameters, CalleeScript script, const LineContext &context,
                  QObject *parent);
    ~SimulatedCall() override;

    /// Starts the call's life. @param wait  until a dial slot is free
    void enqueue(std::chrono::milliseconds wait);

    const CallRecord &record() const { return m_record; }
    const std::vector<Notification> &notifications() const { return m_notifications; }
    bool isOver() const { return isTerminal(m_record.status); }

    /// A customer's change of the call. @return the carrier's refusal; nullopt when it was taken
    std::optional<RestError> update(const CallUpdate &update);
    /// The line fails: the call is over and its media socket gone without a word.
    void cut();

signals:
    void ended();

private:
    void after(std::chrono::milliseconds delay, std::function<void()> step);
    void initiate();
    void ring();
    void answer();
    void requestTwiml();
    void detectMachine();
    void beat();
    void measure();
    void finish(CallStatus status, int sipCode);
    void setPrice();
    /// Lets go of all that a call needs while it lives: thousands that are over are kept.
    void keepTheRecordOnly();
    void note(Notification notification);
    void tell(CallEvent event, const QByteArray &status, twilio::FormPairs extra = {});
    twilio::FormPairs baseParameters() const;
    QString detectedAnswer() const;

    CallRecord m_record;
    CallParameters m_parameters;
    CalleeScript m_script;
    const LineContext &m_context;
    MediaBeat &m_beat;
    std::vector<Notification> m_notifications;

    std::unique_ptr<Timer> m_step; ///< the next thing that happens on the line
    std::unique_ptr<Timer> m_timeLimit;
    std::unique_ptr<Timer> m_detection;
    std::unique_ptr<Timer> m_hangUp; ///< asked for by REST
    bool m_holdsBeat = false;
    int m_callbacksSent = 0;
    Clock::TimePoint m_answeredAt;
    std::optional<Clock::TimePoint> m_silentSince; ///< the callee has spoken and waits for an answer
    std::optional<Clock::TimePoint> m_bargedInAt;  ///< the callee speaks over the agent, who has not stopped
    Callee *m_callee = nullptr;                    // a child; gone when the call is over
    TwimlRunner *m_runner = nullptr;               // a child; gone when the price is known
};

} // namespace engine::practice
