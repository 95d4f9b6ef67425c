#include "engine/practice/simulated_call.h"

#include "engine/practice/callee.h"
#include "engine/practice/line_figures.h"
#include "engine/practice/media_beats.h"
#include "engine/practice/phone_text.h"
#include "engine/practice/practice_log.h"
#include "engine/practice/scenario_board.h"
#include "engine/practice/twiml_runner.h"
#include "engine/practice/webhook_job.h"

#include <algorithm>

namespace engine::practice {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr size_t kMaxNotifications = 100;
constexpr int kBusy = 486;
constexpr int kRingTimeout = 487;
constexpr int kUnreachable = 404;
constexpr int kOk = 200;
constexpr int kTimeLimitReached = 32015;
constexpr double kPricePerMinute = 0.014;
constexpr auto kWorthInterrupting = 500ms; // whoever has less left to say is not interrupted but done

void addPlace(twilio::FormPairs &form, const QByteArray &who, const NumberPlace &place)
{
    form.emplaceBack(who + "City", place.city.toUtf8());
    form.emplaceBack(who + "State", place.state.toUtf8());
    form.emplaceBack(who + "Zip", place.zip.toUtf8());
    form.emplaceBack(who + "Country", place.country.toUtf8());
}

} // namespace

SimulatedCall::SimulatedCall(CallRecord record, CallParameters parameters, CalleeScript script,
                             const LineContext &context, QObject *parent)
    : QObject(parent), m_record(std::move(record)), m_parameters(std::move(parameters)), m_script(std::move(script)),
      m_context(context), m_beat(context.beats.next()), m_callee(new Callee(m_script, context.synthesis, this)),
      m_runner(new TwimlRunner(
          m_record, [this] { return baseParameters(); }, context, this))
{
    connect(m_callee, &Callee::hungUp, this, [this] { finish(CallStatus::Completed, kOk); });
    connect(m_callee, &Callee::socketDropDue, m_runner, &TwimlRunner::dropSocket);
    connect(m_runner, &TwimlRunner::finished, this, [this] { finish(CallStatus::Completed, kOk); });
    connect(m_runner, &TwimlRunner::noted, this, &SimulatedCall::note);
    measure();
}

SimulatedCall::~SimulatedCall()
{
    if (m_holdsBeat)
        m_beat.release();
}

/// Notes what this callee experiences of the service. Signals of the callee come within a beat, so their times count
/// back from now.
void SimulatedCall::measure()
{
    LineFigures &figures = m_context.figures;
    connect(m_callee, &Callee::soundBegan, this, [this, &figures](std::chrono::microseconds before) {
        m_silentSince.reset();
        m_bargedInAt.reset();
        if (m_runner->buffered() < kWorthInterrupting)
            return;
        m_bargedInAt = m_context.clock.now() - before;
        figures.bargedIn();
    });
    connect(m_callee, &Callee::soundEnded, this,
            [this](std::chrono::microseconds before) { m_silentSince = m_context.clock.now() - before; });
    connect(m_callee, &Callee::wordSaid, this, [this, &figures](const Utterance &utterance, int wordIndex) {
        if (m_runner->isStreaming())
            figures.wordSaid(m_record.sid, &utterance, wordIndex);
    });
    connect(m_runner, &TwimlRunner::cleared, this, [this, &figures] {
        if (const auto since = std::exchange(m_bargedInAt, std::nullopt))
            figures.cleared(m_context.clock.now() - *since);
    });
    connect(m_runner, &TwimlRunner::audioArrived, this, [this, &figures] {
        if (const auto since = std::exchange(m_silentSince, std::nullopt))
            figures.answered(m_context.clock.now() - *since);
    });
}

void SimulatedCall::enqueue(std::chrono::milliseconds wait)
{
    after(wait + m_context.settings.timing.slotToInitiated, [this] { initiate(); });
}

void SimulatedCall::after(std::chrono::milliseconds delay, std::function<void()> step)
{
    m_step = m_context.clock.makeTimer(std::move(step));
    m_step->start(delay);
}

