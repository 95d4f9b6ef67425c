#include "engine/config/env_edit.h"

#include "engine/config/env_file.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::config {

namespace {

enum class LineBreaks
{
    AsTheyAre,
    Escaped
};

/// Means the same, without quotes, to this program, to shells, python-dotenv, Docker and systemd.
bool isPlain(QByteArrayView value)
{
    return std::all_of(value.begin(), value.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               QByteArrayView("_-+./:,@%=").contains(c);
    });
}

QByteArray quoted(const QByteArray &value, char quote, LineBreaks lineBreaks)
{
    QByteArray text(1, quote);
    text.reserve(value.size() + 2);
    for (const char c : value) {
        if (c == '\n' && quote == '"' && lineBreaks == LineBreaks::Escaped) {
            text += "\\n";
            continue;
        }
        if (c == quote || c == '\\' || (c == '$' && quote == '"')) // shells replace $NAME in double quotes
            text += '\\';
        text += c;
    }
    return text + quote;
}

QByteArray written(const QByteArray &value, char oldQuote, LineBreaks lineBreaks)
{
    if (value.isEmpty() || (oldQuote == 0 && isPlain(value)))
        return value;
    if (oldQuote != 0)
        return quoted(value, oldQuote, lineBreaks);
    const bool literal = !value.contains('\'') && !value.contains('\n') &&
                         (value.contains('$') || value.contains('\\') || value.contains('"'));
    return quoted(value, literal ? '\'' : '"', lineBreaks);
}

const EnvAssignment *lastOf(const EnvScan &scan, const QString &name)
{
    const auto found = std::find_if(scan.assignments.rbegin(), scan.assignments.rend(),
                                    [&name](const EnvAssignment &assignment) { return assignment.name == name; });
    return found == scan.assignments.rend() ? nullptr : &*found;
}

/// Behind the nearest setting that stands before `name` in the usual order; nullptr: at the end.
const EnvAssignment *neighbourOf(const EnvScan &scan, const QString &name, const QStringList &order)
{
    for (qsizetype i = order.indexOf(name) - 1; i >= 0; --i)
        if (const EnvAssignment *neighbour = lastOf(scan, order[i]))
            return neighbour;
    return nullptr;
}

QByteArray withChange(const QByteArray &text, const QString &name, const QByteArray &value, const QStringList &order)
{
    const EnvScan scan = scanEnvFile(text);
    const QByteArray lineEnd = text.contains("\r\n") ? "\r\n" : "\n";
    // A line break as such would become the file's own with the next editor that tidies line ends.
    LineBreaks lineBreaks = lineEnd == "\r\n" ? LineBreaks::Escaped : LineBreaks::AsTheyAre;

    if (const EnvAssignment *there = lastOf(scan, name)) {
        const qsizetype length = there->valueEnd - there->valueBegin;
        if (text.mid(there->valueBegin, length).contains("\\n"))
            lineBreaks = LineBreaks::Escaped;
        return text.left(there->valueBegin) + written(value, there->quote, lineBreaks) + text.mid(there->valueEnd);
    }
    if (value.isEmpty())
        return text;
    const QByteArray line = name.toUtf8() + '=' + written(value, 0, lineBreaks);
    const EnvAssignment *neighbour = neighbourOf(scan, name, order);
    const qsizetype place = neighbour ? neighbour->end : text.size();
    const bool behindLineEnd = place == 0 || text[place - 1] == '\n';
    return text.left(place) + (behindLineEnd ? QByteArray() : lineEnd) + line + lineEnd + text.mid(place);
}

} // namespace

Result<QByteArray> editEnvFile(const QByteArray &utf8, const EnvChanges &changes, const QStringList &order)
{
    QByteArray text = utf8;
    for (auto change = changes.cbegin(); change != changes.cend(); ++change)
        text = withChange(text, change.key(), change.value().toUtf8(), order);

    const EnvFile readBack = parseEnvFile(text);
    for (auto change = changes.cbegin(); change != changes.cend(); ++change)
        if (readBack.values.value(change.key()).toUtf8() != change.value().toUtf8())
            return failure(Fault::Settings, u"env_file_broken"_s,
                           u"%1 cannot be changed in this file. %2 Correct that in a text editor first."_s.arg(
                               change.key(), readBack.problems.join(u' ')));
    return text;
}

} // namespace engine::config
