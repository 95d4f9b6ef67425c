#include "engine/practice/line_figures.h"

#include <algorithm>
#include <cmath>

namespace engine::practice {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kMostSamples = 1'000'000; ///< of a kind; some days of measuring
constexpr auto kHeardWithin = 2s;               ///< a word not recognised by then will not be

} // namespace

void LineFigures::Spread::add(Duration time)
{
    if (samplesMs.size() < kMostSamples)
        samplesMs.push_back(std::chrono::duration<double, std::milli>(time).count());
}

QJsonObject LineFigures::Spread::json() const
{
    QJsonObject object{{u"samples"_s, static_cast<qint64>(samplesMs.size())}};
    if (samplesMs.empty())
        return object;
    std::vector<double> sorted = samplesMs;
    std::sort(sorted.begin(), sorted.end());
    const auto at = [&sorted](double share) {
        const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
        return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
    };
    object.insert("p50_ms"_L1, at(0.50));
    object.insert("p95_ms"_L1, at(0.95));
    object.insert("p99_ms"_L1, at(0.99));
    object.insert("max_ms"_L1, sorted.back());
    return object;
}

void LineFigures::wordSaid(const QString &callSid, const Utterance *utterance, int wordIndex)
{
    ++m_wordsSaid;
    auto &words = m_unheard[callSid];
    giveUpOn(words);
    words.push_back({utterance, wordIndex, m_clock.now()});
}

void LineFigures::wordHeard(const QString &callSid, const Utterance *utterance, int wordIndex)
{
    const auto words = m_unheard.find(callSid);
    if (words == m_unheard.end())
        return;
    const auto word = std::find_if(words->begin(), words->end(), [=](const SaidWord &said) {
        return said.utterance == utterance && said.wordIndex == wordIndex;
    });
    if (word != words->end())
        words->erase(word);
}

void LineFigures::giveUpOn(std::deque<SaidWord> &words)
{
    for (; !words.empty() && words.front().at + kHeardWithin <= m_clock.now(); words.pop_front())
        ++m_wordsMissing;
}

void LineFigures::callEnded(const QString &callSid)
{
    auto words = m_unheard.take(callSid);
    giveUpOn(words);
}

void LineFigures::forget()
{
    m_answers = {};
    m_clears = {};
    m_bargeIns = 0;
    m_wordsSaid = 0;
    m_wordsMissing = 0;
}

QJsonObject LineFigures::json()
{
    for (auto &words : m_unheard)
        giveUpOn(words);
    return {{u"answer"_s, m_answers.json()},
            {u"clear"_s, m_clears.json()},
            {u"barge_ins"_s, m_bargeIns},
            {u"words_said"_s, m_wordsSaid},
            {u"words_missing"_s, m_wordsMissing}};
}

} // namespace engine::practice
