#pragma once

#include <QString>
#include <QWebSocketProtocol>

#include <memory>

class QWebSocket;

namespace engine::twilio {

/// Ends a socket whose owner is done with it: says why, waits a moment for what is still on its way out, then drops it.
/// The caller disconnects itself from the socket's signals before.
/// @param reason  for the other side, without secrets; at most 120 bytes are sent
void closeAndForget(std::unique_ptr<QWebSocket> socket, QWebSocketProtocol::CloseCode code, const QString &reason);

} // namespace engine::twilio
