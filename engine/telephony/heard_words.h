#pragma once

#include "engine/pipeline/frame.h"

#include <QStringList>

#include <optional>
#include <vector>

namespace engine::telephony {

/// The words of one turn of the agent, and what is known about when they sound.
///
/// The words are ours (what the sentences say); the times are the speech vendor's, who may split words differently.
/// Word n of ours is word n of the vendor. When all has been made and the numbers differ, positions are scaled; without
/// any times the words share the audio by their length.
struct SpokenWords
{
    QStringList words;
    std::vector<pipeline::WordTime> times;
    std::chrono::milliseconds audio{0}; ///< length of the audio made so far
    bool complete = false;              ///< no more audio or times will come

    bool operator==(const SpokenWords &) const = default;
};

/// How many words, from the first, lie wholly within the first `heard` of the turn's audio.
[[nodiscard]] int heardWordCount(const SpokenWords &spoken, std::chrono::milliseconds heard);

/// Where a word begins in the turn's audio; nullopt when no time is known for it.
[[nodiscard]] std::optional<std::chrono::milliseconds> wordStart(const SpokenWords &spoken, int word);

} // namespace engine::telephony
