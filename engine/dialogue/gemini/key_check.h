#pragma once

#include "engine/dialogue/gemini/gemini_codec.h"
#include "engine/net/check_job.h"

/// Whether Gemini takes the key and offers the model: GET {base}/v1beta/models/{model}, header x-goog-api-key, which
/// costs nothing and answers
///
///     {"name":"models/gemini-3.6-flash","supportedGenerationMethods":["generateContent","countTokens"],...}
namespace engine::dialogue::gemini {

/// What the answer means. Pure. Errors as of refusal(), and "model_unknown", "model_unreachable".
[[nodiscard]] Result<net::CheckNote> keyVerdict(const Result<net::HttpResponse> &response,
                                                const GeminiSettings &settings);

/// @return never null. @param http  outlives the job
[[nodiscard]] net::CheckJob *checkKey(const GeminiSettings &settings, net::HttpClient &http, QObject *parent);

} // namespace engine::dialogue::gemini
