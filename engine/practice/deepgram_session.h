#pragma once

#include "engine/practice/late_queue.h"
#include "engine/practice/stream_listener.h"

#include <QByteArray>
#include <QJsonObject>
#include <QObject>

#include <functional>
#include <memory>

class QWebSocket;

namespace engine::practice {

/// Is told every word heard of a call; says whether the transcriber's connection breaks now (scenario 0110).
using WordWatch = std::function<bool(const QString &tag, const WordEar::Heard &heard)>;

/// What a transcriber's session needs from outside; all of it outlives the session.
struct DeepgramSurroundings
{
    Clock &clock;
    WordPrints &prints;
    std::chrono::milliseconds latency;
    WordWatch breaks;
};

/// One connection to the simulated transcriber: the socket, the vendor's slowness and the ways to end. Deletes itself
/// after its socket.
class DeepgramSession : public QObject
{
public:
    DeepgramSession(std::unique_ptr<QWebSocket> socket, QByteArray requestId, DeepgramSurroundings surroundings,
                    QObject *parent);
    ~DeepgramSession() override;

protected:
    virtual void receiveText(const QString &text) = 0;
    virtual void receiveAudio(const QByteArray &bytes) = 0;

    /// Sent after the vendor's latency, in order.
    void sendLater(const QJsonObject &message);
    /// After everything sent so far. A code of 0 closes without a status. Nothing is received from now on.
    void closeLater(int code, const QString &reason = {});
    /// True when the connection was broken, as a network breaks it: no close frame.
    bool breakIfScripted(const QString &tag, const std::vector<StreamListener::Slice> &slices);

    const QString &requestId() const { return m_requestId; }
    Clock &clock() const { return m_surroundings.clock; }
    WordPrints &prints() const { return m_surroundings.prints; }

private:
    void close(int code, const QString &reason);

    std::unique_ptr<QWebSocket> m_socket;
    QString m_requestId;
    DeepgramSurroundings m_surroundings;
    LateQueue m_outbox;
    bool m_closing = false;
};

} // namespace engine::practice
