#include "engine/twilio/form_codec.h"

namespace engine::twilio {

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

} // namespace engine::twilio
