#pragma once

#include "engine/net/http_client.h"
#include "tests/engine/server/raw_client.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <memory>

/// One HTTP request as a client on this machine makes it, byte for byte, and the answer to it.
class HttpTalk
{
public:
    HttpTalk(quint16 port, const QByteArray &method, const QByteArray &target, const QByteArray &body = {},
             const engine::net::HeaderList &headers = {})
        : m_client(std::make_unique<RawClient>(port))
    {
        QByteArray head = method + ' ' + target + " HTTP/1.1\r\n";
        const auto has = [&headers](const char *name) {
            return std::any_of(headers.begin(), headers.end(), [name](const auto &header) {
                return header.first.compare(name, Qt::CaseInsensitive) == 0;
            });
        };
        if (!has("Host"))
            head += "Host: 127.0.0.1:" + QByteArray::number(port) + "\r\n";
        for (const auto &[name, value] : headers)
            head += name + ": " + value + "\r\n";
        if (!has("Content-Length"))
            head += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
        m_client->write(head + "\r\n" + body);
    }

    /// Waits for the whole answer. @return whether there is one
    bool wait()
    {
        return QTest::qWaitFor([this] { return isComplete(); }, 10'000);
    }
    bool isComplete() const
    {
        const qsizetype end = m_client->received.indexOf("\r\n\r\n");
        if (end < 0)
            return false;
        if (status() == 204)
            return true;
        const QByteArray length = header("Content-Length");
        return length.isEmpty() ? m_client->isClosed() : body().size() >= length.toLongLong();
    }
    int status() const { return m_client->status(); }
    QByteArray body() const { return m_client->body(); }
    QByteArray header(const QByteArray &name) const
    {
        const auto lines = m_client->received.left(m_client->received.indexOf("\r\n\r\n")).split('\n');
        for (const QByteArray &line : lines)
            if (line.left(line.indexOf(':')).compare(name, Qt::CaseInsensitive) == 0)
                return line.mid(line.indexOf(':') + 1).trimmed();
        return {};
    }
    QJsonObject json() const { return QJsonDocument::fromJson(body()).object(); }
    QString code() const { return json()["code"].toString(); }
    /// Whether it is what the contract calls an error: a sentence and a stable word, as JSON.
    bool isError() const
    {
        return json()["detail"].toString().size() > 10 && !code().isEmpty() && header("Content-Type").startsWith("application/json");
    }
    RawClient &client() { return *m_client; }

private:
    std::unique_ptr<RawClient> m_client;
};
