#include "engine/speech/deepgram/deepgram_errors.h"

namespace engine::speech::deepgram {

using namespace Qt::StringLiterals;

namespace {

Loss settingsFault(QString code, QString message)
{
    return {{Fault::Settings, std::move(code), std::move(message)}, false};
}

Loss vendorFault(QString code, QString message)
{
    return {{Fault::Vendor, std::move(code), std::move(message)}, true};
}

Loss refusedHandshake(int status)
{
    switch (status) {
    case 400:
        return settingsFault(
            u"stt_request_refused"_s,
            u"Deepgram refused the request (400): check DEEPGRAM_MODEL and LANGUAGE, which must fit together."_s);
    case 401:
        return settingsFault(u"stt_key_refused"_s,
                             u"Deepgram refused the key (401): set DEEPGRAM_API_KEY to a valid key."_s);
    case 402:
        return settingsFault(u"stt_no_credit"_s,
                             u"Deepgram has no credit left for this project (402): top up the account."_s);
    case 403:
        return settingsFault(
            u"stt_forbidden"_s,
            u"Deepgram does not allow this key to use the model (403): give the key's project access to "
            "DEEPGRAM_MODEL or use another key."_s);
    case 404:
        return settingsFault(
            u"stt_not_found"_s,
            u"Deepgram knows no such address or project (404): check DEEPGRAM_BASE_URL and DEEPGRAM_API_KEY."_s);
    case 429:
        return vendorFault(
            u"stt_rate_limited"_s,
            u"Deepgram's limit of concurrent streams is reached (429): place fewer calls at once or raise the limit."_s);
    case 408:
    case 499:
        return vendorFault(u"stt_unavailable"_s,
                           u"Deepgram did not complete the connection in time (%1)."_s.arg(status));
    default:
        break;
    }
    if (status >= 500)
        return vendorFault(u"stt_unavailable"_s, u"Deepgram is not available at the moment (%1)."_s.arg(status));
    return {
        {Fault::Program, u"stt_request_refused"_s, u"Deepgram refused the connection with status %1."_s.arg(status)},
        false};
}

} // namespace

Loss lossOf(const net::SocketClosed &closed)
{
    if (!closed.wasOpen) {
        if (closed.httpStatus != 0)
            return refusedHandshake(closed.httpStatus);
        return vendorFault(
            u"stt_unreachable"_s,
            u"Deepgram could not be reached: %1. Check this computer's network and DEEPGRAM_BASE_URL."_s.arg(
                closed.reason.isEmpty() ? u"no answer"_s : closed.reason));
    }

    // The sentences of the reasons have changed before; the codes in them have not.
    const auto names = [&closed](QLatin1StringView code) {
        return closed.reason.contains(code, Qt::CaseInsensitive) ||
               closed.reason.contains(QString(code).remove(u'-'), Qt::CaseInsensitive);
    };
    if (closed.closeCode == 1008 || names("DATA-0000"_L1))
        return {{Fault::Program, u"stt_bad_audio"_s, u"Deepgram could not decode the audio it was sent (DATA-0000)."_s},
                true};
    if (names("NET-0001"_L1))
        return {{Fault::Program, u"stt_no_audio_sent"_s,
                 u"Deepgram closed the stream because no audio reached it for 10 s (NET-0001)."_s},
                true};
    if (names("NET-0000"_L1))
        return vendorFault(u"stt_no_answer"_s,
                           u"Deepgram closed the stream because it produced no transcript in time (NET-0000)."_s);
    if (closed.closeCode == 1006)
        return vendorFault(u"stt_connection_lost"_s, u"The connection to Deepgram broke."_s);
    return vendorFault(u"stt_closed"_s, u"Deepgram closed the stream (code %1%2)."_s.arg(closed.closeCode)
                                            .arg(closed.reason.isEmpty() ? QString() : u", "_s + closed.reason));
}

Loss lossOf(const ServerError &error)
{
    const QString words = error.description.isEmpty() ? error.code : error.description;
    if (error.code == "UNPARSABLE_CLIENT_MESSAGE"_L1)
        return {{Fault::Program, u"stt_bad_command"_s,
                 u"Deepgram did not understand a command of Dialdesk: %1"_s.arg(words)},
                true};
    return vendorFault(u"stt_failed"_s, u"Deepgram reported a failure: %1"_s.arg(words));
}

} // namespace engine::speech::deepgram
