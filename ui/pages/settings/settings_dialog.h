#pragma once

#include "ui/pages/settings/setting_fields.h"

#include <QDialog>

#include <vector>

class QFrame;
class QLabel;
class QListWidget;
class QPushButton;
class QStackedWidget;

namespace ui {
class Theme;
}
namespace ui::models {
class EngineLink;
class SettingsModel;
} // namespace ui::models

namespace ui::pages {

class SettingRow;

/// Every setting, in sections. Does not stand in the way: calls can be watched and ended while it is open.
class SettingsDialog : public QDialog
{
    Q_OBJECT
public:
    /// All three outlive the dialog.
    SettingsDialog(models::SettingsModel &model, models::EngineLink &link, const Theme &theme, QWidget *parent);

    /// Turns to a setting and puts the keyboard into it; an unknown or empty name changes nothing.
    void showSetting(const QString &name);

    /// Closes; asks before when something was changed.
    void reject() override;

private:
    void addSection(const SettingsSection &section);
    SettingRow *makeRow(const SettingField &field, QWidget *parent);
    QWidget *makeFoot();
    void save();
    void showWhatApplies();
    void onEdited();
    void onChecked();
    void showTrouble(const QStringList &sentences);
    void showPlace();
    void onSaving();

    models::SettingsModel &m_model;
    models::EngineLink &m_link;
    const Theme &m_theme;
    std::vector<std::vector<SettingRow *>> m_rows; // of each section
    QListWidget *m_list = nullptr;
    QStackedWidget *m_pages = nullptr;
    QFrame *m_troubleCard = nullptr;
    QLabel *m_trouble = nullptr;
    QLabel *m_place = nullptr;
    QPushButton *m_save = nullptr;
};

} // namespace ui::pages
