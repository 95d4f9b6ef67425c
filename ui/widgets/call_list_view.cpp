#include "ui/widgets/call_list_view.h"

#include "ui/models/call_list_model.h"
#include "ui/widgets/call_delegate.h"

namespace ui::widgets {

CallListView::CallListView(const Theme &theme, QWidget *parent)
    : QListView(parent), m_delegate(new CallDelegate(theme, this))
{
    setItemDelegate(m_delegate);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMouseTracking(true);
    setEditTriggers(NoEditTriggers);
}

void CallListView::setFolded(bool folded)
{
    m_delegate->setFolded(folded);
}

void CallListView::dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight, const QList<int> &roles)
{
    if (roles.contains(models::CallListModel::SectionRole)) // a heading came or went
        QListView::dataChanged(topLeft, bottomRight, roles);
    else
        viewport()->update(); // once for all changes until the next paint
}

} // namespace ui::widgets
