#include "ui/pages/history_filter.h"

#include "ui/format/call_text.h"
#include "ui/theme.h"
#include "ui/widgets/choice_box.h"

#include <QDateEdit>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace ui::pages {

namespace {

constexpr auto kTypingPause = 200ms;

enum Days
{
    AnyDay,
    Today,
    Yesterday,
    LastSeven,
    LastThirty,
    Between
};

} // namespace

HistoryFilter::HistoryFilter(const Theme &theme, QWidget *parent) : QWidget(parent)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    m_words = new QLineEdit(this);
    m_words->setObjectName(u"historySearch"_s);
    m_words->setPlaceholderText(tr("Words, a number, a name …"));
    m_words->setAccessibleName(tr("Search the history"));
    m_words->setClearButtonEnabled(true);
    layout->addWidget(m_words);

    auto *choices = new QHBoxLayout;
    choices->setSpacing(8);
    m_outcome = new widgets::ChoiceBox(theme, this);
    m_outcome->setObjectName(u"historyOutcome"_s);
    m_outcome->setAccessibleName(tr("Outcome"));
    m_outcome->addItem(tr("Any outcome"), QString());
    for (const char *outcome : {"conversation", "no_words", "busy", "no_answer", "failed", "canceled"}) {
        const QString word = QLatin1StringView(outcome);
        m_outcome->addItem(format::outcomeText(word), word);
    }
    choices->addWidget(m_outcome, 1);
    m_days = new widgets::ChoiceBox(theme, this);
    choices->addWidget(m_days, 1);
    layout->addLayout(choices);
    makeDays();
    layout->addWidget(m_between);

    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingPause);
    connect(&m_typing, &QTimer::timeout, this, &HistoryFilter::changed);
    connect(m_words, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(m_outcome, &QComboBox::currentIndexChanged, this, &HistoryFilter::changed);
    connect(m_days, &QComboBox::currentIndexChanged, this, [this] {
        m_between->setVisible(m_days->currentData().toInt() == Between);
        emit changed();
    });
    connect(m_from, &QDateEdit::dateChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(m_to, &QDateEdit::dateChanged, &m_typing, qOverload<>(&QTimer::start));
}

void HistoryFilter::makeDays()
{
    m_days->setObjectName(u"historyDays"_s);
    m_days->setAccessibleName(tr("Days"));
    m_days->addItem(tr("Any day"), AnyDay);
    m_days->addItem(tr("Today"), Today);
    m_days->addItem(tr("Yesterday"), Yesterday);
    m_days->addItem(tr("Last 7 days"), LastSeven);
    m_days->addItem(tr("Last 30 days"), LastThirty);
    m_days->addItem(tr("Between …"), Between);

    m_between = new QWidget(this);
    auto *row = new QHBoxLayout(m_between);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    const QDate today = QDate::currentDate();
    const auto makeDate = [&](const QString &name, const QString &spoken, const QDate &date) {
        auto *edit = new QDateEdit(date, m_between);
        edit->setObjectName(name);
        edit->setAccessibleName(spoken);
        edit->setButtonSymbols(QAbstractSpinBox::NoButtons);
        edit->setDateRange({2000, 1, 1}, today.addYears(1));
        row->addWidget(edit, 1);
        return edit;
    };
    m_from = makeDate(u"historyFrom"_s, tr("First day"), today.addDays(-7));
    row->addWidget(new QLabel(tr("to", "between two dates"), m_between));
    m_to = makeDate(u"historyTo"_s, tr("Last day"), today);
    m_between->hide();
}

engine::records::CallFilter HistoryFilter::filter() const
{
    engine::records::CallFilter filter;
    filter.text = m_words->text().trimmed();
    filter.outcome = m_outcome->currentData().toString();
    const QDate today = QDate::currentDate();
    QDate from, to; // both of them wanted
    switch (m_days->currentData().toInt()) {
    case Today:
        from = today;
        break;
    case Yesterday:
        from = to = today.addDays(-1);
        break;
    case LastSeven:
        from = today.addDays(-6);
        break;
    case LastThirty:
        from = today.addDays(-29);
        break;
    case Between:
        from = std::min(m_from->date(), m_to->date());
        to = std::max(m_from->date(), m_to->date());
        break;
    default:
        break;
    }
    if (from.isValid())
        filter.from = from.startOfDay().toUTC();
    if (to.isValid())
        filter.to = to.addDays(1).startOfDay().toUTC();
    return filter;
}

bool HistoryFilter::isOpen() const
{
    return filter() == engine::records::CallFilter();
}

void HistoryFilter::clear()
{
    m_words->clear();
    m_outcome->setCurrentIndex(0);
    m_days->setCurrentIndex(0);
}

void HistoryFilter::focusWords()
{
    m_words->setFocus();
    m_words->selectAll();
}

} // namespace ui::pages
