#pragma once

#include "engine/twilio/form_codec.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QObject>
#include <QTcpServer>
#include <QUrl>
#include <QWebSocketServer>

#include <functional>
#include <memory>

class QWebSocket;

/// A customer of the phone network, written by hand: answers webhooks from a script, takes media streams, records
/// everything.
class CustomerServer : public QObject
{
    Q_OBJECT
public:
    struct Webhook
    {
        QByteArray path;
        QByteArray signature;
        engine::twilio::FormPairs form;
        QByteArray value(QByteArrayView name) const
        {
            return engine::twilio::fieldValue(form, name).value_or(QByteArray());
        }
    };
    struct Reply
    {
        int status = 200;
        QByteArray contentType = "text/xml";
        QByteArray body;
    };

    CustomerServer();
    ~CustomerServer() override;

    QString httpUrl(const QString &path) const;
    QString streamUrl() const;

    std::function<Reply(const Webhook &)> answer; ///< for everything but /status, which gets 204
    bool acceptsStreams = true;

    QList<Webhook> webhooks;          ///< in order of arrival
    QList<Webhook> callbacks() const; ///< of /status, by SequenceNumber
    QList<Webhook> to(const QByteArray &path) const;

    QWebSocket *stream() const { return m_stream.get(); }
    QByteArray streamSignature;
    QList<QJsonObject> messages; ///< of the stream
    QList<QJsonObject> eventsNamed(const QString &event) const;
    QString streamSid() const;
    bool streamClosed = false;
    int streamCloseCode = 0;
    bool sawCloseFrame = false;
    void sendAudio(int bytes);
    void sendMark(const QString &name);
    void sendClear();
    void closeStream();

private:
    void onConnection();
    void onStream();

    QTcpServer m_http;
    QWebSocketServer m_sockets;
    std::unique_ptr<QWebSocket> m_stream;
};
