#pragma once

#include <QSet>
#include <QString>
#include <QStringList>

#include <vector>

namespace engine::turns {

/// Knows the words by which a listener says "go on" without wanting the turn: "mhm", "right", "okay", "I see".
/// The one place where these words are listed, per language. Immutable.
class Backchannels
{
public:
    /// @param language  BCP 47, e.g. "en" or "en-US"; of a language without a list only sounds such as "mhm" are known
    explicit Backchannels(const QString &language);

    /// Whether the text has words and every one of them is a backchannel; any other word makes it speech that wants the
    /// turn.
    [[nodiscard]] bool isOnly(QStringView text) const;

private:
    QSet<QString> m_words;
    std::vector<QStringList> m_phrases; // of several words, each of which alone means something
};

} // namespace engine::turns
