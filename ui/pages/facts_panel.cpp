#include "ui/pages/facts_panel.h"

#include "ui/format/call_text.h"
#include "ui/format/time_text.h"
#include "ui/format/timeline.h"
#include "ui/models/answer_times.h"
#include "ui/theme.h"
#include "ui/widgets/answer_times_chart.h"
#include "ui/widgets/level_bar.h"

#include <QFormLayout>
#include <QLabel>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui::pages {

namespace {

constexpr qsizetype kLongestWord = 24; ///< characters that fit beside the names

QLabel *heading(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setProperty("role", u"section"_s);
    return label;
}

} // namespace

FactsPanel::FactsPanel(const Theme &theme, QWidget *parent) : QWidget(parent)
{
    setObjectName(u"factsPanel"_s);
    setAttribute(Qt::WA_StyledBackground);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(1, 0, 0, 0);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    outer->addWidget(scroll);
    m_content = new QWidget(scroll);
    m_content->setObjectName(u"factsContent"_s);
    auto *layout = new QVBoxLayout(m_content);
    layout->setContentsMargins(metrics::kCard, metrics::kCard, metrics::kCard, metrics::kCard);
    layout->setSpacing(10);
    layout->addWidget(heading(tr("ANSWER TIMES"), m_content));
    m_chart = new widgets::AnswerTimesChart(theme, m_content);
    layout->addWidget(m_chart);
    layout->addSpacing(12);
    layout->addWidget(heading(tr("LINE"), m_content));
    m_callee = new widgets::LevelBar(theme, widgets::LevelBar::Side::Callee, m_content);
    m_agent = new widgets::LevelBar(theme, widgets::LevelBar::Side::Agent, m_content);
    layout->addWidget(m_callee);
    layout->addWidget(m_agent);
    layout->addSpacing(12);
    layout->addWidget(heading(tr("CALL"), m_content));
    m_form = new QFormLayout;
    m_form->setHorizontalSpacing(16);
    m_form->setVerticalSpacing(7);
    m_form->setLabelAlignment(Qt::AlignLeft);
    layout->addLayout(m_form);
    layout->addStretch(1);
    scroll->setWidget(m_content);
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, &FactsPanel::updateFacts);
}

void FactsPanel::setLevel(const engine::records::CallLevel &level)
{
    m_callee->setLevel(level.calleeDbfs);
    m_agent->setLevel(level.agentDbfs);
}

void FactsPanel::setRecord(const engine::records::CallRecord &record, std::chrono::seconds timeLimit)
{
    m_record = record;
    m_timeLimit = timeLimit;
    m_chart->setTimes(models::answerTimes(record, widgets::AnswerTimesChart::kShown));
    updateFacts();
}

void FactsPanel::updateFacts()
{
    const engine::records::CallRecord &record = m_record;
    std::vector<std::pair<QString, QString>> facts;
    for (const auto &[word, at] : record.states) {
        const auto state = engine::calls::callStateFromWord(word);
        if (!state || (engine::calls::isTerminal(*state) && record.ended))
            continue;
        const bool answered = *state == engine::calls::CallState::InProgress;
        facts.emplace_back(answered ? tr("Answered") : format::stateText(*state), format::exactTime(at));
    }
    if (record.ended) {
        facts.emplace_back(tr("Ended"), format::exactTime(record.ended->at));
        if (record.ended->answerToFirstAudioMs)
            facts.emplace_back(tr("First word"),
                               tr("%1 after pick-up").arg(format::inSeconds(*record.ended->answerToFirstAudioMs)));
    }
    if (const auto ready = format::readyBeforePickUpMs(record))
        facts.emplace_back(tr("Connections"), *ready >= 0
                                                  ? tr("ready %1 before pick-up").arg(format::inSeconds(*ready))
                                                  : tr("ready %1 after pick-up").arg(format::inSeconds(-*ready)));
    int interruptions = 0, agentTurns = 0;
    for (const auto &line : record.transcript) {
        interruptions += line.interrupted ? 1 : 0;
        agentTurns += line.agent ? 1 : 0;
    }
    facts.emplace_back(tr("Agent's answers"), QString::number(agentTurns));
    facts.emplace_back(tr("Interruptions"), QString::number(interruptions));
    if (!record.incidents.empty())
        facts.emplace_back(tr("Incidents"), QString::number(record.incidents.size()));
    const auto left = format::timeLeft(record, m_timeLimit, QDateTime::currentDateTimeUtc());
    if (left)
        facts.emplace_back(tr("Time limit"), tr("%1 left").arg(format::runningTime(static_cast<double>(left->count()))));
    if (!left)
        m_second.stop();
    else if (!m_second.isActive())
        m_second.start();
    facts.emplace_back(tr("Call SID"), record.sid.value());
    setFacts(facts);
}

void FactsPanel::setFacts(const std::vector<std::pair<QString, QString>> &facts)
{
    while (m_facts.size() < facts.size()) {
        Fact fact{new QLabel(m_content), new QLabel(m_content)};
        fact.name->setProperty("role", u"muted"_s);
        fact.value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        fact.value->setFocusPolicy(Qt::ClickFocus);
        fact.value->setWordWrap(true);
        m_form->addRow(fact.name, fact.value);
        m_facts.push_back(fact);
    }
    for (size_t row = 0; row < m_facts.size(); ++row) {
        const bool used = row < facts.size();
        m_facts[row].name->setVisible(used);
        m_facts[row].value->setVisible(used);
        if (!used)
            continue;
        m_facts[row].name->setText(facts[row].first);
        // An id has no place to break a line at; whole it stands in the tooltip and behind Call > Copy call SID.
        const QString &value = facts[row].second;
        const bool isId = value.size() > kLongestWord && !value.contains(u' ');
        m_facts[row].value->setText(isId ? value.left(6) + u"…"_s + value.right(6) : value);
        m_facts[row].value->setToolTip(isId ? value : QString());
    }
}

} // namespace ui::pages
