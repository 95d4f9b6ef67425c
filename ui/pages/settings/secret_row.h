#pragma once

#include "engine/engine.h"
#include "ui/pages/settings/setting_row.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace ui::models {
class EngineLink;
}

namespace ui::pages {

/// A setting nobody may read: whether it is set, a way to replace or clear it and, for the key of a vendor, to have it
/// tested before it is saved. What is stored never gets into a widget.
class SecretRow final : public SettingRow
{
    Q_OBJECT
public:
    /// @param link  outlives the row; nullptr: there is nobody to test the secret with
    SecretRow(const SettingField &field, models::SettingsModel &model, models::EngineLink *link, QWidget *parent);

protected:
    void showValue() override;
    void setEditable(bool editable) override;

private:
    void replace();
    void keep();
    void clear();
    void arrange();
    void test();
    void onTested(const QString &setting, const engine::Result<engine::net::CheckNote> &found);

    models::EngineLink *m_link = nullptr;
    QLineEdit *m_edit = nullptr; // the new value; or, read-only, what may be said of the stored one
    QPushButton *m_replace = nullptr;
    QPushButton *m_clear = nullptr;
    QPushButton *m_keep = nullptr;
    QPushButton *m_test = nullptr; // nullptr without a link
    bool m_editable = true;
    bool m_replacing = false;
    bool m_onPractice = false; // whom the test under way asks
};

} // namespace ui::pages
