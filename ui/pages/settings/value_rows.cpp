#include "ui/pages/settings/value_rows.h"

#include "ui/models/settings_model.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/pill.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QSignalBlocker>

using namespace Qt::StringLiterals;

namespace ui::pages {

namespace {

QStringList wordsOf(const QString &list)
{
    QStringList words;
    for (const QString &word : list.split(u',', Qt::SkipEmptyParts))
        words.append(word.trimmed());
    return words;
}

} // namespace

TextRow::TextRow(const SettingField &field, models::SettingsModel &model, QWidget *parent)
    : SettingRow(field, model, parent), m_edit(new QLineEdit(this))
{
    m_edit->setPlaceholderText(model.defaultValue(field.name));
    addEditor(m_edit);
    connect(m_edit, &QLineEdit::textEdited, this,
            [this](const QString &text) { this->model().setValue(this->field().name, text); });
    begin();
}

void TextRow::showValue()
{
    m_edit->setText(model().value(field().name));
}

void TextRow::setEditable(bool editable)
{
    widgets::setStyleProperty(m_edit, "readOnly", !editable);
}

ChoiceRow::ChoiceRow(const SettingField &field, models::SettingsModel &model, const Theme &theme, QWidget *parent)
    : SettingRow(field, model, parent), m_box(new widgets::ChoiceBox(theme, this))
{
    for (const auto &[word, text] : field.words)
        m_box->addItem(text, word);
    addEditor(m_box);
    connect(m_box, &QComboBox::activated, this,
            [this](int index) { this->model().setValue(this->field().name, m_box->itemData(index).toString()); });
    begin();
}

void ChoiceRow::showValue()
{
    const QString value = model().value(field().name).trimmed();
    const QString shown = value.isEmpty() ? model().defaultValue(field().name) : value;
    int index = -1;
    for (int i = 0; i < m_box->count(); ++i)
        if (m_box->itemData(i).toString().compare(shown, Qt::CaseInsensitive) == 0)
            index = i;
    m_box->setCurrentIndex(index);
}

void ChoiceRow::setEditable(bool editable)
{
    m_box->setEnabled(editable);
}

ToolsRow::ToolsRow(const SettingField &field, models::SettingsModel &model, QWidget *parent)
    : SettingRow(field, model, parent)
{
    for (const auto &[word, text] : field.words) {
        auto *box = new QCheckBox(text, this);
        if (m_boxes.empty())
            addEditor(box);
        else
            addBelow(box);
        box->setAccessibleName(text);
        m_boxes.push_back(box);
        connect(box, &QCheckBox::toggled, this, &ToolsRow::onToggled);
    }
    begin();
}

void ToolsRow::showValue()
{
    const QStringList words = wordsOf(model().value(field().name));
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        const QSignalBlocker quiet(m_boxes[i]);
        m_boxes[i]->setChecked(words.contains(field().words[static_cast<qsizetype>(i)].first));
    }
}

void ToolsRow::setEditable(bool editable)
{
    for (QCheckBox *box : m_boxes)
        box->setEnabled(editable);
}

void ToolsRow::onToggled()
{
    QStringList words = wordsOf(model().value(field().name));
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        const QString &word = field().words[static_cast<qsizetype>(i)].first;
        const bool listed = words.contains(word);
        if (m_boxes[i]->isChecked() && !listed)
            words.append(word);
        else if (!m_boxes[i]->isChecked())
            words.removeAll(word);
    }
    model().setValue(field().name, words.join(u',')); // as .env would have it in a shell: no blanks
}

} // namespace ui::pages
