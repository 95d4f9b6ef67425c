#include "ui/pages/call_page.h"

#include "ui/format/call_text.h"
#include "ui/format/number_text.h"
#include "ui/format/time_text.h"
#include "ui/models/transcript_model.h"
#include "ui/pages/call_details.h"
#include "ui/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/pill.h"
#include "ui/widgets/recording_bar.h"
#include "ui/widgets/sample_player.h"
#include "ui/widgets/search_bar.h"
#include "ui/widgets/transcript_view.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

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

/// When it was answered; invalid if it was not.
QDateTime answerOf(const engine::records::CallRecord &record)
{
    for (const auto &[state, at] : record.states)
        if (state == "in-progress"_L1)
            return at;
    return {};
}

QDateTime startOf(const engine::records::CallRecord &record)
{
    const QDateTime answer = answerOf(record);
    return answer.isValid() || record.states.empty() ? answer : record.states.front().second;
}

/// Whether any line is known to begin somewhere in the recording.
bool isPlaced(const engine::records::CallRecord &record)
{
    return std::any_of(record.transcript.begin(), record.transcript.end(),
                       [](const auto &line) { return line.recordingMs.has_value(); });
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

    layout->addWidget(makeHeader(page));
    makeConversation(theme, page);
    layout->addWidget(m_tabs);
    layout->addWidget(m_search);
    layout->addWidget(m_views, 1);
    layout->addWidget(m_recording);

    m_runningTime.setInterval(format::kRunningTimeTick);
    connect(&m_runningTime, &QTimer::timeout, this, &CallPage::updateHeader);
    connect(m_hangUp, &QPushButton::clicked, this, &CallPage::hangUp);
    showNothing(false);
}

QWidget *CallPage::makeHeader(QWidget *page)
{
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
    m_hangUp->setToolTip(tr("End this call (Ctrl+Shift+H)"));
    m_hangUp->setCursor(Qt::PointingHandCursor);
    m_hangUp->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    row->addWidget(m_state, 0, Qt::AlignVCenter);
    row->addWidget(m_environment, 0, Qt::AlignVCenter);
    row->addSpacing(8);
    m_export = new QPushButton(tr("Export …"), header);
    m_export->setObjectName(u"exportCall"_s);
    m_export->setToolTip(tr("Save this call as JSON, a table or text"));
    m_delete = new QPushButton(tr("Delete …"), header);
    m_delete->setObjectName(u"deleteCall"_s);
    m_delete->setToolTip(tr("Delete everything about this call, its recording too"));
    connect(m_export, &QPushButton::clicked, this, [this] { emit exportAsked(m_record.sid); });
    connect(m_delete, &QPushButton::clicked, this, [this] { emit deleteAsked(m_record.sid); });
    row->addWidget(m_hangUp, 0, Qt::AlignVCenter);
    row->addWidget(m_export, 0, Qt::AlignVCenter);
    row->addWidget(m_delete, 0, Qt::AlignVCenter);
    return header;
}

void CallPage::makeConversation(const Theme &theme, QWidget *page)
{
    m_tabs = new QTabBar(page);
    m_tabs->setObjectName(u"callTabs"_s);
    m_tabs->setAccessibleName(tr("What of the call is shown"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->addTab(tr("Conversation"));
    m_tabs->addTab(tr("Details"));
    m_search = new widgets::SearchBar(theme, page);
    m_views = new QStackedWidget(page);
    m_transcript = new widgets::TranscriptView(theme, m_views);
    m_detailsPage = new CallDetails(theme, m_views);
    m_views->addWidget(m_transcript);
    m_views->addWidget(m_detailsPage);
    m_recording = new widgets::RecordingBar(theme, std::make_unique<widgets::SamplePlayer>(), page);
    connect(m_recording, &widgets::RecordingBar::moved, m_transcript, &widgets::TranscriptView::setMoment);
    connect(m_transcript, &widgets::TranscriptView::listenAsked, m_recording, &widgets::RecordingBar::playFrom);
    connect(m_transcript, &widgets::TranscriptView::playOrPauseAsked, m_recording, &widgets::RecordingBar::playOrPause);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_views->setCurrentIndex(tab);
        m_search->close();
    });
    connect(m_search, &widgets::SearchBar::wordsChanged, m_transcript, &widgets::TranscriptView::setSearch);
    connect(m_search, &widgets::SearchBar::wordsChanged, this, [this] {
        if (m_search->isHidden())
            m_transcript->setFocus(); // closed: back to reading
    });
    connect(m_search, &widgets::SearchBar::nextAsked, this, [this] { findNext(1); });
    connect(m_search, &widgets::SearchBar::previousAsked, this, [this] { findNext(-1); });
    connect(m_transcript, &widgets::TranscriptView::found, m_search, &widgets::SearchBar::setFound);
}

void CallPage::find()
{
    if (m_record.sid.isEmpty())
        return;
    m_tabs->setCurrentIndex(0);
    m_search->open();
}

void CallPage::findNext(int step)
{
    m_transcript->showFound(step);
}

void CallPage::showNothing(bool practice)
{
    m_record = {};
    m_runningTime.stop();
    forgetRecording();
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
    if (record.sid != m_record.sid) {
        m_hangingUp = false;
        forgetRecording();
    }
    m_homeRegion = homeRegion;
    m_transcript->setTranscript(transcript);
    m_stack->setCurrentIndex(1);
    update(record);
}

void CallPage::update(const engine::records::CallRecord &record)
{
    m_record = record;
    m_detailsPage->setRecord(record);
    m_number->setText(format::numberText(record.to, m_homeRegion));
    m_hangUp->setVisible(!record.ended);
    m_export->setVisible(record.ended.has_value());
    m_delete->setVisible(record.ended.has_value());
    if (record.ended)
        m_runningTime.stop();
    else if (!m_runningTime.isActive())
        m_runningTime.start();
    updateHeader();
    askForRecording();
}

/// Calls that nobody answered, or that an agent elsewhere held, have none.
void CallPage::askForRecording()
{
    if (!m_record.ended || m_recordingOf == m_record.sid || !answerOf(m_record).isValid() || m_record.env == "production"_L1)
        return;
    m_recordingOf = m_record.sid;
    emit recordingAsked(m_record.sid);
}

void CallPage::setRecording(const engine::CallSid &sid, const engine::Result<QByteArray> &wav)
{
    if (sid != m_recordingOf || sid != m_record.sid)
        return;
    const bool followed = m_record.transcript.empty() || isPlaced(m_record);
    m_recording->setRecording(
        wav, followed ? QString() : tr("The conversation cannot follow: this call was recorded by an earlier version of Dialdesk."));
    m_transcript->setAudible(m_recording->isLoaded());
    emit canPlayChanged();
}

void CallPage::forgetRecording()
{
    m_recordingOf = {};
    m_recording->clear();
    m_transcript->setAudible(false);
    emit canPlayChanged();
}

bool CallPage::canPlay() const
{
    return m_recording->isLoaded();
}

void CallPage::playOrPause()
{
    m_recording->playOrPause();
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
