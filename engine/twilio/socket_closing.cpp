#include "engine/twilio/socket_closing.h"

#include <QTimer>
#include <QWebSocket>

#include <chrono>

namespace engine::twilio {

using namespace std::chrono_literals;

namespace {

// A peer that does not read keeps a closing TCP connection open for ever.
constexpr auto kClosingTime = 2s;
// RFC 6455 section 5.5: a control frame carries at most 125 bytes, two of them the code.
constexpr qsizetype kMaxReasonBytes = 120;

QString shortened(QString reason)
{
    while (reason.toUtf8().size() > kMaxReasonBytes)
        reason.chop(1);
    return reason;
}

} // namespace

void closeAndForget(std::unique_ptr<QWebSocket> socket, QWebSocketProtocol::CloseCode code, const QString &reason)
{
    if (!socket)
        return;
    // From here on the socket owns itself; deferred, because this may run inside one of its own signals.
    QWebSocket *closing = socket.release();
    closing->setParent(nullptr);
    if (closing->state() == QAbstractSocket::UnconnectedState) {
        closing->deleteLater();
        return;
    }
    QObject::connect(closing, &QWebSocket::disconnected, closing, &QObject::deleteLater);
    // The event loop's own timer and not the engine's Clock: nothing is decided here, and a Clock may be gone before
    // the socket.
    QTimer::singleShot(kClosingTime, closing, [closing] {
        closing->abort();
        closing->deleteLater();
    });
    closing->close(code, shortened(reason));
}

} // namespace engine::twilio