void SimulatedCall::initiate()
{
    m_record.started = m_record.updated = m_context.clock.wallTime();
    tell(CallEvent::Initiated, "initiated");
    if (m_script.reachability == Reachability::Fails)
        after(m_context.settings.timing.initiatedToFailed, [this] { finish(CallStatus::Failed, kUnreachable); });
    else
        after(m_context.settings.timing.initiatedToRinging, [this] { ring(); });
}

void SimulatedCall::ring()
{
    const LineTiming &timing = m_context.settings.timing;
    m_record.status = CallStatus::Ringing;
    m_record.updated = m_context.clock.wallTime();
    tell(CallEvent::Ringing, "ringing");
    if (m_script.reachability == Reachability::Busy)
        return after(timing.ringingToBusy, [this] { finish(CallStatus::Busy, kBusy); });
    const std::chrono::milliseconds timeout = m_parameters.timeout;
    const std::chrono::milliseconds answersAfter = m_script.ringsFor.value_or(timing.ringingToAnswer);
    if (m_script.reachability == Reachability::NoAnswer)
        after(std::min(timeout, timing.longestUnansweredRing), [this] { finish(CallStatus::NoAnswer, kRingTimeout); });
    else if (answersAfter > timeout)
        after(timeout, [this] { finish(CallStatus::NoAnswer, kRingTimeout); });
    else
        after(answersAfter, [this] { answer(); });
}

void SimulatedCall::answer()
{
    const LineTiming &timing = m_context.settings.timing;
    m_record.status = CallStatus::InProgress;
    m_record.updated = m_context.clock.wallTime();
    m_answeredAt = m_context.clock.now();
    m_context.board.answer(m_record.sid, m_answeredAt);
    m_holdsBeat = true;
    m_beat.hold();
    connect(&m_beat, &MediaBeat::tick, this, &SimulatedCall::beat);
    m_timeLimit = m_context.clock.makeTimer([this] {
        Notification notification;
        notification.errorCode = kTimeLimitReached;
        notification.text = u"Call - Maximum call duration reached"_s;
        note(notification);
        finish(CallStatus::Completed, kOk);
    });
    m_timeLimit->start(m_parameters.timeLimit);
    tell(CallEvent::Answered, "in-progress");

    if (m_parameters.machineDetection == MachineDetection::Off)
        return after(timing.answerToTwiml, [this] { requestTwiml(); });
    m_detection = m_context.clock.makeTimer([this] { detectMachine(); });
    m_detection->start(timing.machineDetection);
    if (m_parameters.asyncAmd)
        after(timing.answerToTwiml, [this] { requestTwiml(); });
}

void SimulatedCall::requestTwiml()
{
    twilio::FormPairs extra;
    if (!m_record.answeredBy.isEmpty())
        extra = {{"AnsweredBy", m_record.answeredBy.toLatin1()},
                 {"MachineDetectionDuration", QByteArray::number(m_context.settings.timing.machineDetection.count())}};
    m_runner->run(m_parameters.instructions, extra);
}

QString SimulatedCall::detectedAnswer() const
{
    if (!m_script.isMachine)
        return u"human"_s;
    return m_parameters.machineDetection == MachineDetection::Enable ? u"machine_start"_s : u"machine_end_beep"_s;
}

void SimulatedCall::detectMachine()
{
    m_record.answeredBy = detectedAnswer();
    if (!m_parameters.asyncAmd)
        return requestTwiml();
    if (m_parameters.asyncAmdStatusCallback.isEmpty())
        return;
    const twilio::FormPairs parameters{
        {"CallSid", m_record.sid.toLatin1()},
        {"AccountSid", m_record.accountSid.toLatin1()},
        {"AnsweredBy", m_record.answeredBy.toLatin1()},
        {"MachineDetectionDuration", QByteArray::number(m_context.settings.timing.machineDetection.count())}};
    (new WebhookJob({m_parameters.asyncAmdStatusCallbackMethod, m_parameters.asyncAmdStatusCallback, parameters},
                    m_context, this))
        ->start();
}

