#include "engine/dialogue/sentence_processor.h"

#include "engine/dialogue/speakable.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::dialogue {

using namespace pipeline;

SentenceProcessor::SentenceProcessor(Clock &clock, SentenceSettings settings)
    : Processor(u"sentences"_s), m_settings(std::move(settings)), m_timer(clock.makeTimer([this] { onPause(); }))
{
    // The patterns behind it are compiled on first use, for about 10 ms: better while the phone rings than before the
    // first word.
    static_cast<void>(speakable(u"1"_s, m_settings.language));
}

void SentenceProcessor::downstream(const Frame &frame)
{
    if (const auto *text = std::get_if<ModelText>(&frame)) {
        onText(*text);
        return;
    }
    if (const auto *interrupted = std::get_if<Interrupted>(&frame))
        onInterrupted(interrupted->turn);
    else if (const auto *done = std::get_if<ModelDone>(&frame); done && done->turn == m_turn)
        flush();
    else if (std::holds_alternative<Sentence>(frame) || std::holds_alternative<ToolCall>(frame) ||
             std::holds_alternative<EndOfCall>(frame))
        flush(); // what was written before is said before
    pushDownstream(frame);
}

void SentenceProcessor::onText(const ModelText &text)
{
    if (text.turn <= m_interruptedTurn)
        return;
    if (text.turn != m_turn)
        flush();
    m_turn = text.turn;
    for (const QString &sentence : m_splitter.push(text.text))
        say(sentence);
    const bool severalWords = text.text.trimmed().contains(u' ');
    if (severalWords && m_splitter.endsClearly())
        flush();
    else
        startTimer();
}

void SentenceProcessor::onInterrupted(TurnId turn)
{
    m_interruptedTurn = std::max(m_interruptedTurn, turn);
    if (m_turn > turn)
        return;
    m_splitter.clear();
    m_timer->stop();
}

void SentenceProcessor::startTimer()
{
    m_settled = false;
    if (m_splitter.isEmpty())
        m_timer->stop();
    else
        m_timer->start(std::min(m_settings.settledAfter, m_settings.slowAfter));
}

/// Nothing has followed for a while: first a whole sentence is believed, later clauses are good enough.
void SentenceProcessor::onPause()
{
    if (m_splitter.looksComplete()) {
        flush();
    } else if (!m_settled && m_settings.slowAfter > m_settings.settledAfter) {
        m_settled = true;
        m_timer->start(m_settings.slowAfter - m_settings.settledAfter);
    } else if (const auto clauses = m_splitter.takeClauses(m_settings.minimumClauseWords)) {
        say(*clauses);
    }
}

void SentenceProcessor::flush()
{
    m_timer->stop();
    if (const auto rest = m_splitter.takeAll())
        say(*rest);
}

void SentenceProcessor::say(const QString &sentence)
{
    const QString spoken = speakable(sentence, m_settings.language);
    if (!spoken.isEmpty())
        pushDownstream(Sentence{.turn = m_turn, .text = spoken});
}

} // namespace engine::dialogue
