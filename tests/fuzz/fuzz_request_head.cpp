#include "engine/server/form.h"
#include "engine/server/request_head.h"
#include "tests/fuzz/fuzz_target.h"

using namespace engine::server;

/// The first bytes of a connection.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView bytes = fuzz::view(data, size);
    const HeadScan scan = scanHead(bytes);
    if (scan.found != HeadScan::Found::Head)
        return 0;
    fuzz::require(scan.size > 0 && scan.size <= bytes.size(), "a head lies within the bytes");
    const Limits limits;
    const auto head = parseRequestHead(bytes.first(scan.size), limits);
    if (!head) {
        fuzz::require(head.error().status >= 400, "a refusal has the status of one");
        return 0;
    }
    fuzz::require(!head->method.isEmpty() && !head->target.isEmpty(), "a request has a method and a target");
    fuzz::require(head->contentLength >= 0 && head->contentLength <= limits.maxBodyBytes, "a body's length is within the limit");
    fuzz::require(!(head->chunked && head->contentLength > 0), "a body is framed in one way");
    for (const auto &[name, value] : parseQuery(head->target))
        fuzz::require(name.size() + value.size() <= head->target.size(), "decoding never makes longer");
    return 0;
}
