#pragma once

#include "engine/base/result.h"
#include "engine/net/http_client.h"

#include <QObject>
#include <QUrl>

namespace engine {

/// One question for our public address. finished() comes once, then the job deletes itself.
class PublicAddressJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
signals:
    /// The base without trailing slash, or an Error "public_url_missing" that says how to get one.
    void finished(const engine::Result<QUrl> &base);
};

/// Where the outside reaches this server: LOCAL_SERVER_URL, or the tunnel of an ngrok agent on this machine. Engine thread.
class PublicAddress : public QObject
{
    Q_OBJECT
public:
    /// @param configured  LOCAL_SERVER_URL; empty: ask the ngrok agent at `ngrokApi`
    PublicAddress(const QUrl &configured, net::HttpClient &http, const QUrl &ngrokApi, QObject *parent = nullptr);

    void setPort(quint16 port) { m_port = port; }
    /// From now on this is the address, whatever a tunnel says.
    void setConfigured(const QUrl &base);
    /// The address last found; empty when none is known.
    const QUrl &current() const { return m_current; }
    /// @return never null; answered later, never from within this call
    [[nodiscard]] PublicAddressJob *find(QObject *parent);

signals:
    void changed(const QUrl &base);

private:
    void remember(const QUrl &base);

    QUrl m_configured;
    net::HttpClient &m_http;
    QUrl m_ngrokApi;
    quint16 m_port = 0;
    QUrl m_current;
};

/// Picks from the ngrok agent's answer to GET /api/tunnels the https tunnel that leads to our port; empty when there is none. Pure.
///
///     {"tunnels":[{"public_url":"https://desk.ngrok.app","proto":"https","config":{"addr":"http://localhost:7860"}}]}
[[nodiscard]] QUrl tunnelTo(quint16 port, const QByteArray &json);

} // namespace engine
