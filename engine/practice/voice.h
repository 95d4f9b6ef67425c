#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <vector>

namespace engine::practice {

class WordPrints;

/// Who is heard: two flite voices that are easy to tell apart.
enum class Speaker
{
    Agent, ///< cmu_us_slt
    Callee ///< cmu_us_rms
};

/// Where one word of a text lies in its audio.
struct SpokenWord
{
    QString word; ///< as written in the text, with its punctuation
    int firstSample = 0;
    int endSample = 0; ///< one past the last
    bool operator==(const SpokenWord &) const = default;
};

/// A text as it sounds on a telephone.
struct Utterance
{
    QString text;
    QByteArray mulaw; ///< 8 kHz mono, telephone band, line noise included
    std::vector<SpokenWord> words;
    int firstAudible = 0; ///< sample from which it is louder than the noise of the line
    int endAudible = 0;   ///< one past the last such sample
};

/// Speaks texts with flite in telephone quality. The same text in the same voice is always the same audio, noise
/// included.
///
/// Lives on the thread of its owner, who calls say() there; flite runs on a thread of its own. Results are cached, the
/// most recently spoken kept. An empty or unspeakable text gives an utterance without audio. One text is spoken after
/// another, the agent's before callees' that wait.
class Voice : public QObject
{
public:
    explicit Voice(QObject *parent = nullptr);
    ~Voice() override;

    /// `done` runs on the thread that called say(), later, unless `context` has died.
    void say(Speaker speaker, const QString &text, QObject *context,
             std::function<void(std::shared_ptr<const Utterance>)> done);

    /// The prints of everything spoken, for ears to recognise it by. Lives as long as the voice.
    WordPrints &prints() const;

private:
    void speakNext();

    class Private;
    std::unique_ptr<Private> d;
};

} // namespace engine::practice
