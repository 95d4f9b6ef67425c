#include "engine/records/do_not_call_csv.h"

#include <QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::records {

namespace {

constexpr qsizetype kShownOfRejected = 40;
constexpr qsizetype kLongestReason = 500;
/// What a spreadsheet takes for the beginning of a formula.
constexpr QStringView kFormulaStarts = u"=+-@";

/// One line of the table, which may go over several lines of text inside quotes.
struct Row
{
    QList<QByteArray> fields; ///< unquoted
    int line = 0;             ///< of the text, from 1
    qsizetype begin = 0;
    qsizetype end = 0; ///< behind its line end
};

bool isSeparator(char c)
{
    return c == ',' || c == ';' || c == '\t';
}

class RowReader
{
public:
    explicit RowReader(const QByteArray &text) : m_text(text)
    {
        if (m_text.startsWith("\xEF\xBB\xBF")) // byte-order mark
            m_at = 3;
    }

    bool next(Row &row)
    {
        if (m_at >= m_text.size())
            return false;
        row = {{}, m_line, m_at, 0};
        char separator = 0; // the first one decides: a reason may hold the others
        row.fields.append(field(separator));
        while (m_at < m_text.size() && isSeparator(m_text[m_at])) {
            separator = m_text[m_at++];
            row.fields.append(field(separator));
        }
        endLine();
        row.end = m_at;
        return true;
    }

private:
    bool atFieldEnd(char separator) const
    {
        const char c = m_text[m_at];
        return c == '\n' || c == '\r' || (separator ? c == separator : isSeparator(c));
    }

    QByteArray field(char separator)
    {
        QByteArray value;
        if (m_at < m_text.size() && m_text[m_at] == '"') {
            ++m_at;
            while (m_at < m_text.size()) {
                const char c = m_text[m_at++];
                if (c == '"' && m_at < m_text.size() && m_text[m_at] == '"')
                    ++m_at; // "" stands for one quote
                else if (c == '"')
                    break;
                if (c == '\n')
                    ++m_line;
                value += c;
            }
        }
        while (m_at < m_text.size() && !atFieldEnd(separator))
            value += m_text[m_at++];
        return value;
    }

    void endLine()
    {
        if (m_at < m_text.size() && m_text[m_at] == '\r')
            ++m_at;
        if (m_at < m_text.size() && m_text[m_at] == '\n')
            ++m_at;
        ++m_line;
    }

    const QByteArray m_text;
    qsizetype m_at = 0;
    int m_line = 1;
};

bool hasDigit(const QString &text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c.isDigit(); });
}

Result<E164Number> numberOf(const QString &text, const QString &defaultRegion)
{
    auto number = E164Number::parse(text, defaultRegion);
    // A spreadsheet drops the plus of a number.
    const bool digitsOnly =
        !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) { return c.isDigit(); });
    return !number && digitsOnly ? E164Number::parse(u'+' + text) : number;
}

QString numberText(const Row &row)
{
    return QString::fromUtf8(row.fields.first()).trimmed();
}

/// Nothing to read: empty, a comment, or the table's head.
bool holdsNothing(const QString &text, bool isFirst)
{
    return text.isEmpty() || text.startsWith(u'#') || (isFirst && !hasDigit(text));
}

bool startsFormula(const QString &text)
{
    return !text.isEmpty() && kFormulaStarts.contains(text.front());
}

QByteArray quoted(const QString &text)
{
    const bool plain =
        std::none_of(text.begin(), text.end(), [](QChar c) { return QStringView(u",;\t\"\r\n").contains(c); });
    if (plain)
        return text.toUtf8();
    QString doubled = text;
    return '"' + doubled.replace(u'"', u"\"\""_s).toUtf8() + '"';
}

} // namespace

DoNotCallText parseDoNotCall(const QByteArray &utf8, const QString &defaultRegion)
{
    DoNotCallText text;
    RowReader reader(utf8);
    Row row;
    for (bool first = true; reader.next(row); first = false) {
        const QString written = numberText(row);
        if (holdsNothing(written, first))
            continue;
        const auto number = numberOf(written, defaultRegion);
        if (!number) {
            text.rejected.append({row.line, written.left(kShownOfRejected)});
            continue;
        }
        QString reason = QString::fromUtf8(row.fields.value(2)).trimmed();
        if (reason.startsWith(u'\'') && startsFormula(reason.mid(1)))
            reason.remove(0, 1);
        text.entries.append(
            {*number, QDate::fromString(QString::fromUtf8(row.fields.value(1)).trimmed(), Qt::ISODate), reason});
    }
    return text;
}

QByteArray doNotCallHeader()
{
    return "number,date,reason\n";
}

QByteArray toCsv(const DoNotCallEntry &entry)
{
    QString reason = entry.reason.left(kLongestReason);
    if (startsFormula(reason))
        reason.prepend(u'\'');
    return entry.number.value().toUtf8() + ',' + entry.date.toString(Qt::ISODate).toUtf8() + ',' + quoted(reason) +
           '\n';
}

QByteArray withoutNumber(const QByteArray &utf8, const E164Number &number)
{
    QByteArray kept = utf8.left(utf8.startsWith("\xEF\xBB\xBF") ? 3 : 0);
    RowReader reader(utf8);
    Row row;
    while (reader.next(row)) {
        const auto written = numberOf(numberText(row), {});
        if (!written || *written != number)
            kept += utf8.sliced(row.begin, row.end - row.begin);
    }
    return kept;
}

} // namespace engine::records
