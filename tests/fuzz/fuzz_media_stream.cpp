#include "engine/twilio/media_stream_codec.h"
#include "tests/fuzz/fuzz_target.h"

using namespace engine::twilio;

/// A text message of the carrier's media stream.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto message = parseInbound(fuzz::view(data, size));
    if (!message) {
        fuzz::require(message.error().code == u"media_message_malformed", "an error says that the message is malformed");
        return 0;
    }
    if (const auto *start = std::get_if<Start>(&*message))
        fuzz::require(!start->callSid.isEmpty() && !start->streamSid.isEmpty(), "a start names its call and stream");
    if (const auto *media = std::get_if<Media>(&*message)) {
        fuzz::require(!media->mulaw.isEmpty(), "media holds sound");
        const auto again = parseInbound(buildMedia(media->streamSid, media->mulaw));
        const auto *sound = again ? std::get_if<Media>(&*again) : nullptr;
        fuzz::require(sound && sound->mulaw == media->mulaw, "sound sent reads back");
    }
    return 0;
}
