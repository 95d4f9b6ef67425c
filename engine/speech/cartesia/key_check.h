#pragma once

#include "engine/net/check_job.h"
#include "engine/speech/cartesia/cartesia_codec.h"

/// Whether Cartesia takes the key and has the voice: GET {base}/voices/{id}, which costs nothing and answers
///
///     {"id":"71a7ad14-091c-4e8e-a314-022ece01c121","name":"British Reading Lady",...}
namespace engine::speech::cartesia {

/// What the answer means. Pure. Errors as of lossOf().
[[nodiscard]] Result<net::CheckNote> keyVerdict(const Result<net::HttpResponse> &response,
                                                const CartesiaSettings &settings);

/// @return never null. @param http  outlives the job
[[nodiscard]] net::CheckJob *checkKey(const CartesiaSettings &settings, net::HttpClient &http, QObject *parent);

} // namespace engine::speech::cartesia
