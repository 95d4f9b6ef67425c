#pragma once

#include "engine/pipeline/frame.h"

#include <QStringList>

#include <chrono>
#include <vector>

namespace engine::speech {

/// How far the vendor has come with the sentences of one context, from what it delivered: sound, word times, and
/// sentences reported whole. Answers what would have to be said again after a failure without saying a word twice.
///
/// The vendor's words are matched to the text by counting letters and digits, because vendors cut text into words in
/// their own way. A plain value; keeps no clock.
class SpokenProgress
{
public:
    void addSentence(const QString &sentence);
    void addAudio(qint64 mulawBytes) { m_audioBytes += mulawBytes; }
    /// Times from the start of the context.
    void addWords(const std::vector<pipeline::WordTime> &words);
    /// So many sentences are delivered whole.
    void setDelivered(int sentences);

    std::chrono::milliseconds audioTime() const;
    bool hasAudio() const { return m_audioBytes > 0; }

    /// The text whose sound has not come: whole sentences, the first perhaps without its beginning. Empty when all is
    /// said.
    QStringList unspoken() const;
    bool hasUnspoken() const { return !unspoken().isEmpty(); }

    /// Words whose sound has begun to come and that were not taken before.
    std::vector<pipeline::WordTime> takeAudibleWords();
    /// All words not taken before.
    std::vector<pipeline::WordTime> takeWords();

private:
    qsizetype spokenLetters() const;

    QStringList m_sentences;
    std::vector<pipeline::WordTime> m_words;
    size_t m_taken = 0;
    int m_delivered = 0;
    qint64 m_audioBytes = 0;
    qint64 m_audioAtDelivered = 0; // bytes there were when the last sentence was reported whole
};

} // namespace engine::speech
