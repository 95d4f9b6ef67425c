#include "ui/pages/history_page.h"

#include "ui/models/call_list_model.h"
#include "ui/models/history_link.h"
#include "ui/pages/history_filter.h"
#include "ui/theme.h"
#include "ui/widgets/call_list_view.h"
#include "ui/widgets/icons.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace ui::pages {

using engine::CallSid;
using models::CallListModel;

namespace {

constexpr auto kRefreshDelay = 300ms; ///< the store is written at most 100 ms behind

} // namespace

HistoryPage::HistoryPage(models::EngineLink &link, const Theme &theme, QWidget *parent) : QWidget(parent), m_link(link)
{
    setObjectName(u"historyPage"_s);
    setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 1, 0);
    layout->setSpacing(0);
    m_head = makeHead(theme);
    m_list = new widgets::CallListView(theme, this);
    m_list->setObjectName(u"historyList"_s);
    m_list->setAccessibleName(tr("Calls of the history"));
    m_list->setModel(&m_model);
    m_empty = new QLabel(this);
    m_empty->setObjectName(u"historyEmpty"_s);
    m_empty->setProperty("role", u"empty"_s);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(metrics::kCard);
    m_foot = makeFoot();
    layout->addWidget(m_head);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_empty, 1);
    layout->addWidget(m_foot);

    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshDelay);
    connect(&m_refresh, &QTimer::timeout, this, &HistoryPage::search);
    connect(m_filter, &HistoryFilter::changed, this, &HistoryPage::search);
    connect(&m_model, &models::HistoryModel::pageAsked, this, &HistoryPage::onPageAsked);
    connect(&m_model, &models::HistoryModel::stateChanged, this, &HistoryPage::onState);
    connect(&m_model, &models::HistoryModel::modelReset, this, &HistoryPage::selectAgain);
    connect(&link, &models::EngineLink::event, this, &HistoryPage::onEvent);
    connect(&link, &models::EngineLink::attached, this, [this] {
        if (isVisible())
            search();
    });
    connect(&link, &models::EngineLink::factsChanged, this,
            [this] { m_model.setHomeRegion(m_link.facts().homeRegion); });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &current) {
        const CallSid sid(current.data(CallListModel::SidRole).toString());
        if (sid.isEmpty() || sid == m_selected)
            return;
        m_selected = sid;
        emit callSelected(sid);
    });
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &index) {
        m_selected = CallSid(index.data(CallListModel::SidRole).toString());
        emit callClicked();
        emit callSelected(m_selected); // also the one chosen already: something else may be shown meanwhile
    });
    setWidth(LeftColumn::Width::Normal);
    onState();
}

QWidget *HistoryPage::makeHead(const Theme &theme)
{
    auto *head = new QWidget(this);
    auto *layout = new QVBoxLayout(head);
    layout->setContentsMargins(metrics::kCard, 12, metrics::kCard, 8);
    layout->setSpacing(8);
    auto *row = new QHBoxLayout;
    auto *title = new QLabel(tr("History"), head);
    title->setProperty("role", u"title"_s);
    auto *close = new QPushButton(tr("Back to calls"), head);
    close->setObjectName(u"historyClose"_s);
    close->setFlat(true);
    close->setToolTip(tr("Dial, and see the live calls (Ctrl+H)"));
    row->addWidget(title);
    row->addStretch(1);
    row->addWidget(close);
    layout->addLayout(row);
    m_filter = new HistoryFilter(theme, head);
    layout->addWidget(m_filter);
    connect(close, &QPushButton::clicked, this, &HistoryPage::closeAsked);
    return head;
}

QWidget *HistoryPage::makeFoot()
{
    auto *foot = new QWidget(this);
    foot->setObjectName(u"historyFoot"_s);
    foot->setAttribute(Qt::WA_StyledBackground);
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(metrics::kCard, 8, metrics::kCard, 8);
    m_clear = new QPushButton(tr("Show all"), foot);
    m_clear->setObjectName(u"historyClear"_s);
    m_export = new QPushButton(tr("Export these calls …"), foot);
    m_export->setObjectName(u"exportHistory"_s);
    m_export->setToolTip(tr("Save every call that passes the filter as JSON, a table or text"));
    row->addWidget(m_clear);
    row->addStretch(1);
    row->addWidget(m_export);
    connect(m_clear, &QPushButton::clicked, m_filter, &HistoryFilter::clear);
    connect(m_export, &QPushButton::clicked, this, [this] { emit exportAsked(m_filter->filter()); });
    return foot;
}

void HistoryPage::open()
{
    search();
    m_filter->focusWords();
}

void HistoryPage::search()
{
    m_model.setFilter(m_filter->filter());
}

void HistoryPage::onPageAsked(const engine::records::CallFilter &filter)
{
    m_link.history().list(filter, this,
                          [this, filter](const models::HistoryModel::Page &page) { m_model.addPage(filter, page); });
}

void HistoryPage::onEvent(const engine::records::Event &event)
{
    // Whoever has scrolled down reads older calls, and must not lose the place.
    if (std::holds_alternative<engine::records::CallEnded>(event) && isVisible() &&
        m_list->verticalScrollBar()->value() == 0)
        m_refresh.start();
}

void HistoryPage::onState()
{
    const bool empty = m_model.rowCount() == 0;
    const bool open = m_filter->isOpen();
    QString words;
    if (!m_model.trouble().isEmpty())
        words = m_model.trouble();
    else if (m_model.isAsking())
        words = tr("Looking …");
    else if (open)
        words = tr("There are no calls yet.\nGo back to calls and press Dial: each call is kept here.");
    else
        words = tr("No call matches.\nTry other words or more days, or press Show all.");
    m_empty->setText(words);
    m_empty->setVisible(empty);
    m_list->setVisible(!empty);
    m_clear->setEnabled(!open);
    m_export->setEnabled(!empty);
}

void HistoryPage::selectAgain()
{
    const int row = m_model.rowOf(m_selected);
    if (row >= 0)
        m_list->setCurrentIndex(m_model.index(row));
}

void HistoryPage::remove(const CallSid &sid)
{
    if (sid == m_selected)
        m_selected = {};
    m_model.remove(sid);
}

void HistoryPage::moveSelection(int rows)
{
    const QModelIndex next = m_model.index(std::max(0, m_list->currentIndex().row() + rows));
    if (next.isValid())
        m_list->setCurrentIndex(next);
}

void HistoryPage::setWidth(LeftColumn::Width width)
{
    const bool folded = width == LeftColumn::Width::Folded;
    LeftColumn::apply(width, metrics::kHistoryWidth, this);
    m_head->setVisible(!folded);
    m_foot->setVisible(!folded);
    m_list->setFolded(folded);
}

} // namespace ui::pages
