#include "ui/pages/call_page.h"

#include "ui/format/call_text.h"
#include "ui/format/number_text.h"
#include "ui/format/time_text.h"
#include "ui/models/transcript_model.h"
#include "ui/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/pill.h"
#include "ui/widgets/transcript_view.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace ui::pages {

using engine::calls::CallState;

namespace {

QString pillOf(format::Tone tone)
{
    switch (tone) {
    case format::Tone::Live:
        return u"live"_s;
    case format::Tone::Waiting:
        return u"warn"_s;
    case format::Tone::Bad:
        return u"bad"_s;
    case format::Tone::Quiet:
        break;
    }
    return u"quiet"_s;
}

QDateTime startOf(const engine::records::CallRecord &record)
{
    for (const auto &[state, at] : record.states)
        if (state == "in-progress"_L1)
            return at;
    return record.states.empty() ? QDateTime() : record.states.front().second;
}

} // namespace

CallPage::CallPage(const Theme &theme, QWidget *parent) : QWidget(parent)
{
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    m_stack = new QStackedWidget(this);
    outer->addWidget(m_stack);

    m_empty = new QLabel(this);
    m_empty->setProperty("role", u"empty"_s);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(40);
    m_stack->addWidget(m_empty);

    auto *page = new QWidget(this);
    m_stack->addWidget(page);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);

    auto *header = new QWidget(page);
    header->setObjectName(u"callHeader"_s);
    header->setAttribute(Qt::WA_StyledBackground);
    auto *row = new QHBoxLayout(header);
    row->setContentsMargins(20, 12, 20, 12);
    row->setSpacing(14);
    auto *names = new QVBoxLayout;
    names->setSpacing(2);
    m_number = new widgets::ElidedLabel(header);
    m_number->setObjectName(u"callNumber"_s);
    m_number->setProperty("role", u"number"_s);
    m_details = new widgets::ElidedLabel(header);
    m_details->setProperty("role", u"small"_s);
    names->addWidget(m_number);
    names->addWidget(m_details);
    row->addLayout(names, 1);
    m_state = new widgets::Pill(header);
    m_state->setObjectName(u"callState"_s);
    m_environment = new widgets::Pill(header);
    m_environment->setToolTip(tr("The environment this call was dialed with"));
    m_hangUp = new QPushButton(tr("Hang up"), header);
    m_hangUp->setObjectName(u"hangUpButton"_s);
    m_hangUp->setToolTip(tr("End this call (Ctrl+H)"));
    m_hangUp->setCursor(Qt::PointingHandCursor);
    m_hangUp->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    row->addWidget(m_state, 0, Qt::AlignVCenter);
    row->addWidget(m_environment, 0, Qt::AlignVCenter);
    row->addSpacing(8);
    row->addWidget(m_hangUp, 0, Qt::AlignVCenter);
    layout->addWidget(header);

    m_transcript = new widgets::TranscriptView(theme, page);
    layout->addWidget(m_transcript, 1);

    m_second.setInterval(1s);
    connect(&m_second, &QTimer::timeout, this, &CallPage::updateHeader);
    connect(m_hangUp, &QPushButton::clicked, this, &CallPage::hangUp);
    showNothing(false);
}

void CallPage::showNothing(bool practice)
{
    m_record = {};
    m_second.stop();
    m_empty->setText(
        practice ? tr("Type a number on the left and press Dial.\n\nOn the practice line (415) 555-0100 holds a "
                      "friendly conversation, "
                      "0101 interrupts, 0102 is busy, 0103 does not answer, 0105 is a voicemail.")
                 : tr("Type a number on the left and press Dial.\nThe conversation appears here, word by word."));
    m_stack->setCurrentIndex(0);
}

void CallPage::showCall(const engine::records::CallRecord &record, models::TranscriptModel *transcript,
                        const QString &homeRegion)
{
    if (record.sid != m_record.sid)
        m_hangingUp = false;
    m_homeRegion = homeRegion;
    m_transcript->setTranscript(transcript);
    m_stack->setCurrentIndex(1);
    update(record);
}

void CallPage::update(const engine::records::CallRecord &record)
{
    m_record = record;
    m_number->setText(format::numberText(record.to, m_homeRegion));
    m_hangUp->setVisible(!record.ended);
    if (record.ended)
        m_second.stop();
    else if (!m_second.isActive())
        m_second.start();
    updateHeader();
}

void CallPage::updateHeader()
{
    const auto state = engine::calls::callStateFromWord(m_record.state).value_or(CallState::Queued);
    QString text = format::stateText(state);
    const double seconds = m_record.ended
                               ? m_record.ended->durationS
                               : static_cast<double>(startOf(m_record).secsTo(QDateTime::currentDateTimeUtc()));
    if (!m_record.ended || seconds > 0)
        text += u' ' + format::runningTime(seconds);
    m_state->show(QLocale().toUpper(text), pillOf(format::toneOf(state)));
    m_environment->show(format::environmentText(m_record.env),
                        m_record.env == "production"_L1 ? u"production"_s : u"accent"_s);

    QStringList details = {tr("from %1").arg(format::numberText(m_record.from, m_homeRegion))};
    if (m_record.practice)
        details.append(tr("practice"));
    if (m_record.ended && m_record.ended->answerToFirstAudioMs)
        details.append(tr("first word after %1").arg(format::inSeconds(*m_record.ended->answerToFirstAudioMs)));
    if (m_record.ended)
        if (const QString reason = format::reasonText(m_record.ended->reason); !reason.isEmpty())
            details.append(reason);
    m_details->setText(details.join(u" · "_s));
    m_hangUp->setText(m_hangingUp ? tr("Hanging up…") : tr("Hang up"));
    m_hangUp->setEnabled(!m_hangingUp);
}

void CallPage::hangUp()
{
    if (!canHangUp())
        return;
    m_hangingUp = true;
    updateHeader();
    emit hangUpAsked(m_record.sid);
}

} // namespace ui::pages
