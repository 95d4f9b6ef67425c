#include "engine/twilio/form_codec.h"

namespace engine::twilio {

namespace {

QByteArray decoded(QByteArrayView part)
{
    QByteArray bytes = part.toByteArray();
    bytes.replace('+', ' ');
    return QByteArray::fromPercentEncoding(bytes);
}

} // namespace

FormPairs parseForm(QByteArrayView body)
{
    FormPairs pairs;
    while (!body.isEmpty()) {
        const qsizetype end = body.indexOf('&');
        const QByteArrayView piece = end < 0 ? body : body.first(end);
        body = end < 0 ? QByteArrayView() : body.sliced(end + 1);
        if (piece.isEmpty())
            continue;
        const qsizetype equals = piece.indexOf('=');
        if (equals < 0)
            pairs.emplaceBack(decoded(piece), QByteArray());
        else
            pairs.emplaceBack(decoded(piece.first(equals)), decoded(piece.sliced(equals + 1)));
    }
    return pairs;
}

QByteArray buildForm(const FormPairs &pairs)
{
    QByteArray body;
    for (const auto &[name, value] : pairs) {
        if (!body.isEmpty())
            body += '&';
        body += name.toPercentEncoding() + '=' + value.toPercentEncoding();
    }
    return body;
}

std::optional<QByteArray> formValue(const FormPairs &pairs, QByteArrayView name)
{
    for (const auto &[key, value] : pairs)
        if (key == name)
            return value;
    return std::nullopt;
}

} // namespace engine::twilio
