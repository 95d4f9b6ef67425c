#pragma once

#include "engine/base/result.h"
#include "ui/models/call_list_model.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTabBar;

namespace ui {
class Theme;
}
namespace ui::models {
class TranscriptModel;
}
namespace ui::widgets {
class ElidedLabel;
class Pill;
class RecordingBar;
class SearchBar;
class TranscriptView;
} // namespace ui::widgets

namespace ui::pages {

class CallDetails;

/// The call one looks at: who it is, how it stands, how to end it; its conversation, and the details behind it.
class CallPage : public QWidget
{
    Q_OBJECT
public:
    /// @param theme  outlives the page
    explicit CallPage(const Theme &theme, QWidget *parent = nullptr);

    /// Shows a call. @param transcript  may go at any time
    void showCall(const engine::records::CallRecord &record, models::TranscriptModel *transcript,
                  const QString &homeRegion);
    /// The call shown has changed.
    void update(const engine::records::CallRecord &record);
    /// No call: what to do first.
    void showNothing(bool practice);

    const engine::CallSid &shown() const { return m_record.sid; }
    bool canHangUp() const { return !m_record.sid.isEmpty() && !m_record.ended && !m_hangingUp; }
    /// The call shown is over: it can be exported and deleted.
    bool isOver() const { return !m_record.sid.isEmpty() && m_record.ended; }
    void hangUp();
    /// Asks for words to find in the conversation.
    void find();
    /// @param step  1 or -1
    void findNext(int step);
    /// What was asked for by recordingAsked(): a WAV file, or why there is none.
    void setRecording(const engine::CallSid &sid, const engine::Result<QByteArray> &wav);
    /// Plays or pauses the recording of the call shown.
    void playOrPause();
    bool canPlay() const;
    widgets::TranscriptView *transcript() const { return m_transcript; }

signals:
    void hangUpAsked(const engine::CallSid &sid);
    void exportAsked(const engine::CallSid &sid);
    void deleteAsked(const engine::CallSid &sid);
    /// The call shown is over, and its recording can be listened to if there is one: setRecording() answers.
    void recordingAsked(const engine::CallSid &sid);
    void canPlayChanged();

private:
    QWidget *makeHeader(QWidget *page);
    void makeConversation(const Theme &theme, QWidget *page);
    void updateHeader();
    void askForRecording();
    void forgetRecording();

    engine::records::CallRecord m_record;
    QString m_homeRegion;
    bool m_hangingUp = false;
    engine::CallSid m_recordingOf; // asked for
    QTimer m_runningTime;
    QStackedWidget *m_stack = nullptr;
    QLabel *m_empty = nullptr;
    widgets::ElidedLabel *m_number = nullptr;
    widgets::ElidedLabel *m_details = nullptr;
    widgets::Pill *m_state = nullptr;
    widgets::Pill *m_environment = nullptr;
    QPushButton *m_hangUp = nullptr;
    QPushButton *m_export = nullptr; // of a call that is over, as the next
    QPushButton *m_delete = nullptr;
    QTabBar *m_tabs = nullptr;
    QStackedWidget *m_views = nullptr;
    widgets::TranscriptView *m_transcript = nullptr;
    widgets::SearchBar *m_search = nullptr;
    widgets::RecordingBar *m_recording = nullptr;
    CallDetails *m_detailsPage = nullptr;
};

} // namespace ui::pages
