#pragma once

#include "ui/models/call_list_model.h"

#include <QTextBrowser>

namespace ui {
class Theme;
}

namespace ui::pages {

/// How a call went behind the words: its timeline, the TwiML served, what the carrier said. Text to read and copy.
class CallDetails : public QTextBrowser
{
    Q_OBJECT
public:
    /// @param theme  outlives the page
    explicit CallDetails(const Theme &theme, QWidget *parent = nullptr);

    void setRecord(const engine::records::CallRecord &record);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void render();

    const Theme &m_theme;
    engine::records::CallRecord m_record;
    QString m_shown;
};

} // namespace ui::pages
