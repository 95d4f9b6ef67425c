#include "ui/models/prompt_draft.h"

#include "engine/config/text_file.h"
#include "engine/dialogue/prompt_template.h"

#include <QCoreApplication>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace ui::models {

namespace {

constexpr qint64 kPromptFileLimit = 4 * 1024 * 1024; // as load() reads it

} // namespace

void PromptDraft::takeSetting(const QString &text)
{
    m_text = m_stored = text;
    m_file.clear();
    m_fileIsNew = false;
}

void PromptDraft::takeFile(const QString &path)
{
    m_file = path;
    const auto content = engine::config::readTextFile(path, kPromptFileLimit);
    m_fileIsNew = !content && content.error().code == "file_missing"_L1;
    m_stored = content ? QString::fromUtf8(*content) : QString();
    if (content)
        m_text = m_stored;
}

void PromptDraft::setText(const QString &text)
{
    m_text = text;
    if (m_stored.contains("\r\n"_L1))
        m_text.replace(u'\n', "\r\n"_L1);
}

engine::Result<engine::Done> PromptDraft::writeFile()
{
    const auto there = engine::config::readTextFile(m_file, kPromptFileLimit);
    if (!there && there.error().code != "file_missing"_L1)
        return tl::unexpected(there.error());
    const QString found = there ? QString::fromUtf8(*there) : QString();
    if (there && found != m_stored) {
        m_stored = found;
        m_fileIsNew = false;
        return engine::failure(
            engine::Fault::Settings, u"prompt_changed"_s,
            QCoreApplication::translate("ui::models::PromptDraft",
                                        "%1 was changed by another program while you were editing. Your text is kept "
                                        "here: save again to replace that file with it.")
                .arg(m_file));
    }
    const auto written = engine::config::writeTextFile(m_file, m_text.toUtf8(), {});
    if (written) {
        m_stored = m_text;
        m_fileIsNew = false;
    }
    return written;
}

QStringList variablesIn(const QString &text)
{
    return engine::dialogue::fillTemplate(text, {}).unknownNames;
}

QString previewOf(const QString &text, const QMap<QString, QString> &samples)
{
    QJsonObject values;
    for (const QString &name : variablesIn(text))
        values.insert(name, samples.value(name).isEmpty() ? u"[%1]"_s.arg(QString(name).replace(u'_', u' '))
                                                          : samples.value(name));
    return engine::dialogue::fillTemplate(text, values).text;
}

} // namespace ui::models
