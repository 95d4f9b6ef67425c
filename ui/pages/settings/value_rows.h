#pragma once

#include "ui/pages/settings/setting_row.h"

#include <vector>

class QCheckBox;
class QComboBox;
class QLineEdit;

namespace ui {
class Theme;
}

namespace ui::pages {

/// A setting that is a line of text; its default stands in it greyed.
class TextRow final : public SettingRow
{
    Q_OBJECT
public:
    TextRow(const SettingField &field, models::SettingsModel &model, QWidget *parent);

protected:
    void showValue() override;
    void setEditable(bool editable) override;

private:
    QLineEdit *m_edit = nullptr;
};

/// A setting with a few possible words.
class ChoiceRow final : public SettingRow
{
    Q_OBJECT
public:
    /// @param theme  outlives the row
    ChoiceRow(const SettingField &field, models::SettingsModel &model, const Theme &theme, QWidget *parent);

protected:
    void showValue() override;
    void setEditable(bool editable) override;

private:
    QComboBox *m_box = nullptr;
};

/// A setting that lists words, separated by commas: a check box for each. Words it does not know stay in the list.
class ToolsRow final : public SettingRow
{
    Q_OBJECT
public:
    ToolsRow(const SettingField &field, models::SettingsModel &model, QWidget *parent);

protected:
    void showValue() override;
    void setEditable(bool editable) override;

private:
    void onToggled();

    std::vector<QCheckBox *> m_boxes; // in the order of field().words
};

} // namespace ui::pages
