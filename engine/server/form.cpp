#include "engine/server/form.h"

namespace engine::server {

namespace {

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

QByteArray formDecoded(QByteArrayView piece)
{
    QByteArray text = piece.toByteArray();
    text.replace('+', ' '); // before the percent signs: "%2B" is a real plus
    return percentDecoded(text);
}

} // namespace

QByteArray percentDecoded(QByteArrayView bytes)
{
    QByteArray text;
    text.reserve(bytes.size());
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const bool escape = bytes[i] == '%' && i + 2 < bytes.size();
        const int high = escape ? hexDigit(bytes[i + 1]) : -1;
        const int low = escape ? hexDigit(bytes[i + 2]) : -1;
        if (high >= 0 && low >= 0) {
            text += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            text += bytes[i];
        }
    }
    return text;
}

FormFields parseForm(QByteArrayView body)
{
    FormFields fields;
    qsizetype start = 0;
    while (start < body.size()) {
        qsizetype end = body.indexOf('&', start);
        if (end < 0)
            end = body.size();
        const QByteArrayView piece = body.sliced(start, end - start);
        start = end + 1;
        if (piece.isEmpty())
            continue;
        const qsizetype equals = piece.indexOf('=');
        if (equals < 0)
            fields.append({formDecoded(piece), {}});
        else
            fields.append({formDecoded(piece.first(equals)), formDecoded(piece.sliced(equals + 1))});
    }
    return fields;
}

FormFields parseQuery(QByteArrayView target)
{
    const qsizetype mark = target.indexOf('?');
    return mark < 0 ? FormFields() : parseForm(target.sliced(mark + 1));
}

std::optional<QByteArray> fieldValue(const FormFields &fields, QByteArrayView name)
{
    for (const auto &[key, value] : fields)
        if (key == name)
            return value;
    return std::nullopt;
}

} // namespace engine::server
