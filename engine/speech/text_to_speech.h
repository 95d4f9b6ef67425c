#pragma once

#include "engine/base/result.h"
#include "engine/pipeline/frame.h"

#include <QByteArray>
#include <QObject>

#include <vector>

namespace engine::speech {

/// A piece of rendered speech: mu-law 8000 Hz mono and when its words sound within it.
struct RenderedSpeech
{
    QByteArray mulaw;
    std::vector<pipeline::WordTime> words;
    bool operator==(const RenderedSpeech &) const = default;
};

/// One voice of one call: sentences in, mu-law and word times out. A vendor's socket is behind it.
///
/// Speech is made in *contexts*: all sentences of one context sound as one piece, in order. A context is named by its
/// caller with a number never used before on this object. Engine thread; owned by the processor that uses it.
class TextToSpeech : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// Connects ahead of need; speak() connects by itself when this was not called or the connection has died.
    virtual void open() = 0;
    virtual bool isReady() const = 0;
    /// Adds a sentence to a context, opening it with the first.
    virtual void speak(int context, const QString &sentence) = 0;
    /// No more sentences will come for this context; answered by finished().
    virtual void finish(int context) = 0;
    /// Forgets a context: no signal about it will follow, whatever still arrives.
    virtual void cancel(int context) = 0;
    /// Drops the connection with all its contexts (no signals about them) and makes a new one: for a socket that
    /// half-died.
    virtual void reconnect() = 0;
    virtual void close() = 0;

signals:
    void ready();
    void audio(int context, const QByteArray &mulaw);
    /// Word times from the start of the context's audio.
    void words(int context, const std::vector<engine::pipeline::WordTime> &words);
    /// So many sentences of the context have been delivered whole. Not every vendor tells.
    void sentencesDelivered(int context, int count);
    /// All audio of the context has been delivered. When finish() was not called, the vendor ended the context by
    /// itself: what is not said yet needs a new one.
    void finished(int context);
    /// The context failed and will deliver nothing more; others go on. `retry`: saying it again may work.
    void contextFailed(int context, const engine::Error &error, bool retry);
    /// The connection is gone with every context on it. `retry`: false when trying again cannot help (a bad key).
    void lost(const engine::Error &error, bool retry);
};

} // namespace engine::speech
