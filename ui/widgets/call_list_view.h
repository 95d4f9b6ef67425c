#pragma once

#include <QListView>

namespace ui {
class Theme;
}

namespace ui::widgets {

class CallDelegate;

/// The list of calls. A row's height depends on its place alone, so a change inside a call repaints and never lays out:
/// a hundred live calls change several hundred times a second.
class CallListView : public QListView
{
    Q_OBJECT
public:
    /// @param theme  outlives the view
    explicit CallListView(const Theme &theme, QWidget *parent = nullptr);

    /// Signs alone, for a list that is folded away.
    void setFolded(bool folded);

protected:
    void dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight, const QList<int> &roles) override;

private:
    CallDelegate *m_delegate = nullptr;
};

} // namespace ui::widgets
