#include "ui/pages/settings/secret_row.h"

#include "ui/models/engine_link.h"
#include "ui/models/settings_model.h"
#include "ui/widgets/pill.h"

#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace ui::pages {

SecretRow::SecretRow(const SettingField &field, models::SettingsModel &model, models::EngineLink *link, QWidget *parent)
    : SettingRow(field, model, parent), m_link(link), m_edit(new QLineEdit(this)),
      m_replace(new QPushButton(tr("Replace"), this)), m_clear(new QPushButton(tr("Clear"), this)),
      m_keep(new QPushButton(tr("Keep the old one"), this))
{
    addEditor(m_edit);
    if (link) {
        m_test = new QPushButton(tr("Test"), this);
        m_test->setToolTip(tr("Ask the vendor whether it takes this key; nothing is saved"));
        connect(m_test, &QPushButton::clicked, this, &SecretRow::test);
        connect(link, &models::EngineLink::keyChecked, this, &SecretRow::onTested);
    }
    for (const auto &[button, name] :
         {std::pair(m_replace, "Replace"), {m_clear, "Clear"}, {m_keep, "Keep"}, {m_test, "Test"}}) {
        if (!button)
            continue;
        addEditor(button, 0);
        button->setObjectName(field.name + QLatin1String(name));
        button->setAccessibleName(QStringLiteral("%1: %2").arg(field.label, button->text()));
        button->setAutoDefault(false);
    }
    connect(m_edit, &QLineEdit::textEdited, this, [this](const QString &text) {
        if (text.isEmpty()) // nothing typed is nothing wanted; Clear says it outright
            this->model().revert(this->field().name);
        else
            this->model().setValue(this->field().name, text.trimmed());
        say({}, u"muted"_s); // the test before was of another key
    });
    connect(&model, &models::SettingsModel::edited, this, &SecretRow::arrange);
    connect(m_replace, &QPushButton::clicked, this, &SecretRow::replace);
    connect(m_clear, &QPushButton::clicked, this, &SecretRow::clear);
    connect(m_keep, &QPushButton::clicked, this, &SecretRow::keep);
    begin();
}

void SecretRow::replace()
{
    m_replacing = true;
    m_edit->clear();
    arrange();
    m_edit->setFocus();
}

void SecretRow::keep()
{
    m_replacing = false;
    model().revert(field().name);
    arrange();
    m_replace->setFocus();
}

void SecretRow::clear()
{
    m_replacing = true;
    m_edit->clear();
    model().setValue(field().name, {});
    arrange();
    m_keep->setFocus();
}

void SecretRow::test()
{
    const auto trial = model().trial();
    if (!trial) {
        say(tr("Can be tested once the fields marked red are right."), u"bad"_s);
        return;
    }
    m_onPractice = trial->practice && m_link->facts().practice;
    say(tr("Asking …"), u"muted"_s); // a button disabled meanwhile would hand the keyboard to the next field
    m_link->checkKey(*trial, field().name);
}

void SecretRow::onTested(const QString &setting, const engine::Result<engine::net::CheckNote> &found)
{
    if (setting != field().name)
        return;
    const QString sentence = found ? found->sentence : found.error().message;
    say(m_onPractice ? tr("Practice line: %1 (The vendor itself is asked once a Twilio account is set.)").arg(sentence)
                     : sentence,
        !found           ? u"bad"_s
        : found->warning ? u"warn"_s
                         : u"good"_s);
}

void SecretRow::showValue()
{
    m_replacing = model().isChanged(field().name) && model().isStored(field().name);
    m_edit->clear();
    arrange();
}

void SecretRow::setEditable(bool editable)
{
    m_editable = editable;
    arrange();
}

void SecretRow::arrange()
{
    const QString hint = model().hint(field().name);
    const bool atRest = !hint.isEmpty() && !m_replacing;
    const bool cleared = m_replacing && model().isChanged(field().name) && m_edit->text().isEmpty();
    widgets::setStyleProperty(m_edit, "readOnly", atRest || !m_editable);
    m_edit->setEchoMode(atRest ? QLineEdit::Normal : QLineEdit::Password);
    if (atRest)
        m_edit->setText(hint);
    m_edit->setPlaceholderText(cleared ? tr("Will be cleared") : m_replacing ? tr("Paste the new one") : tr("Not set"));
    m_replace->setVisible(atRest && m_editable);
    m_clear->setVisible(atRest && m_editable);
    m_keep->setVisible(m_replacing && m_editable);
    if (m_test)
        m_test->setVisible(!cleared && (!hint.isEmpty() || !m_edit->text().isEmpty()));
}

} // namespace ui::pages
