#pragma once

#include <QListView>
#include <QTimer>

namespace ui {
class Theme;
}

namespace ui::widgets {

class CallDelegate;

/// The list of calls. A row's height depends on its place alone, so a change inside a call repaints and never lays out;
/// and since a hundred live calls change several hundred times a second, that is done ten times a second, as often as
/// the levels come.
class CallListView : public QListView
{
    Q_OBJECT
public:
    /// @param theme  outlives the view
    explicit CallListView(const Theme &theme, QWidget *parent = nullptr);

    /// Signs alone, for a list that is folded away.
    void setFolded(bool folded);
    /// Paints anew within a tenth of a second, once for all who ask until then.
    void repaintSoon();

protected:
    void dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight, const QList<int> &roles) override;

private:
    CallDelegate *m_delegate = nullptr;
    QTimer m_repaint; ///< runs while something waits to be painted
};

} // namespace ui::widgets
