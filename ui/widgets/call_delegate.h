#pragma once

#include <QStyledItemDelegate>

namespace ui {
class Theme;
}

namespace ui::widgets {

/// One call in the list: sign, number, last words, running time; its section's heading above the first of each.
class CallDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    /// @param theme  outlives the delegate
    explicit CallDelegate(const Theme &theme, QObject *parent = nullptr);

    /// Signs alone, for a list that is folded away.
    void setFolded(bool folded);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    const Theme &m_theme;
    bool m_folded = false;
};

} // namespace ui::widgets
