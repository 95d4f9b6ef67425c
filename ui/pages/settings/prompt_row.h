#pragma once

#include "ui/pages/settings/setting_row.h"

#include <QTimer>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace ui {
class Theme;
}
namespace ui::widgets {
class VariableHighlighter;
}

namespace ui::pages {

/// The agent's prompt: an editor that shows {{variables}}, the list of them, and what a call with sample values would
/// be told.
class PromptRow final : public SettingRow
{
    Q_OBJECT
public:
    /// @param theme  outlives the row
    PromptRow(const SettingField &field, models::SettingsModel &model, const Theme &theme, QWidget *parent);

protected:
    void showValue() override;
    void setEditable(bool editable) override;
    QString lockedBecause() const override;

private:
    void takeText();
    void showAbout();
    void setPreview(bool on);

    QPlainTextEdit *m_edit = nullptr;
    QPlainTextEdit *m_preview = nullptr;
    widgets::VariableHighlighter *m_highlighter = nullptr;
    QPushButton *m_previewButton = nullptr;
    QLabel *m_variables = nullptr;
    QLabel *m_place = nullptr;
    QTimer m_typed; // the text is taken when typing pauses: copying a megabyte at every key would be felt
    bool m_loading = false;
    bool m_takingText = false;
};

} // namespace ui::pages
