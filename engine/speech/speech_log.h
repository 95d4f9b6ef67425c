#pragma once

#include <QLoggingCategory>

namespace engine::speech {

Q_DECLARE_LOGGING_CATEGORY(lcSpeech)

} // namespace engine::speech