void SimulatedCall::beat()
{
    if (!m_callee)
        return;
    const QByteArray said = m_callee->step(m_runner->play());
    m_runner->carry(said);
}

std::optional<RestError> SimulatedCall::update(const CallUpdate &update)
{
    const RestError notInProgress{400, 21220, u"Call is not in-progress. Cannot redirect."_s, {}};
    if (isOver() || m_hangUp)
        return notInProgress;
    const bool isAnswered = m_record.status == CallStatus::InProgress;
    if (update.instructions && !isAnswered)
        return notInProgress;
    if (update.statusCallback) {
        m_parameters.statusCallback = *update.statusCallback;
        m_parameters.statusCallbackMethod = update.statusCallbackMethod;
    }
    if (update.timeLimit) {
        m_parameters.timeLimit = *update.timeLimit;
        if (m_timeLimit)
            m_timeLimit->start(*update.timeLimit);
    }
    if (update.status && !isAnswered) {
        finish(CallStatus::Canceled, kRingTimeout);
    } else if (update.status == u"completed"_s) {
        m_hangUp = m_context.clock.makeTimer([this] { finish(CallStatus::Completed, kOk); });
        m_hangUp->start(m_context.settings.timing.hangUpRequestToStop);
    } else if (update.instructions) {
        m_parameters.instructions = *update.instructions;
        after(m_context.settings.timing.hangUpRequestToStop, [this] { requestTwiml(); });
    }
    return std::nullopt;
}

void SimulatedCall::cut()
{
    m_runner->dropSocket();
    finish(m_record.status == CallStatus::InProgress ? CallStatus::Completed : CallStatus::Failed, kUnreachable);
}

void SimulatedCall::finish(CallStatus status, int sipCode)
{
    if (isOver())
        return;
    const bool wasAnswered = m_record.status == CallStatus::InProgress;
    m_record.status = status;
    m_record.ended = m_record.updated = m_context.clock.wallTime();
    m_timeLimit.reset();
    m_detection.reset();
    m_hangUp.reset();
    m_runner->abandon();
    m_context.figures.callEnded(m_record.sid);
    // finish() may have been called by the callee itself.
    m_callee->disconnect(this);
    std::exchange(m_callee, nullptr)->deleteLater();
    if (std::exchange(m_holdsBeat, false)) {
        disconnect(&m_beat, &MediaBeat::tick, this, &SimulatedCall::beat);
        m_beat.release();
    }

    int seconds = 0;
    if (wasAnswered) {
        const auto talked = std::chrono::round<std::chrono::seconds>(m_context.clock.now() - m_answeredAt);
        seconds = std::max(1, static_cast<int>(talked.count()));
        m_record.durationSeconds = seconds;
    }
    const int minutes = (seconds + 59) / 60;
    twilio::FormPairs extra{{"Duration", QByteArray::number(minutes)},
                            {"CallDuration", QByteArray::number(seconds)},
                            {"SipResponseCode", QByteArray::number(sipCode)}};
    if (!m_record.answeredBy.isEmpty())
        extra.emplaceBack("AnsweredBy", m_record.answeredBy.toLatin1());
    qCDebug(practiceLog, "practice: call %ls ended as %ls after %d s", qUtf16Printable(m_record.sid),
            qUtf16Printable(toWord(status)), seconds);
    after(m_context.settings.timing.endToCallback, [this, status, extra] {
        tell(CallEvent::Completed, toWord(status).toLatin1(), extra);
        after(m_context.settings.timing.endToPrice, [this] { setPrice(); });
    });
    emit ended();
}

void SimulatedCall::setPrice()
{
    const int minutes = (m_record.durationSeconds.value_or(0) + 59) / 60;
    if (minutes > 0)
        m_record.price = QString::number(-kPricePerMinute * minutes, 'f', 5);
    m_record.updated = m_context.clock.wallTime();
    // Queued: the timer that calls this is among what goes.
    QMetaObject::invokeMethod(this, &SimulatedCall::keepTheRecordOnly, Qt::QueuedConnection);
}

