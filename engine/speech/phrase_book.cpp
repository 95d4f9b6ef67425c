#include "engine/speech/phrase_book.h"

namespace engine::speech {

std::optional<RenderedSpeech> PhraseBook::find(const QString &voiceKey, const QString &text)
{
    const auto place = m_places.constFind({voiceKey, text});
    if (place == m_places.constEnd())
        return std::nullopt;
    m_entries.splice(m_entries.begin(), m_entries, *place);
    return m_entries.front().speech;
}

void PhraseBook::put(const QString &voiceKey, const QString &text, RenderedSpeech speech)
{
    const Key key{voiceKey, text};
    remove(key);
    if (speech.mulaw.isEmpty() || speech.mulaw.size() > m_maxBytes)
        return;
    m_bytes += speech.mulaw.size();
    m_entries.push_front({key, std::move(speech)});
    m_places.insert(key, m_entries.begin());
    while (m_bytes > m_maxBytes)
        remove(Key(m_entries.back().key));
}

void PhraseBook::remove(const Key &key)
{
    const auto place = m_places.constFind(key);
    if (place == m_places.constEnd())
        return;
    const auto entry = *place;
    m_places.erase(place);
    m_bytes -= entry->speech.mulaw.size();
    m_entries.erase(entry);
}

} // namespace engine::speech
