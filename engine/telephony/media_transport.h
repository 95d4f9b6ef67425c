#pragma once

#include <QByteArray>
#include <QObject>

#include <chrono>

namespace engine::telephony {

/// The sound of one answered call, both ways. The carrier plays what is sent in order and in real time from a buffer of its own,
/// so audio is sent as soon as it exists. Engine thread.
class MediaTransport : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// Appends to the carrier's playback buffer. @param mulaw headerless, 8000 Hz, mono, not empty
    virtual void sendAudio(const QByteArray &mulaw) = 0;
    /// Asks for markReturned(name) when everything sent so far has been played (or dropped by a clear).
    virtual void sendMark(const QByteArray &name) = 0;
    /// Drops everything the carrier has not played yet. Every outstanding mark returns at once; that proves nothing.
    virtual void clear() = 0;
    /// Ends the stream. The call itself is ended through PhoneNetwork.
    virtual void close() = 0;

signals:
    /// @param mulaw 8000 Hz mono, usually 20 ms; @param streamTime carrier's time of its first sample since the stream started
    void audioReceived(const QByteArray &mulaw, std::chrono::milliseconds streamTime);
    void markReturned(const QByteArray &name);
    void digitReceived(char digit);
    /// The stream is over, once. @param orderly  the carrier said so; false: the socket just died
    void closed(bool orderly);
};

} // namespace engine::telephony
