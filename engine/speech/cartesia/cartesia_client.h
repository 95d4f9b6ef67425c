#pragma once

#include "engine/base/clock.h"
#include "engine/net/web_socket.h"
#include "engine/speech/cartesia/cartesia_codec.h"
#include "engine/speech/text_to_speech.h"

#include <QStringList>

#include <map>
#include <memory>

namespace engine::speech::cartesia {

/// TextToSpeech over Cartesia's WebSocket.
///
/// Each context of the caller is a context of the vendor, under an id that is never used again. The vendor closes a
/// socket that was idle for five minutes: that is no loss, the next sentence connects again. Engine thread.
class CartesiaClient final : public TextToSpeech
{
    Q_OBJECT
public:
    /// @param sockets, clock  outlive the client
    CartesiaClient(CartesiaSettings settings, net::WebSocketFactory &sockets, Clock &clock, QObject *parent = nullptr);
    ~CartesiaClient() override;

    void open() override;
    bool isReady() const override { return m_socket && m_socket->isOpen(); }
    void speak(int context, const QString &sentence) override;
    void finish(int context) override;
    void cancel(int context) override;
    void reconnect() override;
    void close() override;

private:
    struct Context
    {
        QString vendorId;      // empty while nothing has been sent
        QStringList sentences; // all of them, to say them again after a refusal
        qsizetype sent = 0;
        int delivered = 0;
        bool finishAsked = false;
        bool closed = false; // the closing input has been sent
        bool audioCame = false;
        bool retried = false;
        bool waiting = false; // for the moment to try again
    };

    void connectSocket();
    void dropSocket();
    void sendWhatIsDue(Context &context);
    void onText(const QString &text);
    void onError(const ErrorMessage &error);
    void onClosed(const net::SocketClosed &why);
    void retryRefused();
    void failContext(int number, const Error &error, bool retry);
    /// The caller's context with this id of the vendor, or end() for one that is dead or unknown.
    std::map<int, Context>::iterator find(const QString &vendorId);

    CartesiaSettings m_settings;
    net::WebSocketFactory &m_sockets;
    net::WebSocket *m_socket = nullptr; // child
    std::map<int, Context> m_contexts;  // alive, by the caller's number
    std::unique_ptr<Timer> m_retry;
    int m_lastVendorNumber = 0;
    bool m_openAsked = false; // by open(): failing must be told though no context waits
};

} // namespace engine::speech::cartesia
