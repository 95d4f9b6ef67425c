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
    /// Selected characters [from, to) of one line.
    struct Selection
    {
        int row = -1;
        int from = 0;
        int to = 0;
    };

    /// @param theme  outlives the delegate
    explicit TranscriptDelegate(const Theme &theme, QObject *parent = nullptr);

    /// The width bubbles may take; all sizes are measured anew when it changes.
    void setWidth(int width);
    /// Another model, other fonts: forget every size.
    void reset() { m_sizes.clear(); }
    /// Words to light up; "" for none.
    void setSearch(const QString &words) { m_search = words; }
    void setSelection(const Selection &selection) { m_selection = selection; }
    /// Whether lines can be listened to.
    void setAudible(bool audible) { m_audible = audible; }
    /// The line that sounds just now; -1 for none.
    void setSounding(int row) { m_sounding = row; }
    const Selection &selection() const { return m_selection; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    /// Whether a line that has changed takes as much room as before.
    [[nodiscard]] bool keepsHeight(const QModelIndex &index) const;

    /// The character at a place of the view; -1 beside the words. @param anywhere  the nearest one also beside them
    [[nodiscard]] int characterAt(const QStyleOptionViewItem &option, const QModelIndex &index, const QPoint &place,
                                  bool anywhere) const;
    /// Whether a place is on the line below an answer, which opens its chart.
    [[nodiscard]] bool isFooterAt(const QStyleOptionViewItem &option, const QModelIndex &index,
                                  const QPoint &place) const;
    /// Whether a click at this place is for hearing the line.
    [[nodiscard]] bool isListenedAt(const QStyleOptionViewItem &option, const QModelIndex &index, const QPoint &place) const;
    [[nodiscard]] QString textOf(const QModelIndex &index) const;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;

private:
    struct Size
    {
        int revision = 0;
        int height = 0;
    };
    struct Places;
    Places placesOf(const QStyleOptionViewItem &option, const QModelIndex &index) const;
    void paintPill(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index,
                   const Places &places) const;
    void paintFooter(QPainter *painter, const QModelIndex &index, const Places &places) const;
    void paintListen(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index,
                     const Places &places) const;

    const Theme &m_theme;
    int m_width = 400;
    QString m_search;
    Selection m_selection;
    bool m_audible = false;
    int m_sounding = -1;
    mutable QCache<int, Size> m_sizes; // by row; measuring words is what a long transcript costs
};

} // namespace ui::widgets
