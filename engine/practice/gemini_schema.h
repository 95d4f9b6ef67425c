#pragma once

#include "engine/practice/proto_schema.h"

namespace engine::practice {

/// The body of generateContent and streamGenerateContent.
[[nodiscard]] const ProtoSchema &generateContentSchema();
/// The body of countTokens.
[[nodiscard]] const ProtoSchema &countTokensSchema();

} // namespace engine::practice
