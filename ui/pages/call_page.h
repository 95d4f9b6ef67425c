#pragma once

#include "ui/models/call_list_model.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;

namespace ui {
class Theme;
}
namespace ui::models {
class TranscriptModel;
}
namespace ui::widgets {
class ElidedLabel;
class Pill;
class TranscriptView;
} // namespace ui::widgets

namespace ui::pages {

/// The call one looks at: who it is, how it stands, how to end it, and its conversation.
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
    void hangUp();
    widgets::TranscriptView *transcript() const { return m_transcript; }

signals:
    void hangUpAsked(const engine::CallSid &sid);

private:
    void updateHeader();

    engine::records::CallRecord m_record;
    QString m_homeRegion;
    bool m_hangingUp = false;
    QTimer m_second;
    QStackedWidget *m_stack = nullptr;
    QLabel *m_empty = nullptr;
    widgets::ElidedLabel *m_number = nullptr;
    widgets::ElidedLabel *m_details = nullptr;
    widgets::Pill *m_state = nullptr;
    widgets::Pill *m_environment = nullptr;
    QPushButton *m_hangUp = nullptr;
    widgets::TranscriptView *m_transcript = nullptr;
};

} // namespace ui::pages