void SimulatedCall::keepTheRecordOnly()
{
    delete std::exchange(m_runner, nullptr);
    m_step.reset();
    m_parameters = {};
    m_script = {};
}

void SimulatedCall::note(Notification notification)
{
    if (m_notifications.size() >= kMaxNotifications)
        return;
    notification.sid = u"NO"_s + QString::fromLatin1(m_context.random.hex(16));
    notification.date = m_context.clock.wallTime();
    if (notification.isWarning)
        qCInfo(practiceLog, "practice: call %ls: warning %d: %ls", qUtf16Printable(m_record.sid),
               notification.errorCode, qUtf16Printable(notification.text));
    else
        qCWarning(practiceLog, "practice: call %ls: error %d: %ls", qUtf16Printable(m_record.sid),
                  notification.errorCode, qUtf16Printable(notification.text));
    m_notifications.push_back(std::move(notification));
}

void SimulatedCall::tell(CallEvent event, const QByteArray &status, twilio::FormPairs extra)
{
    if (m_parameters.statusCallback.isEmpty() || !m_parameters.events.contains(event))
        return;
    twilio::FormPairs parameters = baseParameters();
    const auto place =
        std::find_if(parameters.begin(), parameters.end(), [](const auto &pair) { return pair.first == "CallStatus"; });
    place->second = status;
    parameters.emplaceBack("CallbackSource", "call-progress-events");
    parameters.emplaceBack("SequenceNumber", QByteArray::number(m_callbacksSent++));
    parameters.emplaceBack("Timestamp", rfc2822(m_context.clock.wallTime()).toLatin1());
    parameters += extra;

    auto *job =
        new WebhookJob({m_parameters.statusCallbackMethod, m_parameters.statusCallback, parameters}, m_context, this);
    connect(job, &WebhookJob::finished, this, [this, url = m_parameters.statusCallback](const WebhookOutcome &outcome) {
        if (outcome.errorCode == 0)
            return;
        Notification notification;
        notification.errorCode = outcome.errorCode;
        notification.isWarning = true;
        notification.text = u"Status callback: %1"_s.arg(outcome.errorText);
        notification.requestUrl = url;
        notification.requestMethod = m_parameters.statusCallbackMethod;
        note(notification);
    });
    const auto jitter = static_cast<double>(m_context.settings.timing.callbackJitter.count());
    if (jitter <= 0)
        return job->start();
    // The timer belongs to the job, which a call's end does not cut short.
    auto timer = std::make_shared<std::unique_ptr<Timer>>();
    *timer = m_context.clock.makeTimer([job] { job->start(); });
    (*timer)->start(std::chrono::milliseconds(static_cast<int>(m_context.random.between(0, jitter))));
    connect(job, &WebhookJob::finished, job, [timer] { timer->reset(); });
}

twilio::FormPairs SimulatedCall::baseParameters() const
{
    const QByteArray from = m_record.from.toLatin1();
    const QByteArray to = m_record.to.toLatin1();
    twilio::FormPairs form{{"AccountSid", m_record.accountSid.toLatin1()},
                           {"ApiVersion", "2010-04-01"},
                           {"CallSid", m_record.sid.toLatin1()},
                           {"CallStatus", toWord(m_record.status).toLatin1()},
                           {"Direction", "outbound-api"},
                           {"From", from},
                           {"To", to},
                           {"Caller", from},
                           {"Called", to}};
    NumberPlace fromPlace = placeOf(m_record.from);
    fromPlace.city.clear(); // usual for our own numbers: a key that is sent empty
    fromPlace.zip.clear();
    const NumberPlace toPlace = placeOf(m_record.to);
    addPlace(form, "From", fromPlace);
    addPlace(form, "To", toPlace);
    addPlace(form, "Caller", fromPlace);
    addPlace(form, "Called", toPlace);
    // The carrier adds parameters at any time; receivers must prove that they bear it.
    form.emplaceBack("PracticeExtra", "receivers ignore what they do not know");
    return form;
}

} // namespace engine::practice
