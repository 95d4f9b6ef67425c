#include "ui/pages/left_column.h"

#include "ui/models/call_list_model.h"
#include "ui/pages/dial_panel.h"
#include "ui/theme.h"
#include "ui/widgets/call_list_view.h"
#include "ui/widgets/icons.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui::pages {

using engine::CallSid;
using models::CallListModel;

namespace {

constexpr int kFoldedWidth = 64;

} // namespace

LeftColumn::LeftColumn(const Theme &theme, CallListModel &calls, models::RecentNumbers &recent, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_calls(calls)
{
    setObjectName(u"leftColumn"_s);
    setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 1, 0);
    layout->setSpacing(0);
    m_unfold = new QPushButton(this);
    m_unfold->setFlat(true);
    m_unfold->setAccessibleName(tr("New call"));
    m_unfold->setToolTip(tr("New call (Ctrl+N)"));
    m_unfold->setFixedHeight(48);
    m_dialPanel = new DialPanel(theme, recent, this);
    m_list = new widgets::CallListView(theme, this);
    m_list->setObjectName(u"callList"_s);
    m_list->setAccessibleName(tr("Calls"));
    m_list->setModel(&calls);
    m_noCalls = new QLabel(tr("Calls appear here: live ones on top."), this);
    m_noCalls->setProperty("role", u"small"_s);
    m_noCalls->setMargin(metrics::kCard);
    m_noCalls->setWordWrap(true);
    layout->addWidget(m_unfold);
    layout->addWidget(m_dialPanel);
    layout->addWidget(m_noCalls);
    layout->addWidget(m_list, 1);

    connect(m_unfold, &QPushButton::clicked, this, &LeftColumn::newCallAsked);
    connect(m_list, &QListView::clicked, this, &LeftColumn::callClicked);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &current) {
        emit callSelected(CallSid(current.data(CallListModel::SidRole).toString()));
    });
    connect(&calls, &CallListModel::rowsInserted, this, &LeftColumn::onCallsChanged);
    connect(&calls, &CallListModel::rowsRemoved, this, &LeftColumn::onCallsChanged);
    connect(&theme, &Theme::changed, this, &LeftColumn::applyTheme);
    applyTheme();
    setWidth(Width::Normal);
}

void LeftColumn::applyTheme()
{
    m_unfold->setIcon(widgets::icon(u"dial"_s, m_theme.tokens().live));
}

void LeftColumn::setWidth(Width width)
{
    m_width = width;
    const bool folded = width == Width::Folded;
    apply(width, metrics::kLeftWidth, this);
    m_dialPanel->setVisible(!folded);
    m_unfold->setVisible(folded);
    m_list->setFolded(folded);
    onCallsChanged();
}

void LeftColumn::apply(Width width, int normal, QWidget *column)
{
    const bool folded = width == Width::Folded;
    column->setMinimumWidth(folded ? kFoldedWidth : width == Width::All ? 0 : normal);
    column->setMaximumWidth(folded ? kFoldedWidth : width == Width::All ? QWIDGETSIZE_MAX : normal);
}

void LeftColumn::onCallsChanged()
{
    m_noCalls->setVisible(m_width != Width::Folded && m_calls.rowCount() == 0);
}

void LeftColumn::selectCall(const CallSid &sid)
{
    const int row = m_calls.rowOf(sid);
    if (row < 0)
        return;
    m_list->setCurrentIndex(m_calls.index(row));
    m_list->scrollTo(m_calls.index(row));
}

void LeftColumn::clearSelection()
{
    m_list->selectionModel()->clear();
}

void LeftColumn::moveSelection(int rows)
{
    const QModelIndex next = m_calls.index(std::max(0, m_list->currentIndex().row() + rows));
    if (next.isValid())
        m_list->setCurrentIndex(next);
}

} // namespace ui::pages
