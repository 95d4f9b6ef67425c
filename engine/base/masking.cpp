#include "engine/base/masking.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine {

namespace {

constexpr qsizetype kFewestHidden = 4;
constexpr qsizetype kHead = 5; // "+1415"
constexpr qsizetype kTail = 2;

} // namespace

QString maskedNumber(const QString &number)
{
    const qsizetype hidden = std::min(number.size(), std::max(kFewestHidden, number.size() - kHead - kTail));
    const qsizetype tail = std::min(kTail, number.size() - hidden);
    const qsizetype head = number.size() - hidden - tail;
    return number.left(head) + QString(hidden, u'*') + number.right(tail);
}

QString maskedNumbers(const QString &text)
{
    // Letters and digits at either end belong to something else: a SID, a time, a token.
    static const QRegularExpression numbers(
        u"(?<![0-9A-Za-z])(?:\\+\\d(?:[ ()-]{0,2}\\d){6,14}|\\(?\\d(?:[ ()-]{0,2}\\d){9,14})(?![0-9A-Za-z])"_s);
    QString masked;
    qsizetype copied = 0;
    for (auto it = numbers.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        masked += QStringView(text).sliced(copied, match.capturedStart() - copied);
        masked += maskedNumber(match.captured());
        copied = match.capturedEnd();
    }
    return masked + text.mid(copied);
}

} // namespace engine
