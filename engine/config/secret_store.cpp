#include "engine/config/secret_store.h"

using namespace Qt::StringLiterals;

namespace engine::config {

QStringList secretNames()
{
    return {u"GOOGLE_API_KEY"_s,        u"DEEPGRAM_API_KEY"_s, u"CARTESIA_API_KEY"_s, u"TWILIO_AUTH_TOKEN"_s,
            u"TWILIO_API_KEY_SECRET"_s, u"OPENAI_API_KEY"_s,   u"DIALDESK_API_KEY"_s};
}

} // namespace engine::config
