#pragma once

#include "engine/practice/voice.h"

#include <QByteArrayView>

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace engine::practice {

/// How the bytes an ear gets were companded (ITU-T G.711).
enum class Companding
{
    MuLaw,
    ALaw
};

/// The audio of every word a Voice has spoken, to recognise words by: the simulated transcriber's vocabulary.
///
/// Same thread as the Voice that fills it and the ears that use it; nothing here is guarded.
class WordPrints
{
public:
    /// One word of one utterance.
    struct Print
    {
        std::shared_ptr<const Utterance> utterance;
        int wordIndex = 0;
        QByteArrayView audio; ///< into the utterance, or into this class for A-law
    };

    /// Adding an utterance twice changes nothing.
    void add(const std::shared_ptr<const Utterance> &utterance);
    void remove(const std::shared_ptr<const Utterance> &utterance);

private:
    friend class WordEar;
    static constexpr std::size_t kFilterBits = 1U << 18;

    /// Words by a hash of their first samples; the filter answers "surely none" for most hashes without a look-up.
    struct Index
    {
        std::unordered_multimap<std::uint64_t, Print> prints;
        std::bitset<kFilterBits> filter;
    };
    struct Entry
    {
        std::shared_ptr<const Utterance> utterance;
        QByteArray alaw;
    };

    void index(Companding companding, Index &into, Entry &entry);
    /// The index for one companding. That for A-law is made when the first A-law ear appears.
    const Index &indexFor(Companding companding);

    std::unordered_map<const Utterance *, Entry> m_entries;
    Index m_mulaw;
    std::optional<Index> m_alaw;
};

/// Listens to one stream of companded 8 kHz audio and recognises a word only if its audio arrived whole and in order:
/// one sample missing or changed and the word was not heard. What comes before, between and after does not matter.
///
/// Costs a few nanoseconds a byte. Same thread as its WordPrints, which outlive it.
class WordEar
{
public:
    struct Heard
    {
        std::shared_ptr<const Utterance> utterance;
        int wordIndex = 0;
        qint64 firstSample = 0; ///< in samples of this stream
        qint64 endSample = 0;

        const QString &word() const { return utterance->words[static_cast<std::size_t>(wordIndex)].word; }
        bool isLastOfUtterance() const { return wordIndex + 1 == static_cast<int>(utterance->words.size()); }
    };

    WordEar(WordPrints &prints, Companding companding) : m_prints(prints), m_companding(companding) {}

    /// @param bytes  any number, also none or one
    /// @return words completed by these bytes, in the order they ended
    std::vector<Heard> hear(QByteArrayView bytes);

    /// The beginning of a known word has arrived and nothing has contradicted it yet.
    bool isMidWord() const { return !m_candidates.empty(); }
    qint64 samplesHeard() const { return m_position; }

    /// Samples at a word's start by which it is looked up; shorter words count as this long.
    static constexpr int kAnchor = 64;

private:
    struct Candidate
    {
        WordPrints::Print print;
        qint64 firstSample = 0;
        qsizetype matched = 0;
    };

    void begin(std::uint64_t hash);
    /// Compares the next bytes of the stream; false when they differ.
    static bool follow(Candidate &candidate, QByteArrayView bytes);

    WordPrints &m_prints;
    Companding m_companding;
    std::array<char, kAnchor> m_recent{}; // ring of the last bytes
    std::uint64_t m_hash = 0;
    qint64 m_position = 0;
    std::vector<Candidate> m_candidates;
    QByteArray m_scratch;
};

} // namespace engine::practice
