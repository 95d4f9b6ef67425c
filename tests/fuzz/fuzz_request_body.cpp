#include "engine/server/body_reader.h"
#include "tests/fuzz/fuzz_target.h"

#include <algorithm>

using engine::server::BodyReader;

namespace {

constexpr qint64 kMaxBytes = 4096;

/// What a reader made of the bytes, given in pieces of this size.
struct Reading
{
    BodyReader::State state;
    qsizetype taken = 0;
    QByteArray body;
    bool operator==(const Reading &) const = default;
};

Reading read(QByteArrayView bytes, qsizetype piece)
{
    BodyReader reader = BodyReader::chunked(kMaxBytes);
    qsizetype taken = 0;
    while (taken < bytes.size() && reader.state() == BodyReader::State::Reading) {
        const qsizetype used = reader.push(bytes.sliced(taken, std::min(piece, bytes.size() - taken)));
        fuzz::require(used > 0 || reader.state() != BodyReader::State::Reading, "a reader that goes on takes bytes");
        taken += used;
    }
    const auto state = reader.state();
    return {state, state == BodyReader::State::Complete ? taken : 0, reader.take()};
}

} // namespace

/// A chunked request body, which may arrive in pieces of any size.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView bytes = fuzz::view(data, size);
    const Reading whole = read(bytes, bytes.size());
    fuzz::require(whole.body.size() <= kMaxBytes, "a body stays within its bound");
    fuzz::require(whole.state == read(bytes, 1).state, "how a body ends does not depend on how it arrived");
    if (whole.state == BodyReader::State::Complete)
        fuzz::require(whole == read(bytes, 1), "a body does not depend on how it arrived");
    return 0;
}
