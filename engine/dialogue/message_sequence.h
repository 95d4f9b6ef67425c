#pragma once

#include "engine/dialogue/language_model.h"

#include <vector>

namespace engine::dialogue {

/// Puts a conversation into the order every chat model accepts, whatever happened on the line. Pure.
///
/// - it starts with the user: "(call connected)" when the agent spoke first;
/// - each agent message with tool calls is followed at once by exactly one result per call, in the order of the calls;
/// a call without
///   one gets {"error":"cancelled by caller"}, a result without a call is left out;
/// - an agent message with tool calls never follows an agent message directly;
/// - it ends with the user or a tool result: "(silence)" when the agent spoke last;
/// - messages that say nothing are left out.
/// Vendors' further wishes (merging, roles) are the business of their codecs.
[[nodiscard]] std::vector<Message> sequenced(const std::vector<Message> &messages);

/// What stands in for the answer of a tool call the callee interrupted.
[[nodiscard]] QJsonObject cancelledToolResult();

} // namespace engine::dialogue
