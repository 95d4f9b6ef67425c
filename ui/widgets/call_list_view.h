#pragma once

#include <QListView>
#include <QTimer>

namespace ui {
class Theme;
}

namespace ui::widgets {

class CallDelegate;

/// A list of calls. A row's height depends on its place alone, so a change inside a call repaints and never lays out;
/// and since a hundred live calls change several hundred times a second, that is done ten times a second, as often as
/// the levels come. While a live call is to be seen, its running time goes on.
class CallListView : public QListView
{
    Q_OBJECT
public:
    /// @param theme  outlives the view
    explicit CallListView(const Theme &theme, QWidget *parent = nullptr);

    /// Signs alone, for a list that is folded away.
    void setFolded(bool folded);

protected:
    void paintEvent(QPaintEvent *event) override;
    void dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight, const QList<int> &roles) override;

private:
    bool showsLiveCall() const;
    void repaintSoon();

    CallDelegate *m_delegate = nullptr;
    QTimer m_repaint;     ///< runs while something waits to be painted
    QTimer m_runningTime; ///< since a live call was painted
};

} // namespace ui::widgets
