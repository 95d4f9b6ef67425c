#include "ui/pages/settings/setting_row.h"

#include "ui/models/settings_model.h"
#include "ui/theme.h"
#include "ui/widgets/pill.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace ui::pages {

SettingRow::SettingRow(SettingField field, models::SettingsModel &model, QWidget *parent)
    : QWidget(parent), m_field(std::move(field)), m_model(model)
{
    setObjectName(m_field.name + u"Row"_s);
    m_rows = new QVBoxLayout(this);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(metrics::kStep + 2);
    m_label = new QLabel(m_field.label, this);
    m_label->setProperty("role", u"fieldName"_s);
    m_label->setToolTip(m_field.name);
    m_rows->addWidget(m_label);
    m_editors = new QHBoxLayout;
    m_editors->setSpacing(metrics::kStep * 2);
    m_rows->addLayout(m_editors);
    const auto addLine = [this](const QString &name, const char *property, const QString &look) {
        auto *label = new QLabel(this);
        label->setObjectName(m_field.name + name);
        label->setProperty(property, look);
        label->setWordWrap(true);
        m_rows->addWidget(label);
        return label;
    };
    m_problem = addLine(u"Problem"_s, "tone", u"bad"_s);
    m_said = addLine(u"Said"_s, "tone", u"muted"_s);
    m_locked = addLine(u"Locked"_s, "tone", u"warn"_s);
    m_note = addLine(u"Note"_s, "role", u"small"_s);
    m_note->setText(m_field.note);
    m_said->hide();
}

void SettingRow::begin()
{
    if (m_first)
        m_label->setBuddy(m_first);
    connect(&m_model, &models::SettingsModel::reloaded, this, &SettingRow::refresh);
    connect(&m_model, &models::SettingsModel::checked, this, &SettingRow::showProblem);
    refresh();
}

void SettingRow::addEditor(QWidget *editor, int stretch)
{
    m_editors->addWidget(editor, stretch);
    if (m_first)
        return;
    m_first = editor;
    editor->setObjectName(m_field.name);
    editor->setAccessibleName(m_field.label);
    editor->setAccessibleDescription(m_field.note);
}

void SettingRow::addBelow(QWidget *widget)
{
    m_rows->insertWidget(m_rows->indexOf(m_problem), widget);
}

void SettingRow::say(const QString &sentence, const QString &tone)
{
    m_said->setText(sentence);
    m_said->setVisible(!sentence.isEmpty());
    widgets::setStyleProperty(m_said, "tone", tone);
}

void SettingRow::focusEditor()
{
    if (m_first)
        m_first->setFocus(Qt::ShortcutFocusReason);
}

QString SettingRow::lockedBecause() const
{
    return m_model.lockedBecause(m_field.name);
}

void SettingRow::refresh()
{
    showValue();
    const QString why = lockedBecause();
    setEditable(why.isEmpty());
    m_locked->setText(why);
    m_locked->setVisible(!why.isEmpty());
    showProblem();
}

void SettingRow::showProblem()
{
    const QString sentence = m_model.problemOf(m_field.name);
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
    if (m_first) {
        widgets::setStyleProperty(m_first, "trouble", !sentence.isEmpty());
        m_first->setAccessibleDescription(sentence.isEmpty() ? m_field.note : sentence);
    }
}

} // namespace ui::pages
