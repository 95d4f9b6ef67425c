#include "engine/twilio/media_stream_acceptor.h"

#include "engine/twilio/log.h"
#include "engine/twilio/socket_closing.h"

#include <QWebSocket>

namespace engine::twilio {

using namespace Qt::StringLiterals;

namespace {

// Twilio's own messages have some 400 bytes; a start may carry all of a call's custom data.
constexpr quint64 kMaxMessageBytes = 256 * 1024;

bool isPlayable(const MediaFormat &format)
{
    return format == MediaFormat{};
}

} // namespace

/// A socket between its upgrade and its start. A child of the acceptor; deletes itself when it has become a stream or
/// was refused.
class MediaStreamAcceptor::Candidate : public QObject
{
public:
    Candidate(std::unique_ptr<QWebSocket> socket, MediaStreamAcceptor &acceptor)
        : QObject(&acceptor), m_acceptor(acceptor), m_socket(std::move(socket)),
          m_deadline(acceptor.m_clock.makeTimer(
              [this] { refuse(QWebSocketProtocol::CloseCodePolicyViolated, u"no start in time"_s); }))
    {
        ++m_acceptor.m_waiting;
        connect(m_socket.get(), &QWebSocket::textMessageReceived, this, &Candidate::take);
        connect(m_socket.get(), &QWebSocket::binaryMessageReceived, this, [this] {
            refuse(QWebSocketProtocol::CloseCodeDatatypeNotSupported, u"only text messages are understood"_s);
        });
        connect(m_socket.get(), &QWebSocket::disconnected, this, [this] {
            qCInfo(lcTwilio) << "a media stream went away before it started";
            leave();
        });
        m_deadline->start(kStartDeadline);
    }

    ~Candidate() override
    {
        if (m_socket)
            m_socket->disconnect(this);
        closeAndForget(std::move(m_socket), QWebSocketProtocol::CloseCodeGoingAway, {});
    }

private:
    void take(const QString &text)
    {
        const auto message = parseInbound(text.toUtf8());
        if (!message)
            return refuse(QWebSocketProtocol::CloseCodePolicyViolated, u"not a message of a media stream"_s);
        if (std::holds_alternative<Connected>(*message) && !m_connected) {
            m_connected = true;
            return;
        }
        const auto *start = std::get_if<Start>(&*message);
        if (!start)
            return refuse(QWebSocketProtocol::CloseCodePolicyViolated, u"expected connected, then start"_s);
        if (!isPlayable(start->mediaFormat))
            return refuse(QWebSocketProtocol::CloseCodePolicyViolated,
                          u"only audio/x-mulaw, 8000 Hz, one channel is understood"_s);
        if (const auto admitted = m_acceptor.m_admit(*start); !admitted) {
            qCWarning(lcTwilio).noquote()
                << "refused the stream of call" << start->callSid.value() << "-" << admitted.error().message;
            return refuse(QWebSocketProtocol::CloseCodePolicyViolated, admitted.error().code);
        }
        begin(*start);
    }

    void begin(const Start &start)
    {
        m_socket->disconnect(this);
        auto transport = std::make_unique<MediaStreamTransport>(std::move(m_socket), start);
        const Begin beginCall = m_acceptor.m_begin;
        leave();
        beginCall(start, std::move(transport));
    }

    void refuse(QWebSocketProtocol::CloseCode code, const QString &reason)
    {
        if (!m_socket)
            return;
        qCWarning(lcTwilio).noquote() << "refused a media stream:" << reason;
        m_socket->disconnect(this);
        closeAndForget(std::move(m_socket), code, reason);
        leave();
    }

    void leave()
    {
        m_deadline->stop();
        --m_acceptor.m_waiting;
        deleteLater();
    }

    MediaStreamAcceptor &m_acceptor;
    std::unique_ptr<QWebSocket> m_socket;
    std::unique_ptr<Timer> m_deadline;
    bool m_connected = false;
};

MediaStreamAcceptor::MediaStreamAcceptor(Clock &clock, Admit admit, Begin begin, QObject *parent)
    : QObject(parent), m_clock(clock), m_admit(std::move(admit)), m_begin(std::move(begin))
{
}

MediaStreamAcceptor::~MediaStreamAcceptor() = default;

void MediaStreamAcceptor::accept(std::unique_ptr<QWebSocket> socket)
{
    if (!socket || socket->state() != QAbstractSocket::ConnectedState)
        return;
    socket->setParent(nullptr);
    socket->setMaxAllowedIncomingMessageSize(kMaxMessageBytes);
    socket->setMaxAllowedIncomingFrameSize(kMaxMessageBytes);
    if (m_waiting >= kMaxWaiting) {
        qCWarning(lcTwilio) << "refused a media stream: too many sockets have not started yet";
        closeAndForget(std::move(socket), QWebSocketProtocol::CloseCodeBadOperation, u"too many waiting"_s);
        return;
    }
    new Candidate(std::move(socket), *this);
}

} // namespace engine::twilio
