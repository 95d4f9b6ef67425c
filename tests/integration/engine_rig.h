#pragma once

#include "engine/engine.h"
#include "engine/server/form.h"
#include "engine/twilio/signature.h"
#include "tests/integration/http_talk.h"
#include "tests/support/event_log.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_http_client.h"
#include "tests/support/fake_web_socket.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QWebSocket>
#include <QXmlStreamReader>

#include <memory>

/// A wish to dial with the caller's own data.
inline const QByteArray kDialWithData = "{\"to_number\": \"+14155550100\", \"custom_data\": {\"customer_name\": \"Robin <b> & "
                         "\\\"Sons\\\"\", \"visits\": 3}}";

/// The Parameters of instructions, and the address of their stream under "url".
inline QMap<QString, QString> streamOf(const QByteArray &xml)
{
    QMap<QString, QString> found;
    QXmlStreamReader reader(xml);
    while (!reader.atEnd()) {
        if (reader.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (reader.name() == QStringLiteral("Stream"))
            found.insert("url", reader.attributes().value("url").toString());
        else if (reader.name() == QStringLiteral("Parameter"))
            found.insert(reader.attributes().value("name").toString(), reader.attributes().value("value").toString());
    }
    return reader.hasError() ? QMap<QString, QString>() : found;
}

/// A whole engine listening on loopback whose carrier and vendors are played by the test, in time the test moves.
class EngineRig
{
public:
    static constexpr auto kAccount = "AC000000000000000000000000000000d1";
    static constexpr auto kToken = "the-accounts-auth-token";
    static constexpr auto kPublic = "https://desk.example";

    engine::config::Config config;
    engine::EngineOptions options;
    support::FakeClock clock;
    engine::SeededRandom random{11};
    support::FakeHttpClient http;
    support::FakeWebSocketFactory sockets;
    support::EventLog log;
    std::unique_ptr<engine::Engine> engine;
    quint16 port = 0;

    EngineRig()
    {
        options.checkReadiness = false; // vendors here answer what a test scripted, nothing else
        config.server.port = 0;
        config.server.publicUrl = QUrl(QString::fromLatin1(kPublic));
        config.twilio.accountSid = QString::fromLatin1(kAccount);
        config.twilio.authToken = engine::Secret(kToken);
        config.twilio.fromNumber = QStringLiteral("+14155550199");
        config.deepgram.apiKey = engine::Secret("dg");
        config.gemini.apiKey = engine::Secret("gm");
        config.cartesia.apiKey = engine::Secret("ca");
        config.agent.greeting = QStringLiteral("Hello, this is the desk.");
        config.limits = {3, 100.0};
        http.ignore("GET", QStringLiteral("/v1beta/models")); // the model's connection being warmed
    }
    ~EngineRig()
    {
        engine.reset();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }

    bool start()
    {
        engine = std::make_unique<engine::Engine>(config, options, engine::EngineWorld{clock, random, http, sockets});
        QObject::connect(engine.get(), &engine::Engine::event, engine.get(),
                         [this](const engine::records::Event &event) { log.add(event); });
        const auto listening = engine->listen();
        port = listening.value_or(0);
        return listening.has_value();
    }

    static QString sid(int number) { return QStringLiteral("CA%1").arg(number, 32, 16, QLatin1Char('0')); }
    static QString callsPath()
    {
        return QStringLiteral("/2010-04-01/Accounts/%1/Calls.json").arg(QLatin1String(kAccount));
    }
    static QString callPath(int number)
    {
        return QStringLiteral("/2010-04-01/Accounts/%1/Calls/%2.json").arg(QLatin1String(kAccount), sid(number));
    }
    static QByteArray resource(int number, const char *status)
    {
        return QJsonDocument(
                   QJsonObject{
                       {"sid", sid(number)}, {"status", status}, {"to", "+14155550100"}, {"from", "+14155550199"}})
            .toJson();
    }
    /// The carrier will take the next order as this call.
    void carrierAccepts(int number) { http.answer("POST", callsPath(), 201, resource(number, "queued")); }

    /// The carrier shows these calls when next asked for its list.
    void carrierShows(const QList<QByteArray> &resources)
    {
        http.answer("GET", callsPath(), 200, "{\"calls\": [" + resources.join(", ") + "], \"next_page_uri\": null}");
    }

    HttpTalk ask(const QByteArray &method, const QByteArray &target, const QByteArray &body = {},
                 const engine::net::HeaderList &headers = {}) const
    {
        return HttpTalk(port, method, target, body, headers);
    }
    HttpTalk dial(const QByteArray &body = R"({"to_number": "+14155550100"})",
                  const engine::net::HeaderList &headers = {}) const
    {
        engine::net::HeaderList all = headers;
        all.emplaceBack("Content-Type", "application/json");
        return HttpTalk(port, "POST", "/dialout", body, all);
    }
    /// A request of the carrier, signed as it signs.
    HttpTalk webhook(const QByteArray &target, const engine::twilio::FormPairs &form, const char *token = kToken,
                     const char *base = kPublic) const
    {
        const QByteArray signature = engine::twilio::twilioSignature(engine::Secret(token), base + target, form);
        return HttpTalk(port, "POST", target, engine::twilio::buildForm(form),
                        {{"Host", "desk.example"},
                         {"X-Forwarded-For", "203.0.113.9"},
                         {"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"},
                         {"X-Twilio-Signature", signature}});
    }
    HttpTalk callback(int number, const char *status, const QByteArray &seconds = {}) const
    {
        engine::twilio::FormPairs form = {{"CallSid", sid(number).toLatin1()},
                                          {"AccountSid", kAccount},
                                          {"CallStatus", status},
                                          {"From", "+14155550199"},
                                          {"To", "+14155550100"},
                                          {"SomethingNew", "1"}};
        if (!seconds.isEmpty())
            form.emplaceBack("CallDuration", seconds);
        return webhook("/status", form);
    }
    HttpTalk instructions(int number) const
    {
        return webhook("/twiml", {{"CallSid", sid(number).toLatin1()},
                                  {"AccountSid", kAccount},
                                  {"CallStatus", "in-progress"},
                                  {"Direction", "outbound-api"},
                                  {"From", "+14155550199"},
                                  {"To", "+14155550100"}});
    }
};

/// The carrier's end of a media stream.
class StreamEnd
{
public:
    explicit StreamEnd(quint16 port, const QByteArray &signature = goodSignature())
    {
        QObject::connect(&socket, &QWebSocket::textMessageReceived, &socket, [this](const QString &text) {
            messages.append(QJsonDocument::fromJson(text.toUtf8()).object());
        });
        QNetworkRequest request(QUrl(QStringLiteral("ws://127.0.0.1:%1/ws").arg(port)));
        if (!signature.isEmpty())
            request.setRawHeader("X-Twilio-Signature", signature);
        socket.open(request);
    }
    static QByteArray goodSignature()
    {
        return engine::twilio::twilioSignature(engine::Secret(EngineRig::kToken), "wss://desk.example/ws", {});
    }
    bool waitOpen()
    {
        return QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::ConnectedState; }, 10'000);
    }
    bool waitClosed()
    {
        return QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::UnconnectedState; }, 10'000);
    }
    void say(const QJsonObject &message)
    {
        socket.sendTextMessage(QString::fromUtf8(QJsonDocument(message).toJson(QJsonDocument::Compact)));
    }
    void connected() { say({{"event", "connected"}, {"protocol", "Call"}, {"version", "1.0.0"}}); }
    void start(int number, const QString &token)
    {
        say({{"event", "start"},
             {"sequenceNumber", "1"},
             {"streamSid", "MZ00000000000000000000000000000001"},
             {"start", QJsonObject{{"accountSid", EngineRig::kAccount},
                                   {"streamSid", "MZ00000000000000000000000000000001"},
                                   {"callSid", EngineRig::sid(number)},
                                   {"tracks", QJsonArray{"inbound"}},
                                   {"mediaFormat",
                                    QJsonObject{{"encoding", "audio/x-mulaw"}, {"sampleRate", 8000}, {"channels", 1}}},
                                   {"customParameters", QJsonObject{{"dialdesk_token", token}}}}}});
    }
    void media(const QString &payload)
    {
        say({{"event", "media"},
             {"sequenceNumber", "2"},
             {"streamSid", "MZ00000000000000000000000000000001"},
             {"media", QJsonObject{{"track", "inbound"}, {"chunk", "1"}, {"timestamp", "20"}, {"payload", payload}}}});
    }

    QWebSocket socket;
    QList<QJsonObject> messages;
};
