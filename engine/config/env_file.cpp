#include "engine/config/env_file.h"

#include <QRegularExpression>
#include <QStringDecoder>

using namespace Qt::StringLiterals;

namespace engine::config {

namespace {

constexpr QByteArrayView kByteOrderMark("\xEF\xBB\xBF");

bool isBlank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r' && c != '\n');
}

/// QString::fromUtf8() would take a byte-order mark at the beginning of a value away.
QString textOf(QByteArrayView utf8)
{
    return QStringDecoder(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom).decode(utf8);
}

/// Reads the bytes from first to last. Everything that means something in the file is ASCII, so that no character of
/// several bytes can be mistaken for it.
class Scanner
{
public:
    explicit Scanner(QByteArrayView text) : m_text(text)
    {
        if (text.startsWith(kByteOrderMark))
            m_position = kByteOrderMark.size();
    }

    EnvScan scan()
    {
        while (!atEnd())
            scanLine();
        return m_scan;
    }

private:
    bool atEnd() const { return m_position >= m_text.size(); }
    bool isAt(char c) const { return !atEnd() && m_text[m_position] == c; }

    char take()
    {
        const char c = m_text[m_position++];
        if (c == '\n')
            ++m_line;
        return c;
    }

    void skipBlanks()
    {
        while (!atEnd() && isBlank(m_text[m_position]))
            take();
    }

    /// @return where the rest of this line ends, before the line end, which is taken too
    qsizetype takeRestOfLine()
    {
        while (!atEnd() && !isAt('\n'))
            take();
        const qsizetype end = m_position;
        if (!atEnd())
            take();
        return end;
    }

    void scanLine()
    {
        skipBlanks();
        if (atEnd() || isAt('\n') || isAt('#')) {
            takeRestOfLine();
            return;
        }
        const int line = m_line;
        const qsizetype nameBegin = m_position;
        while (!atEnd() && !isAt('=') && !isAt('\n'))
            take();
        EnvAssignment found;
        found.name = QString::fromUtf8(m_text.sliced(nameBegin, m_position - nameBegin)).trimmed();
        if (found.name.startsWith("export "_L1))
            found.name = found.name.mid(7).trimmed();
        static const QRegularExpression kName(u"^[A-Za-z_][A-Za-z0-9_.]*$"_s);
        if (!isAt('=') || !kName.match(found.name).hasMatch()) {
            takeRestOfLine();
            m_scan.problems.append(u"Line %1 is not of the form NAME=value."_s.arg(line));
            return;
        }
        take(); // the equals sign
        const qsizetype behindEquals = m_position;
        skipBlanks();
        found.valueBegin = m_position;
        if (isAt('"') || isAt('\''))
            scanQuoted(found, line);
        else
            scanPlain(found, behindEquals);
    }

    void scanPlain(EnvAssignment &found, qsizetype behindEquals)
    {
        const qsizetype lineEnd = takeRestOfLine();
        found.end = m_position;
        found.valueEnd = lineEnd;
        for (qsizetype i = found.valueBegin; i < lineEnd; ++i)
            if (m_text[i] == '#' && (i == found.valueBegin || isBlank(m_text[i - 1]))) {
                found.valueEnd = i;
                break;
            }
        while (found.valueEnd > found.valueBegin && isBlank(m_text[found.valueEnd - 1]))
            --found.valueEnd;
        if (found.valueEnd == found.valueBegin) // the blanks of "NAME=  # why" belong to the comment
            found.valueBegin = found.valueEnd = behindEquals;
        found.value = textOf(m_text.sliced(found.valueBegin, found.valueEnd - found.valueBegin)).trimmed();
        m_scan.assignments.push_back(found);
    }

    void scanQuoted(EnvAssignment &found, int line)
    {
        found.quote = take();
        QByteArray value;
        bool closed = false;
        while (!atEnd() && !closed) {
            const char c = take();
            if (c == found.quote)
                closed = true;
            else if (c == '\\' && !atEnd())
                value += unescaped(found.quote);
            else
                value += c;
        }
        const QChar quote = QLatin1Char(found.quote);
        if (!closed) {
            m_scan.problems.append(
                u"The value of %1, which begins in line %2, has no closing %3."_s.arg(found.name).arg(line).arg(quote));
            return;
        }
        found.valueEnd = m_position;
        const QByteArrayView rest = m_text.sliced(found.valueEnd, takeRestOfLine() - found.valueEnd).trimmed();
        if (!rest.isEmpty() && !rest.startsWith('#')) {
            m_scan.problems.append(
                u"There is text after the closing %1 of %2 in line %3."_s.arg(quote).arg(found.name).arg(line));
            return;
        }
        found.end = m_position;
        found.value = textOf(value);
        m_scan.assignments.push_back(found);
    }

    QByteArray unescaped(char quote)
    {
        const char c = take();
        if (c == '\\' || c == quote)
            return {1, c};
        if (quote == '"' && c == 'n')
            return "\n";
        if (quote == '"' && c == 't')
            return "\t";
        if (quote == '"' && c == '$')
            return "$";
        return QByteArray(1, '\\') + c;
    }

    QByteArrayView m_text;
    qsizetype m_position = 0;
    int m_line = 1;
    EnvScan m_scan;
};

} // namespace

EnvScan scanEnvFile(QByteArrayView utf8)
{
    return Scanner(utf8).scan();
}

EnvFile parseEnvFile(const QByteArray &utf8)
{
    const EnvScan scan = scanEnvFile(utf8);
    EnvFile file;
    for (const EnvAssignment &assignment : scan.assignments)
        file.values.insert(assignment.name, assignment.value);
    file.problems = scan.problems;
    return file;
}

} // namespace engine::config
