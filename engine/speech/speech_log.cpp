#include "engine/speech/speech_log.h"

namespace engine::speech {

Q_LOGGING_CATEGORY(lcSpeech, "dialdesk.speech")

} // namespace engine::speech
