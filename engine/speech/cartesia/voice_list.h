#pragma once

#include "engine/net/http_client.h"
#include "engine/speech/cartesia/cartesia_codec.h"
#include "engine/speech/voice.h"

/// The list of voices, `GET /voices?limit=100`, API version 2026-03-01. It comes in pages:
///
///     {"data":[{"id":"71a7ad14-...","name":"British Reading Lady","tagline":"Calm narrator","description":"...",
///               "language":"en","locales":[{"locale":"en-GB","is_native":true}],"gender":"feminine"}],
///      "has_more":true,"next_page":null}
///
/// and the next one is asked for with `starting_after=<id of the last voice>`. Older versions leave out tagline and
/// locales.
namespace engine::speech::cartesia {

struct VoicePage
{
    QList<Voice> voices;
    bool hasMore = false;
    bool operator==(const VoicePage &) const = default;
};

/// Pure and total; a voice without an id is left out.
/// @return an Error (code "voices_bad_answer") for what is no page of voices
[[nodiscard]] Result<VoicePage> parseVoicePage(const QByteArray &json);

/// @param after  id of the last voice of the page before; "" asks for the first page
[[nodiscard]] net::HttpRequest voicePageRequest(const CartesiaSettings &settings, const QString &after);

/// Fetches page after page. Engine thread.
class CartesiaVoiceListJob final : public VoiceListJob
{
    Q_OBJECT
public:
    /// @param http  outlives the job
    CartesiaVoiceListJob(CartesiaSettings settings, net::HttpClient &http, QObject *parent);

private:
    void ask();
    void onAnswered(const Result<net::HttpResponse> &response);
    void finish(const Result<QList<Voice>> &voices);

    CartesiaSettings m_settings;
    net::HttpClient &m_http;
    QList<Voice> m_voices;
    int m_pages = 0;
};

} // namespace engine::speech::cartesia
