#pragma once

#include <QString>
#include <QStringList>

namespace engine::turns {

/// The words of the callee that wait to become a turn.
///
/// Transcribers give text in segments: interims, each replacing the one before, then a final. Words can be dealt with
/// (given away as a turn, or found to be no turn) while their segment is still open; the transcriber then says them
/// again in its next interim and its final. This class knows what was dealt with and lets only new words through. Pure
/// bookkeeping, no clock.
class CalleeWords
{
public:
    /// The open segment now reads so (not empty). @return whether this changed the waiting words (not only their
    /// writing)
    bool interim(const QString &text);
    /// The open segment reads so for good; an empty text means that nothing was said. @return whether this changed the
    /// waiting words
    bool final(const QString &text);
    /// The open segment is over without a final: its interim stands.
    void closeSegment();
    /// Puts words of an earlier turn, which is not going to be answered, in front of those waiting.
    void carry(const QString &text);

    /// Everything waiting, joined with single spaces.
    [[nodiscard]] QString text() const;
    /// What the transcriber has said since words were last dealt with: text() without the carried words.
    [[nodiscard]] QString fresh() const;
    [[nodiscard]] bool isEmpty() const { return text().isEmpty(); }
    /// Whether the newest words are the rest of a segment whose beginning was given away.
    [[nodiscard]] bool continuesReleased() const { return m_continuesReleased; }

    /// The waiting words were given away as a turn.
    void release();
    /// The waiting words are no turn. When their segment goes on they count again, together with what was added:
    /// a "yes" that becomes "yes but I wanted" is seen whole.
    void discard();
    /// Brings back what the last discard() took, unless words were given away since. @return whether there was
    /// something
    bool restore();

private:
    QString unsettled(const QString &text);

    QString m_carried;
    QStringList m_finals;
    QString m_interim;
    QString m_segment;            // the open segment as the transcriber last wrote it
    QStringList m_releasedWords;  // of the open segment: already given away
    QStringList m_discardedWords; // of the open segment after those: found to be no turn
    bool m_continuesReleased = false;
    QString m_lastDiscarded;
};

} // namespace engine::turns
