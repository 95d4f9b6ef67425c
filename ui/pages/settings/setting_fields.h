#pragma once

#include <QList>
#include <QString>

#include <utility>

namespace ui::pages {

/// How a setting is shown and changed.
enum class FieldKind
{
    Text,
    Secret, ///< never shown, only replaced and cleared
    Key,    ///< a Secret its vendor can be asked about
    Choice,
    Tools,  ///< check boxes for the words of a list
    Prompt, ///< SYSTEM_PROMPT, with the file it may be kept in
    Voice   ///< CARTESIA_VOICE_ID, chosen from the vendor's list
};

/// One setting of the dialog: a line of the table in setting_fields.cpp.
struct SettingField
{
    QString name; ///< as in .env
    FieldKind kind = FieldKind::Text;
    QString label;
    QString note;                             ///< what it is for, under the field
    QList<std::pair<QString, QString>> words = {}; ///< of a Choice or of Tools: as stored, as shown
    std::pair<QString, QString> onlyWith = {};     ///< shown only while this setting has this value
};

struct SettingsSection
{
    QString id; ///< for object names, e.g. "accounts"
    QString title;
    QString intro;
    QList<SettingField> fields;
};

/// Everything the dialog shows, in its order. To add a setting, add its line here.
[[nodiscard]] QList<SettingsSection> settingsSections();

} // namespace ui::pages
