#pragma once

#include "engine/base/result.h"

#include <QMap>
#include <QString>
#include <QStringList>

namespace ui::models {

/// The agent's prompt as the operator is changing it, wherever it is kept: in the setting SYSTEM_PROMPT, or in the file
/// that SYSTEM_PROMPT_FILE names. A plain value; reads and writes that file.
class PromptDraft
{
public:
    /// Begins anew with what stands in the setting.
    void takeSetting(const QString &text);
    /// Begins anew with what stands in the file. One that does not exist yet will be made from the text there is.
    void takeFile(const QString &path);

    const QString &text() const { return m_text; }
    /// @param text  with line feeds alone; lines end as they do in what is stored
    void setText(const QString &text);
    /// "" when the setting holds the prompt.
    const QString &file() const { return m_file; }
    bool fileIsNew() const { return m_fileIsNew; }
    bool isChanged() const { return m_text != m_stored || m_fileIsNew; }

    /// Writes the file, at once or not at all. @return an Error "prompt_changed" the first time the file turns out to
    /// be another than the one read: saying it again replaces it
    [[nodiscard]] engine::Result<engine::Done> writeFile();

private:
    QString m_text;
    QString m_stored;
    QString m_file;
    bool m_fileIsNew = false;
};

/// The {{names}} in a text, each once, in order of first use. Pure.
[[nodiscard]] QStringList variablesIn(const QString &text);

/// The text with a sample value for each of its names: `samples` where it has one, the name itself in words otherwise.
[[nodiscard]] QString previewOf(const QString &text, const QMap<QString, QString> &samples);

} // namespace ui::models
