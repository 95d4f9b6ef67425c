#include "ui/format/call_text.h"

#include "ui/format/time_text.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace ui::format {

using engine::calls::CallState;

namespace {

struct CallText
{
    Q_DECLARE_TR_FUNCTIONS(CallText)
};

} // namespace

QString stateText(CallState state)
{
    switch (state) {
    case CallState::Queued:
        return CallText::tr("Queued");
    case CallState::Initiated:
        return CallText::tr("Dialing");
    case CallState::Ringing:
        return CallText::tr("Ringing");
    case CallState::InProgress:
        return CallText::tr("In progress");
    case CallState::Completed:
        return CallText::tr("Completed");
    case CallState::Busy:
        return CallText::tr("Busy");
    case CallState::NoAnswer:
        return CallText::tr("No answer");
    case CallState::Failed:
        return CallText::tr("Failed");
    case CallState::Canceled:
        return CallText::tr("Canceled");
    }
    return {};
}

Tone toneOf(CallState state)
{
    switch (state) {
    case CallState::Queued:
    case CallState::Initiated:
    case CallState::Ringing:
        return Tone::Waiting;
    case CallState::InProgress:
        return Tone::Live;
    case CallState::Failed:
        return Tone::Bad;
    default:
        return Tone::Quiet;
    }
}

QString iconOf(CallState state)
{
    switch (state) {
    case CallState::Queued:
    case CallState::Initiated:
        return u"queued"_s;
    case CallState::Ringing:
        return u"ringing"_s;
    case CallState::InProgress:
        return u"talking"_s;
    case CallState::Completed:
        return u"done"_s;
    case CallState::Busy:
        return u"busy"_s;
    case CallState::NoAnswer:
        return u"no_answer"_s;
    case CallState::Failed:
        return u"failed"_s;
    case CallState::Canceled:
        return u"canceled"_s;
    }
    return {};
}

QString reasonText(const QString &reason)
{
    if (reason == "callee_hung_up"_L1)
        return CallText::tr("callee hung up");
    if (reason == "ended_elsewhere"_L1)
        return CallText::tr("callee or agent hung up");
    if (reason == "agent_ended"_L1)
        return CallText::tr("agent said goodbye");
    if (reason == "do_not_call"_L1)
        return CallText::tr("not to be called again");
    if (reason == "operator"_L1)
        return CallText::tr("ended by you");
    if (reason == "shutdown"_L1)
        return CallText::tr("ended because Dialdesk was closed");
    if (reason == "callee_silent"_L1)
        return CallText::tr("callee was silent");
    if (reason == "time_limit"_L1)
        return CallText::tr("time limit");
    if (reason == "transferred"_L1)
        return CallText::tr("transferred");
    if (reason == "media_lost"_L1 || reason == "media_stopped"_L1)
        return CallText::tr("sound was lost");
    // These say what the state says.
    if (reason == "busy"_L1 || reason == "no_answer"_L1 || reason == "canceled"_L1 || reason == "carrier_failed"_L1)
        return {};
    return QString(reason).replace(u'_', u' ');
}

QString endText(const engine::records::CallEnded &ended)
{
    const auto state = engine::calls::callStateFromWord(ended.status);
    QString text = state ? stateText(*state) : ended.status;
    if (ended.durationS > 0)
        text = CallText::tr("%1, %2").arg(text, runningTime(ended.durationS));
    const QString reason = reasonText(ended.reason);
    return reason.isEmpty() ? text : text + u" · "_s + reason;
}

QString outcomeText(const QString &disposition)
{
    if (disposition == "conversation"_L1)
        return CallText::tr("Conversation");
    if (disposition == "no_words"_L1)
        return CallText::tr("Nobody spoke");
    if (disposition == "busy"_L1)
        return CallText::tr("Busy");
    if (disposition == "no_answer"_L1)
        return CallText::tr("No answer");
    if (disposition == "failed"_L1)
        return CallText::tr("Failed");
    if (disposition == "canceled"_L1)
        return CallText::tr("Canceled");
    return QString(disposition).replace(u'_', u' ');
}

QString faultText(engine::Fault fault)
{
    switch (fault) {
    case engine::Fault::Settings:
        return CallText::tr("settings");
    case engine::Fault::Program:
        return CallText::tr("Dialdesk");
    case engine::Fault::Vendor:
        return CallText::tr("vendor");
    case engine::Fault::Carrier:
        return CallText::tr("phone network");
    }
    return {};
}

QString environmentText(const QString &word)
{
    return word == "production"_L1 ? CallText::tr("PRODUCTION") : CallText::tr("LOCAL");
}

} // namespace ui::format
