#pragma once

#include <QCache>
#include <QStyledItemDelegate>

namespace ui {
class Theme;
}

namespace ui::widgets {

/// One line of a conversation as a bubble: callee on one side, agent on the other, happenings as pills between them.
class TranscriptDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    /// @param theme  outlives the delegate
    explicit TranscriptDelegate(const Theme &theme, QObject *parent = nullptr);

    /// The width bubbles may take; all sizes are measured anew when it changes.
    void setWidth(int width);
    /// Another model, other fonts: forget every size.
    void reset() { m_sizes.clear(); }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    struct Size
    {
        int revision = 0;
        int height = 0;
    };
    const Theme &m_theme;
    int m_width = 400;
    mutable QCache<int, Size> m_sizes; // by row; measuring words is what a long transcript costs
};

} // namespace ui::widgets
