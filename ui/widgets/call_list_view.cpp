#include "ui/widgets/call_list_view.h"

#include "ui/models/call_list_model.h"
#include "ui/widgets/call_delegate.h"

#include <chrono>

namespace ui::widgets {

namespace {

constexpr std::chrono::milliseconds kRepaintDelay{100};

} // namespace

CallListView::CallListView(const Theme &theme, QWidget *parent)
    : QListView(parent), m_delegate(new CallDelegate(theme, this))
{
    setItemDelegate(m_delegate);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMouseTracking(true);
    setEditTriggers(NoEditTriggers);
    m_repaint.setSingleShot(true);
    m_repaint.setInterval(kRepaintDelay);
    connect(&m_repaint, &QTimer::timeout, viewport(), qOverload<>(&QWidget::update));
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
        repaintSoon();
}

void CallListView::repaintSoon()
{
    if (!m_repaint.isActive())
        m_repaint.start();
}

} // namespace ui::widgets
