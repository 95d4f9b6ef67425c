#include "ui/widgets/call_list_view.h"

#include "ui/format/time_text.h"
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
    m_runningTime.setSingleShot(true);
    m_runningTime.setInterval(format::kRunningTimeTick);
    connect(&m_runningTime, &QTimer::timeout, this, &CallListView::repaintSoon);
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

void CallListView::paintEvent(QPaintEvent *event)
{
    QListView::paintEvent(event);
    if (!m_runningTime.isActive() && showsLiveCall())
        m_runningTime.start();
}

bool CallListView::showsLiveCall() const
{
    const int bottom = viewport()->height();
    for (QModelIndex row = indexAt({0, 0}); row.isValid() && visualRect(row).top() < bottom;
         row = row.siblingAtRow(row.row() + 1))
        if (row.data(models::CallListModel::LiveRole).toBool())
            return true;
    return false;
}

void CallListView::repaintSoon()
{
    if (!m_repaint.isActive())
        m_repaint.start();
}

} // namespace ui::widgets
