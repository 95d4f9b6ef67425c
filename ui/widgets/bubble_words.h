#pragma once

#include <QModelIndex>
#include <QTextLayout>

#include <memory>

namespace ui {
struct Tokens;
}

namespace ui::widgets {

/// The words of one line of a conversation laid out for a width: said or heard ones, those under way and those never
/// heard, each in its look.
class BubbleWords
{
public:
    /// @param index  of a TranscriptModel; @param widest  what a line of words may take
    BubbleWords(const QModelIndex &index, const Tokens &tokens, int widest);

    const QSizeF &size() const { return m_size; }
    QString text() const { return m_layout->text(); }
    /// The character at a place relative to the first line's corner; the nearest one outside of the words.
    int positionAt(const QPointF &place) const;
    /// Lights up the found words, and the selected characters [from, to).
    void draw(QPainter &painter, const QPointF &at, const QString &search, int from, int to) const;

private:
    const Tokens &m_tokens;
    std::unique_ptr<QTextLayout> m_layout; // cannot be moved itself
    QSizeF m_size;
};

} // namespace ui::widgets
