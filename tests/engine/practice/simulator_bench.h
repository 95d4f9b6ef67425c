#pragma once

#include "engine/base/random.h"
#include "engine/practice/line_figures.h"
#include "engine/practice/scenario_board.h"
#include "engine/practice/vendor_simulators.h"
#include "engine/practice/voice.h"
#include "engine/server/http_server.h"
#include "tests/support/fake_clock.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpSocket>
#include <QTest>
#include <QWebSocket>

/// The vendor simulators on a loopback port, with a clock that a test moves.
struct SimulatorBench
{
    /// @param speaker  outlives the bench; what it has spoken once it need not make again
    explicit SimulatorBench(engine::practice::Voice &speaker)
        : voice(speaker), server(std::make_unique<engine::server::HttpServer>(engine::server::Limits{}, clock)),
          vendors(std::make_unique<engine::practice::VendorSimulators>(*server, clock, random, voice, board, figures,
                                                                       engine::practice::VendorLatency{}))
    {
        const auto listening = server->listen(QHostAddress(QHostAddress::LocalHost), 0);
        Q_ASSERT(listening);
        port = *listening;
    }

    /// Lets time and I/O go on until something is so.
    template <typename Condition>
    bool runUntil(Condition condition, std::chrono::milliseconds step = std::chrono::milliseconds(20))
    {
        QElapsedTimer patience;
        patience.start();
        while (!condition()) {
            if (patience.hasExpired(10'000))
                return false;
            clock.advance(step);
            QTest::qWait(1);
        }
        return true;
    }
    /// What was sent has been seen by the other side, without any time going by.
    void settle()
    {
        for (int i = 0; i < 5; ++i)
            QTest::qWait(2);
    }

    std::shared_ptr<const engine::practice::Utterance> speak(engine::practice::Speaker speaker, const QString &text)
    {
        std::shared_ptr<const engine::practice::Utterance> spoken;
        QObject context;
        voice.say(speaker, text, &context, [&spoken](const auto &utterance) { spoken = utterance; });
        const bool came = QTest::qWaitFor([&spoken] { return spoken != nullptr; }, 10'000);
        Q_ASSERT(came);
        return spoken;
    }

    engine::practice::Voice &voice;
    support::FakeClock clock;
    engine::SeededRandom random{7};
    engine::practice::ScenarioBoard board;
    engine::practice::LineFigures figures{clock};
    std::unique_ptr<engine::server::HttpServer> server;
    std::unique_ptr<engine::practice::VendorSimulators> vendors;
    quint16 port = 0;
};

/// A WebSocket client that keeps every message, as JSON.
class JsonSocket : public QObject
{
public:
    JsonSocket(quint16 port, const QString &target, const QList<std::pair<QByteArray, QByteArray>> &headers)
    {
        connect(&socket, &QWebSocket::textMessageReceived, this,
                [this](const QString &text) { messages.append(QJsonDocument::fromJson(text.toUtf8()).object()); });
        connect(&socket, &QWebSocket::disconnected, this, [this] { closed = true; });
        QNetworkRequest request(QUrl(QStringLiteral("ws://127.0.0.1:%1%2").arg(port).arg(target)));
        for (const auto &[name, value] : headers)
            request.setRawHeader(name, value);
        socket.open(request);
    }

    bool isOpen() const { return socket.state() == QAbstractSocket::ConnectedState; }
    void send(const QJsonObject &message)
    {
        socket.sendTextMessage(QString::fromUtf8(QJsonDocument(message).toJson(QJsonDocument::Compact)));
    }
    QList<QJsonObject> ofType(const QString &type) const
    {
        QList<QJsonObject> found;
        for (const QJsonObject &message : messages)
            if (message.value(QStringLiteral("type")).toString() == type)
                found.append(message);
        return found;
    }

    QWebSocket socket;
    QList<QJsonObject> messages;
    bool closed = false;
};

/// Says exactly the bytes a test wants, on one connection, and keeps the answer.
class PlainClient : public QTcpSocket
{
public:
    PlainClient(quint16 port, const QByteArray &bytes)
    {
        connect(this, &QTcpSocket::readyRead, this, [this] { received += readAll(); });
        connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        write(bytes);
    }

    static QByteArray request(const QByteArray &method, const QByteArray &target, const QByteArray &headers = {},
                              const QByteArray &body = {})
    {
        return method + ' ' + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + headers +
               "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    }
    static QByteArray upgradeRequest(const QByteArray &target, const QByteArray &headers = {})
    {
        return "GET " + target +
               " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
               headers + "\r\n";
    }

    int status() const { return received.startsWith("HTTP/1.1 ") ? received.mid(9, 3).toInt() : 0; }
    QByteArray head() const { return received.left(received.indexOf("\r\n\r\n") + 4); }
    QByteArray rawBody() const { return received.mid(received.indexOf("\r\n\r\n") + 4); }
    /// The body, put together when it came in chunks.
    QByteArray body() const
    {
        QByteArray rest = rawBody();
        if (!head().contains("Transfer-Encoding: chunked"))
            return rest;
        QByteArray whole;
        for (;;) {
            const qsizetype line = rest.indexOf("\r\n");
            const int size = rest.left(qMax<qsizetype>(line, 0)).toInt(nullptr, 16);
            if (line < 0 || size == 0)
                return whole;
            whole += rest.mid(line + 2, size);
            rest.remove(0, line + 2 + size + 2);
        }
    }
    bool isDone() const { return state() == QAbstractSocket::UnconnectedState && !received.isEmpty(); }

    QByteArray received;
};
