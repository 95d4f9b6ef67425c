#include "engine/audio/dtmf.h"

#include "engine/audio/mulaw.h"
#include "engine/audio/telephone_audio.h"

// Some of spandsp's headers use types of the others.
#include <spandsp.h>

#include <array>
#include <memory>

using namespace Qt::StringLiterals;

namespace engine::audio {

namespace {

constexpr int kToneMs = 100;
constexpr int kGapMs = 100;
constexpr int kPauseSamples = 4000;
constexpr qsizetype kMostDigits = 64;

} // namespace

Result<QByteArray> dtmfTones(const QString &digits)
{
    const auto invalid = [] {
        return failure(Fault::Vendor, u"digits_invalid"_s, u"Only 0-9, *, #, A-D and w (a pause) can be sent, at most 64 of them."_s);
    };
    if (digits.isEmpty() || digits.size() > kMostDigits)
        return invalid();

    std::unique_ptr<dtmf_tx_state_t, int (*)(dtmf_tx_state_t *)> generator(dtmf_tx_init(nullptr), dtmf_tx_free);
    dtmf_tx_set_timing(generator.get(), kToneMs, kGapMs);
    QByteArray mulaw;
    for (const QChar digit : digits.toUpper()) {
        if (digit == u'W' || digit == u',') {
            mulaw.append(kPauseSamples, kMulawSilence);
            continue;
        }
        if (!u"0123456789*#ABCD"_s.contains(digit))
            return invalid();
        const char key = digit.toLatin1();
        dtmf_tx_put(generator.get(), &key, 1);
        std::array<std::int16_t, 800> samples{};
        for (int count = 0; (count = dtmf_tx(generator.get(), samples.data(), static_cast<int>(samples.size()))) > 0;)
            mulaw += toMulaw(std::span(samples).first(static_cast<size_t>(count)));
    }
    return mulaw;
}

} // namespace engine::audio
