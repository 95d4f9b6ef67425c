#include "ui/models/engine_questions.h"

using namespace Qt::StringLiterals;

namespace ui::models {

EngineQuestions::EngineQuestions(EngineLink &link) : QObject(&link), m_link(link)
{
    connect(&link, &EngineLink::detached, this, &EngineQuestions::giveUpAll);
}

void EngineQuestions::giveUp(int number)
{
    if (const auto answer = m_waiting.take(number))
        answer({engine::Fault::Program, u"engine_away"_s,
                tr("Dialdesk is starting and cannot answer yet. Try again in a moment.")});
}

void EngineQuestions::giveUpAll()
{
    const auto numbers = m_waiting.keys();
    for (const int number : numbers)
        giveUp(number);
}

} // namespace ui::models
