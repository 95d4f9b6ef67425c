#include "engine/practice/callee_script.h"

#include "engine/practice/long_talk.h"

namespace engine::practice {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const CalleeLine kHello{u"Hello?"_s, Cue::AfterAnswer, 600ms};

CalleeLine reply(const QString &text)
{
    return {text, Cue::AfterAgentTurn};
}

/// The friendly conversation, with a second line of its own when one is given.
std::vector<CalleeLine> conversation(const QString &secondLine = u"Yes, this is a good time."_s)
{
    return {kHello, reply(secondLine), reply(u"Tuesday at ten works for me."_s),
            reply(u"Can you send me a reminder by text?"_s), reply(u"No, that is everything. Thank you. Goodbye."_s)};
}

CalleeScript withLines(std::vector<CalleeLine> lines)
{
    CalleeScript script;
    script.lines = std::move(lines);
    return script;
}

CalleeScript unreachable(Reachability how)
{
    CalleeScript script;
    script.reachability = how;
    return script;
}

CalleeScript interrupter()
{
    return withLines({kHello,
                      reply(u"Can you tell me about all the options?"_s),
                      {u"Wait, I have a question."_s, Cue::IntoAgentTurn, 1500ms},
                      {u"Sorry, what about Thursday?"_s, Cue::IntoAgentTurn, 1500ms},
                      reply(u"Thursday is fine. Thank you. Goodbye."_s)});
}

CalleeScript voicemail()
{
    CalleeScript script =
        withLines({{u"You have reached the voicemail of Robin. Please leave a message after the tone."_s,
                    Cue::AfterAnswer, 600ms},
                   {QString(), Cue::AfterOwnLine, 300ms}});
    script.isMachine = true;
    script.losesPatience = false;
    script.hangsUpAfter = 120s;
    return script;
}

CalleeScript silent()
{
    CalleeScript script;
    script.losesPatience = false;
    script.hangsUpAfter = 300s;
    return script;
}

CalleeScript listener()
{
    return withLines({kHello,
                      reply(u"Can you tell me about all the options?"_s),
                      {u"Mhm."_s, Cue::IntoAgentTurn, 1500ms, true},
                      {u"Right."_s, Cue::IntoAgentTurn, 4000ms, true},
                      reply(u"Thank you. Goodbye."_s)});
}

} // namespace

int scenarioNumber(const QString &e164)
{
    return e164.right(4).toInt();
}

CalleeScript calleeScript(int scenario)
{
    switch (scenario) {
    case 101:
        return interrupter();
    case 102:
        return unreachable(Reachability::Busy);
    case 103:
        return unreachable(Reachability::NoAnswer);
    case 104:
        return unreachable(Reachability::Fails);
    case 105:
        return voicemail();
    case 106: {
        CalleeScript script = withLines({kHello});
        script.hangsUpAfter = 2s;
        return script;
    }
    case 107:
        return silent();
    case 108:
        return listener();
    case 109: {
        CalleeScript script = withLines(conversation());
        script.socketDrop = CalleeScript::SocketDrop{2, 1s};
        return script;
    }
    case 111:
        return withLines(conversation(u"Yes, is your system busy today?"_s));
    case 112:
        return withLines(conversation(u"Yes, please take your time."_s));
    case 114:
        return withLines({kHello, reply(u"Please take me off your list and do not call again."_s)});
    case 115: {
        CalleeScript script = withLines(conversation());
        script.ringsFor = 8s;
        return script;
    }
    case 180:
        return longTalkCallee();
    default:
        return withLines(conversation());
    }
}

} // namespace engine::practice
