#include "engine/practice/deepgram_session.h"

#include <QJsonDocument>
#include <QTcpSocket>
#include <QWebSocket>

namespace engine::practice {

DeepgramSession::DeepgramSession(std::unique_ptr<QWebSocket> socket, QByteArray requestId,
                                 DeepgramSurroundings surroundings, QObject *parent)
    : QObject(parent), m_socket(std::move(socket)), m_requestId(QString::fromLatin1(requestId)),
      m_surroundings(std::move(surroundings)), m_outbox(m_surroundings.clock, m_surroundings.latency)
{
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this, [this](const QString &text) {
        if (!m_closing)
            receiveText(text);
    });
    connect(m_socket.get(), &QWebSocket::binaryMessageReceived, this, [this](const QByteArray &bytes) {
        if (!m_closing)
            receiveAudio(bytes);
    });
    connect(m_socket.get(), &QWebSocket::disconnected, this, &QObject::deleteLater);
}

DeepgramSession::~DeepgramSession()
{
    m_socket->disconnect(this);
}

void DeepgramSession::sendLater(const QJsonObject &message)
{
    m_outbox.post([this, text = QString::fromUtf8(QJsonDocument(message).toJson(QJsonDocument::Compact))] {
        m_socket->sendTextMessage(text);
        m_socket->flush(); // or it leaves a round of the event loop later than the vendor is meant to answer
    });
}

void DeepgramSession::closeLater(int code, const QString &reason)
{
    m_closing = true;
    m_outbox.post([this, code, reason] { close(code, reason); });
}

void DeepgramSession::close(int code, const QString &reason)
{
    if (code != 0) {
        m_socket->close(static_cast<QWebSocketProtocol::CloseCode>(code), reason);
        return;
    }
    // QWebSocket always puts a status into its close frame. The vendor sends none, so the frame of RFC 6455
    // section 5.5.1 goes out by hand: final fragment, opcode 8, no payload.
    if (auto *tcp = m_socket->findChild<QTcpSocket *>()) {
        m_socket->flush();
        tcp->write(QByteArrayLiteral("\x88\x00"), 2);
        tcp->disconnectFromHost();
    } else {
        m_socket->close();
    }
}

bool DeepgramSession::breakIfScripted(const QString &tag, const std::vector<StreamListener::Slice> &slices)
{
    if (!m_surroundings.breaks || tag.isEmpty())
        return false;
    for (const StreamListener::Slice &slice : slices) {
        for (const WordEar::Heard &heard : slice.words) {
            if (!m_surroundings.breaks(tag, heard))
                continue;
            m_closing = true;
            m_socket->abort();
            return true;
        }
    }
    return false;
}

} // namespace engine::practice
