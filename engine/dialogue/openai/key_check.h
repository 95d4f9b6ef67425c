#pragma once

#include "engine/dialogue/openai/openai_codec.h"
#include "engine/net/check_job.h"

/// Whether a server of the OpenAI kind takes the key and offers the model: GET {base}/models, which costs nothing and
/// answers
///
///     {"object":"list","data":[{"id":"gpt-5-mini","object":"model",...},...]}
namespace engine::dialogue::openai {

/// What the answer means. Pure. Errors as of refusal(), and "model_unreachable". A server that lists no models, or
/// lists another, may still answer calls: that is a warning.
[[nodiscard]] Result<net::CheckNote> keyVerdict(const Result<net::HttpResponse> &response,
                                                const OpenAiSettings &settings);

/// @return never null. @param http  outlives the job
[[nodiscard]] net::CheckJob *checkKey(const OpenAiSettings &settings, net::HttpClient &http, QObject *parent);

} // namespace engine::dialogue::openai
