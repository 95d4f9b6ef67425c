#pragma once

#include "ui/pages/settings/setting_fields.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace ui::models {
class SettingsModel;
}

namespace ui::pages {

/// One setting: its name, its editor, what it is for, and what is wrong with it. Subclasses bring the editor.
class SettingRow : public QWidget
{
    Q_OBJECT
public:
    const SettingField &field() const { return m_field; }
    /// Puts the keyboard into the editor.
    void focusEditor();

protected:
    /// @param model  outlives the row
    SettingRow(SettingField field, models::SettingsModel &model, QWidget *parent);

    models::SettingsModel &model() const { return m_model; }
    /// Adds the editor's parts side by side: under the label, above the note. The first one is what the keyboard goes
    /// to.
    void addEditor(QWidget *editor, int stretch = 1);
    /// Adds something on a line of its own under the editor.
    void addBelow(QWidget *widget);
    /// Says what is under way or came out of it; "" takes it back. @param tone  as in the style sheet: "bad", "warn",
    /// "good" or "muted"
    void say(const QString &sentence, const QString &tone);

    /// Shows the model's value. Called after every change from elsewhere.
    virtual void showValue() = 0;
    /// Whether the value may be changed here.
    virtual void setEditable(bool editable) = 0;
    /// Why not; "" when it may.
    [[nodiscard]] virtual QString lockedBecause() const;

    /// For the end of a subclass's constructor.
    void begin();

private:
    void refresh();
    void showProblem();

    SettingField m_field;
    models::SettingsModel &m_model;
    QVBoxLayout *m_rows = nullptr;
    QHBoxLayout *m_editors = nullptr;
    QLabel *m_label = nullptr;
    QLabel *m_note = nullptr;
    QLabel *m_locked = nullptr;
    QLabel *m_said = nullptr;
    QLabel *m_problem = nullptr;
    QWidget *m_first = nullptr;
};

} // namespace ui::pages
