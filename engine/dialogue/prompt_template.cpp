#include "engine/dialogue/prompt_template.h"

#include <QLocale>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace engine::dialogue {

namespace {

/// A single value longer than this is cut: it is meant to be a name or a number, not a document.
constexpr qsizetype kValueLimit = 2000;

QString phoneRules()
{
    return u"# How to speak on the phone\n"
           "- You are on a live phone call. Everything you write is spoken aloud to the person on the line.\n"
           "- Answer in one or two short sentences of plain spoken language. Ask one question at a time.\n"
           "- Write words only: no Markdown, lists, headings, emoji, stage directions or web formatting.\n"
           "- What the person says reaches you through speech recognition and may hold errors. When something makes no "
           "sense, ask again.\n"
           "- You may be interrupted. Then go on from what was said, without repeating what was already heard.\n"
           "- Text in parentheses from the user side is a note from the phone system about the call, not words of the "
           "person.\n"
           "- Answer in the language the person speaks, unless told otherwise.\n"
           "- When the conversation is over, say a short goodbye and call end_call in the same answer.\n"
           "- When the person asks not to be called again, say that they will not be, say goodbye and call do_not_call in the same "
           "answer instead."_s;
}

/// One line, no control characters: a value must not be able to look like further instructions.
QString valueText(const QJsonValue &value)
{
    QString text;
    if (value.isBool())
        text = value.toBool() ? u"true"_s : u"false"_s;
    else if (value.isDouble())
        text = QString::number(value.toDouble(), 'g', QLocale::FloatingPointShortest);
    else
        text = value.toString();
    for (QChar &character : text)
        if (character.category() == QChar::Other_Control)
            character = u' ';
    return text.simplified().left(kValueLimit);
}

} // namespace

FilledTemplate fillTemplate(const QString &text, const QJsonObject &customData)
{
    static const QRegularExpression placeholder(u"\\{\\{\\s*([^{}]*?)\\s*\\}\\}"_s);
    FilledTemplate filled;
    qsizetype copied = 0;
    for (auto it = placeholder.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        filled.text += QStringView(text).sliced(copied, match.capturedStart() - copied);
        copied = match.capturedEnd();
        const QString name = match.captured(1);
        if (customData.contains(name))
            filled.text += valueText(customData.value(name));
        else if (!filled.unknownNames.contains(name))
            filled.unknownNames.append(name);
    }
    filled.text += QStringView(text).sliced(copied);
    return filled;
}

FilledTemplate systemPrompt(const QString &agentPrompt, const QJsonObject &customData)
{
    FilledTemplate prompt = fillTemplate(agentPrompt, customData);
    QStringList sections;
    if (!prompt.text.trimmed().isEmpty())
        sections.append(prompt.text.trimmed());
    sections.append(phoneRules());
    if (!customData.isEmpty()) {
        QStringList lines{u"# What is known about this call"_s};
        for (auto it = customData.begin(); it != customData.end(); ++it)
            lines.append(valueText(it.key()) + u": "_s + valueText(it.value()));
        sections.append(lines.join(u'\n'));
    }
    prompt.text = sections.join(u"\n\n"_s);
    return prompt;
}

} // namespace engine::dialogue
