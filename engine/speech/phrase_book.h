#pragma once

#include "engine/speech/text_to_speech.h"

#include <QHash>
#include <QString>

#include <list>
#include <optional>

namespace engine::speech {

/// Fixed phrases already rendered, shared by all calls of an engine: greetings, fillers, goodbyes. Bounded: the phrase
/// not used for the longest time goes first. Engine thread; owned by the engine, outlives every processor.
class PhraseBook
{
public:
    /// @param maxBytes  of sound; the default holds about 17 minutes
    explicit PhraseBook(qsizetype maxBytes = 8 * 1024 * 1024) : m_maxBytes(maxBytes) {}

    /// @param voiceKey  everything that changes the sound: voice, model and language
    std::optional<RenderedSpeech> find(const QString &voiceKey, const QString &text);
    bool contains(const QString &voiceKey, const QString &text) const { return m_places.contains({voiceKey, text}); }
    /// Adds or replaces. Speech without sound or longer than the bound is not kept.
    void put(const QString &voiceKey, const QString &text, RenderedSpeech speech);

    qsizetype bytes() const { return m_bytes; }
    qsizetype count() const { return m_places.size(); }

private:
    using Key = std::pair<QString, QString>;
    struct Entry
    {
        Key key;
        RenderedSpeech speech;
    };
    void remove(const Key &key);

    std::list<Entry> m_entries; // newest use first
    QHash<Key, std::list<Entry>::iterator> m_places;
    qsizetype m_bytes = 0;
    qsizetype m_maxBytes;
};

} // namespace engine::speech
