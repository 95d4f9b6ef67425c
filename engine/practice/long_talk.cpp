#include "engine/practice/long_talk.h"

#include <array>

namespace engine::practice {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct Exchange
{
    QLatin1StringView callee;
    QLatin1StringView agent;
};

constexpr std::array kExchanges = {
    Exchange{"I have been meaning to come in, but this month has been very full."_L1,
             "I understand, and we keep evening hours for people who work late."_L1},
    Exchange{"My last visit was in March, and the doctor found two small holes."_L1,
             "Thank you, I can see that in your file, and both were filled then."_L1},
    Exchange{"One of my teeth is a little sore when I drink something cold."_L1,
             "I am sorry, and the doctor will look at that tooth before the rest."_L1},
    Exchange{"Is there a place to leave the car near your house, or do I walk?"_L1,
             "There is, and behind the house you will find ten free places."_L1},
    Exchange{"My daughter needs a visit as well, and she would come with me."_L1,
             "Of course, I will note her name, and you can come in together."_L1},
    Exchange{"Excuse me, I would also like to know what such a visit costs."_L1,
             "Certainly, the insurance pays for most of it, and you for the rest."_L1},
};
constexpr auto kInterruptsAfter = 1500ms;

} // namespace

CalleeScript longTalkCallee()
{
    CalleeScript script;
    script.lines.push_back({u"Hello?"_s, Cue::AfterAnswer, 600ms});
    for (const Exchange &exchange : kExchanges) {
        script.lines.push_back({exchange.callee, Cue::AfterAgentTurn});
        script.answers.append(exchange.agent);
    }
    script.lines.back().cue = Cue::IntoAgentTurn;
    script.lines.back().delay = kInterruptsAfter;
    script.repeatsFrom = 1;
    return script;
}

QString longTalkReply(const QString &said)
{
    for (const Exchange &exchange : kExchanges)
        if (said.endsWith(exchange.callee))
            return exchange.agent;
    return {};
}

} // namespace engine::practice
