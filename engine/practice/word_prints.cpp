#include "engine/practice/word_prints.h"

#include "engine/practice/companding.h"

#include <algorithm>
#include <cstring>

namespace engine::practice {

namespace {

constexpr std::size_t kMaxCandidates = 64;
constexpr std::uint64_t kBase = 0x9E3779B97F4A7C15ULL; // odd, so that no byte of the window is lost
constexpr char kNegativeZero = 0x7F;
constexpr char kPositiveZero = static_cast<char>(0xFF);

constexpr std::uint64_t power(std::uint64_t base, int exponent)
{
    std::uint64_t result = 1;
    for (int i = 0; i < exponent; ++i)
        result *= base;
    return result;
}

constexpr std::uint64_t kOldest = power(kBase, WordEar::kAnchor);

std::uint64_t roll(std::uint64_t hash, char in)
{
    return hash * kBase + static_cast<unsigned char>(in) + 1;
}

std::uint64_t rollOut(std::uint64_t hash, char out)
{
    return hash - kOldest * (static_cast<std::uint64_t>(static_cast<unsigned char>(out)) + 1);
}

std::size_t filterSlot(std::uint64_t hash, std::size_t bits)
{
    // The low bits of a polynomial hash depend on few bytes; multiplying mixes the rest in.
    return static_cast<std::size_t>((hash * 0xD6E8FEB86659FD93ULL) >> 40) % bits;
}

std::uint64_t anchorHash(QByteArrayView audio)
{
    std::uint64_t hash = 0;
    for (int i = 0; i < WordEar::kAnchor; ++i)
        hash = roll(hash, audio[i]);
    return hash;
}

} // namespace

void WordPrints::add(const std::shared_ptr<const Utterance> &utterance)
{
    if (utterance->words.empty())
        return;
    const auto [entry, isNew] = m_entries.try_emplace(utterance.get(), Entry{utterance, {}});
    if (!isNew)
        return;
    index(Companding::MuLaw, m_mulaw, entry->second);
    if (m_alaw)
        index(Companding::ALaw, *m_alaw, entry->second);
}

void WordPrints::remove(const std::shared_ptr<const Utterance> &utterance)
{
    const auto forget = [&utterance](Index &from) {
        std::erase_if(from.prints, [&utterance](const auto &item) { return item.second.utterance == utterance; });
        from.filter.reset();
        for (const auto &item : from.prints)
            from.filter.set(filterSlot(item.first, kFilterBits));
    };
    forget(m_mulaw);
    if (m_alaw)
        forget(*m_alaw);
    m_entries.erase(utterance.get());
}

void WordPrints::index(Companding companding, Index &into, Entry &entry)
{
    if (companding == Companding::ALaw && entry.alaw.isEmpty())
        entry.alaw = mulawToAlaw(entry.utterance->mulaw);
    const QByteArrayView audio = companding == Companding::ALaw ? entry.alaw : entry.utterance->mulaw;
    int wordIndex = 0;
    for (const SpokenWord &word : entry.utterance->words) {
        const int length = std::max(word.endSample - word.firstSample, WordEar::kAnchor);
        if (word.firstSample + length <= audio.size()) {
            const QByteArrayView part = audio.sliced(word.firstSample, length);
            const std::uint64_t hash = anchorHash(part);
            into.prints.emplace(hash, Print{entry.utterance, wordIndex, part});
            into.filter.set(filterSlot(hash, kFilterBits));
        }
        ++wordIndex;
    }
}

const WordPrints::Index &WordPrints::indexFor(Companding companding)
{
    if (companding == Companding::MuLaw)
        return m_mulaw;
    if (!m_alaw) {
        m_alaw.emplace();
        for (auto &item : m_entries)
            index(Companding::ALaw, *m_alaw, item.second);
    }
    return *m_alaw;
}

bool WordEar::follow(Candidate &candidate, QByteArrayView bytes)
{
    const qsizetype count = std::min(bytes.size(), candidate.print.audio.size() - candidate.matched);
    if (std::memcmp(bytes.data(), candidate.print.audio.data() + candidate.matched, static_cast<std::size_t>(count)) !=
        0)
        return false;
    candidate.matched += count;
    return true;
}

void WordEar::begin(std::uint64_t hash)
{
    const auto [first, last] = m_prints.indexFor(m_companding).prints.equal_range(hash);
    for (auto item = first; item != last && m_candidates.size() < kMaxCandidates; ++item) {
        bool same = true;
        for (int i = 0; same && i < kAnchor; ++i)
            same = m_recent[static_cast<std::size_t>((m_position + i) % kAnchor)] == item->second.audio[i];
        if (same)
            m_candidates.push_back({item->second, m_position - kAnchor, kAnchor});
    }
}

std::vector<WordEar::Heard> WordEar::hear(QByteArrayView bytes)
{
    std::vector<Heard> heard;
    const auto settle = [this, &heard](std::size_t from, QByteArrayView rest) {
        std::size_t kept = from;
        for (std::size_t i = from; i < m_candidates.size(); ++i) {
            Candidate &candidate = m_candidates[i];
            if (!follow(candidate, rest))
                continue;
            if (candidate.matched == candidate.print.audio.size()) {
                heard.push_back({candidate.print.utterance, candidate.print.wordIndex, candidate.firstSample,
                                 candidate.firstSample + candidate.matched});
                continue;
            }
            if (kept != i)
                m_candidates[kept] = std::move(candidate);
            ++kept;
        }
        m_candidates.resize(kept);
    };

    // Mu-law has two zeros; who decodes and encodes again may swap them, and nobody can hear it.
    m_scratch.resize(bytes.size());
    if (m_companding == Companding::MuLaw)
        std::replace_copy(bytes.begin(), bytes.end(), m_scratch.begin(), kNegativeZero, kPositiveZero);
    else
        std::copy(bytes.begin(), bytes.end(), m_scratch.begin());
    const QByteArrayView clean = m_scratch;

    settle(0, clean);
    const auto &filter = m_prints.indexFor(m_companding).filter;
    for (qsizetype i = 0; i < clean.size(); ++i) {
        char &slot = m_recent[static_cast<std::size_t>(m_position % kAnchor)];
        m_hash = roll(m_hash, clean[i]);
        if (m_position >= kAnchor)
            m_hash = rollOut(m_hash, slot);
        slot = clean[i];
        ++m_position;
        if (m_position < kAnchor || !filter.test(filterSlot(m_hash, WordPrints::kFilterBits)))
            continue;
        const std::size_t before = m_candidates.size();
        begin(m_hash);
        settle(before, clean.sliced(i + 1));
    }
    std::stable_sort(heard.begin(), heard.end(),
                     [](const Heard &a, const Heard &b) { return a.endSample < b.endSample; });
    return heard;
}

} // namespace engine::practice
