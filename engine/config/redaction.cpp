#include "engine/config/redaction.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::config {

namespace {

/// Shorter ones are no vendor's keys but words ("practice"), which stand in ordinary sentences too.
constexpr qsizetype kShortestSecret = 9;

} // namespace

Redaction::Redaction(const Config &config)
{
    for (const Secret &secret :
         {config.server.apiKey, config.twilio.authToken, config.twilio.apiKeySecret, config.deepgram.apiKey,
          config.gemini.apiKey, config.openAi.apiKey, config.cartesia.apiKey})
        if (secret.reveal().size() >= kShortestSecret)
            m_secrets.append(QString::fromLatin1(secret.reveal()));
    // One secret may begin with another.
    std::sort(m_secrets.begin(), m_secrets.end(),
              [](const QString &a, const QString &b) { return a.size() > b.size(); });
}

QString Redaction::of(QString text) const
{
    for (const QString &secret : m_secrets)
        text.replace(secret, u"***"_s);
    return text;
}

} // namespace engine::config
