#include "engine/config/env_file.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace engine::config {

namespace {

/// Reads the text from its start to its end, one character after the other.
class Reader
{
public:
    explicit Reader(const QString &text) : m_text(text) {}

    EnvFile read()
    {
        while (!atEnd())
            readLine();
        return m_file;
    }

private:
    bool atEnd() const { return m_position >= m_text.size(); }
    QChar peek() const { return atEnd() ? QChar() : m_text[m_position]; }

    QChar take()
    {
        const QChar c = m_text[m_position++];
        if (c == u'\n')
            ++m_line;
        return c;
    }

    void skipBlanks()
    {
        while (!atEnd() && (peek() == u' ' || peek() == u'\t' || peek() == u'\r'))
            take();
    }

    QString restOfLine()
    {
        QString rest;
        while (!atEnd() && peek() != u'\n')
            rest += take();
        if (!atEnd())
            take();
        return rest;
    }

    void readLine()
    {
        skipBlanks();
        if (atEnd() || peek() == u'\n' || peek() == u'#') {
            restOfLine();
            return;
        }
        const int line = m_line;
        QString name;
        while (!atEnd() && peek() != u'=' && peek() != u'\n')
            name += take();
        name = name.trimmed();
        if (name.startsWith("export "_L1))
            name = name.mid(7).trimmed();
        static const QRegularExpression kName(u"^[A-Za-z_][A-Za-z0-9_.]*$"_s);
        if (peek() != u'=' || !kName.match(name).hasMatch()) {
            restOfLine();
            m_file.problems.append(u"Line %1 is not of the form NAME=value."_s.arg(line));
            return;
        }
        take(); // the equals sign
        skipBlanks();
        if (peek() == u'"' || peek() == u'\'')
            readQuoted(name, line);
        else
            readPlain(name);
    }

    void readPlain(const QString &name)
    {
        QString value = restOfLine();
        static const QRegularExpression kComment(u"(^|\\s)#.*$"_s);
        value.remove(kComment);
        m_file.values.insert(name, value.trimmed());
    }

    void readQuoted(const QString &name, int line)
    {
        const QChar quote = take();
        QString value;
        bool closed = false;
        while (!atEnd()) {
            const QChar c = take();
            if (c == quote) {
                closed = true;
                break;
            }
            value += c == u'\\' && !atEnd() ? unescaped(quote) : QString(c);
        }
        if (!closed) {
            m_file.problems.append(u"The value of %1, which begins in line %2, has no closing %3."_s.arg(name).arg(line).arg(quote));
            return;
        }
        const QString rest = restOfLine().trimmed();
        if (!rest.isEmpty() && !rest.startsWith(u'#')) {
            m_file.problems.append(u"There is text after the closing %1 of %2 in line %3."_s.arg(quote).arg(name).arg(line));
            return;
        }
        m_file.values.insert(name, value);
    }

    QString unescaped(QChar quote)
    {
        const QChar c = take();
        if (quote == u'\'')
            return c == u'\'' || c == u'\\' ? QString(c) : QString(u'\\') + c;
        switch (c.unicode()) {
        case u'n':
            return u"\n"_s;
        case u't':
            return u"\t"_s;
        case u'"':
        case u'\\':
        case u'$':
            return QString(c);
        default:
            return QString(u'\\') + c;
        }
    }

    const QString &m_text;
    qsizetype m_position = 0;
    int m_line = 1;
    EnvFile m_file;
};

} // namespace

EnvFile parseEnvFile(const QByteArray &utf8)
{
    QString text = QString::fromUtf8(utf8);
    if (text.startsWith(QChar(0xFEFF))) // byte-order mark
        text.remove(0, 1);
    return Reader(text).read();
}

} // namespace engine::config
