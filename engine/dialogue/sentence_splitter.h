#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace engine::dialogue {

/// Cuts streamed text into sentences. Where it cuts depends on the text alone, never on how the text was split on its
/// way. Pure.
///
/// A sentence ends with . ! ? … or their CJK, Arabic and Indic kin, quotes and brackets behind them included, when
/// something follows that proves it; or with a line break. "Dr. Lee", "3.5", "e.g. this", "J. Smith" and "Well...
/// maybe" hold no end.
class SentenceSplitter
{
public:
    /// A sentence longer than this is cut at a clause or a blank, so that nothing waits for ever.
    static constexpr qsizetype kMaxSentenceChars = 400;

    /// @return the sentences that are certain now, in order, trimmed, none empty
    [[nodiscard]] QStringList push(const QString &text);

    /// For a pause in the stream: the kept text is a whole sentence if nothing more comes.
    bool looksComplete() const;
    /// The same beyond doubt: the last word is none that is also written with a full stop inside a sentence.
    bool endsClearly() const;
    /// Takes all that is kept; nullopt when it is blank.
    [[nodiscard]] std::optional<QString> takeAll();
    /// Takes the kept text up to its last clause boundary (, ; : or a dash), when that gives at least `minimumWords`
    /// words.
    [[nodiscard]] std::optional<QString> takeClauses(int minimumWords);

    bool isEmpty() const { return m_text.isEmpty(); }
    void clear() { m_text.clear(); }

private:
    QString m_text;
};

} // namespace engine::dialogue
