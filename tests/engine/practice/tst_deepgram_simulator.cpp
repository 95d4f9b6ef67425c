#include "engine/audio/mulaw.h"
#include "engine/audio/wav.h"
#include "engine/practice/companding.h"
#include "tests/engine/practice/simulator_bench.h"
#include "tests/support/test_program.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QWebSocketProtocol>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using engine::practice::Speaker;
using engine::practice::Utterance;

namespace {

const QString kListen =
    u"/v1/listen?model=nova-3&language=en-US&encoding=mulaw&sample_rate=8000&channels=1&interim_results=true"
    "&punctuate=true&smart_format=true&no_delay=true&endpointing=300&utterance_end_ms=1000&vad_events=true"
    "&mip_opt_out=true&tag=CA1"_s;
const QString kFlux = u"/v2/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000&tag=CA1"_s;
const QList<std::pair<QByteArray, QByteArray>> kKey{{"Authorization", "Token any"}};

QByteArray silence(std::chrono::milliseconds time)
{
    return QByteArray(time.count() * 8, '\xFF');
}

QString transcript(const QJsonObject &results)
{
    return results["channel"_L1]["alternatives"_L1][0]["transcript"_L1].toString();
}

} // namespace

class TestDeepgramSimulator : public QObject
{
    Q_OBJECT

    engine::practice::Voice m_voice;
    std::unique_ptr<SimulatorBench> m_bench;
    std::shared_ptr<const Utterance> m_first;
    std::shared_ptr<const Utterance> m_second;

    std::unique_ptr<JsonSocket> connected(const QString &target)
    {
        auto socket = std::make_unique<JsonSocket>(m_bench->port, target, kKey);
        const bool open = m_bench->runUntil([&] { return socket->isOpen(); }, 0ms);
        Q_ASSERT(open);
        return socket;
    }
    static void stream(JsonSocket &socket, const QByteArray &audio, int chunk = 160)
    {
        for (qsizetype at = 0; at < audio.size(); at += chunk)
            socket.socket.sendBinaryMessage(audio.mid(at, chunk));
    }
    /// All finals' texts.
    static QString finalText(const JsonSocket &socket)
    {
        QStringList texts;
        for (const QJsonObject &message : socket.ofType(u"Results"_s))
            if (message["is_final"_L1].toBool() && !transcript(message).isEmpty())
                texts.append(transcript(message));
        return texts.join(u' ');
    }
    static QStringList events(const JsonSocket &socket)
    {
        QStringList names;
        for (const QJsonObject &message : socket.ofType(u"TurnInfo"_s))
            names.append(message["event"_L1].toString());
        return names;
    }
    static int count(const QStringList &names, const QString &name) { return static_cast<int>(names.count(name)); }

private slots:
    void init()
    {
        m_bench = std::make_unique<SimulatorBench>(m_voice);
        m_first = m_bench->speak(Speaker::Callee, u"Hello? Yes, it is a good time."_s);
        m_second = m_bench->speak(Speaker::Callee, u"I would like Thursday afternoon, please."_s);
    }
    void cleanup() { m_bench.reset(); }

    void upgradeIsRefusedAsTheVendorDoes_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("words");
        const QByteArray key = "Authorization: token any\r\n";
        const QByteArray v1 = "/v1/listen?model=nova-3&encoding=mulaw&sample_rate=8000";
        const QByteArray v2 = "/v2/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000";
        QTest::newRow("no key") << v1 << QByteArray() << 401 << QByteArray("Invalid credentials");
        QTest::newRow("bad key") << v1 << QByteArray("Authorization: Token bad\r\n") << 401
                                 << QByteArray("Invalid credentials");
        QTest::newRow("basic") << v1 << QByteArray("Authorization: Basic any\r\n") << 401
                               << QByteArray("Invalid credentials");
        QTest::newRow("path") << QByteArray("/v3/listen") << key << 404 << QByteArray();
        QTest::newRow("no model") << QByteArray("/v1/listen?encoding=mulaw&sample_rate=8000") << key << 400
                                  << QByteArray("model");
        QTest::newRow("unknown model") << QByteArray("/v1/listen?model=nova-9") << key << 400
                                       << QByteArray("No such model");
        QTest::newRow("flux on v1") << QByteArray("/v1/listen?model=flux-general-en") << key << 400
                                    << QByteArray("Flux");
        QTest::newRow("no rate") << QByteArray("/v1/listen?model=nova-3&encoding=mulaw") << key << 400
                                 << QByteArray("sample_rate");
        QTest::newRow("no encoding") << QByteArray("/v1/listen?model=nova-3&sample_rate=8000") << key << 400
                                     << QByteArray("encoding");
        QTest::newRow("unknown encoding")
            << QByteArray("/v1/listen?model=nova-3&encoding=ulaw&sample_rate=8000") << key << 400 << QByteArray("ulaw");
        QTest::newRow("True") << v1 + "&punctuate=True" << key << 400 << QByteArray("true");
        QTest::newRow("endpointing") << v1 + "&endpointing=soon" << key << 400 << QByteArray("endpointing");
        QTest::newRow("utterance end alone")
            << v1 + "&utterance_end_ms=1000" << key << 400 << QByteArray("interim_results");
        QTest::newRow("keywords") << v1 + "&keywords=a:2" << key << 400 << QByteArray("Keywords");
        QTest::newRow("keyterm on nova-2")
            << QByteArray("/v1/listen?model=nova-2&keyterm=a") << key << 400 << QByteArray("Keyterm");
        QByteArray many = v1;
        for (int i = 0; i < 101; ++i)
            many += "&keyterm=a";
        QTest::newRow("many keyterms") << many << key << 400 << QByteArray("Keyterm limit exceeded");
        QTest::newRow("long tag") << v1 + "&tag=" + QByteArray(129, 'a') << key << 400 << QByteArray("128");
        QTest::newRow("v2 without model") << QByteArray("/v2/listen") << key << 400 << QByteArray("model");
        QTest::newRow("v2 with nova") << QByteArray("/v2/listen?model=nova-3") << key << 400
                                      << QByteArray("No such model");
        QTest::newRow("v2 with v1 option") << v2 + "&punctuate=true" << key << 400 << QByteArray("punctuate");
        QTest::newRow("eot too low") << v2 + "&eot_threshold=0.4" << key << 400 << QByteArray("eot_threshold");
        QTest::newRow("eager over eot") << v2 + "&eot_threshold=0.6&eager_eot_threshold=0.7" << key << 400
                                        << QByteArray("eager");
        QTest::newRow("timeout") << v2 + "&eot_timeout_ms=100" << key << 400 << QByteArray("eot_timeout_ms");
        QTest::newRow("hint on en") << v2 + "&language_hint=es" << key << 400 << QByteArray("language_hint");
        QTest::newRow("empty hint") << QByteArray("/v2/listen?model=flux-general-multi&language_hint=") << key << 400
                                    << QByteArray("language_hint");
    }
    void upgradeIsRefusedAsTheVendorDoes()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, headers);
        QFETCH(int, status);
        QFETCH(QByteArray, words);
        PlainClient client(m_bench->port, PlainClient::upgradeRequest(target, headers));
        QTRY_COMPARE(client.status(), status);
        if (status == 404)
            return;
        QTRY_VERIFY(client.isDone());
        const QJsonObject body = QJsonDocument::fromJson(client.body()).object();
        const QByteArray message = body["err_msg"_L1].toString().toUtf8();
        QVERIFY2(message.contains(words), message);
        QVERIFY(!body["err_code"_L1].toString().isEmpty());
        QVERIFY(client.head().contains("dg-error: " + message));
        QVERIFY(client.head().contains("dg-request-id: " + body["request_id"_L1].toString().toLatin1()));
    }

    void upgradeIsLetIn_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("headers");
        const QByteArray v1 = "/v1/listen?model=nova-3&encoding=mulaw&sample_rate=8000";
        QTest::newRow("token") << v1 << QByteArray("Authorization: tOKEN any\r\n");
        QTest::newRow("jwt") << v1 << QByteArray("Authorization: Bearer a.b.c\r\n");
        QTest::newRow("subprotocol") << v1 << QByteArray("Sec-WebSocket-Protocol: token, any\r\n");
        QTest::newRow("keyterms") << v1 + "&keyterm=Bright+Dental&keyterm=Ava"
                                  << QByteArray("Authorization: Token any\r\n");
        QTest::newRow("container") << QByteArray("/v1/listen?model=nova-3")
                                   << QByteArray("Authorization: Token any\r\n");
        QTest::newRow("endpointing off") << v1 + "&endpointing=false" << QByteArray("Authorization: Token any\r\n");
    }
    void upgradeIsLetIn()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, headers);
        PlainClient client(m_bench->port, PlainClient::upgradeRequest(target, headers));
        QTRY_COMPARE(client.status(), 101);
        QCOMPARE(client.head().contains("Sec-WebSocket-Protocol: token\r\n"),
                 headers.startsWith("Sec-WebSocket-Protocol"));
    }

    void utteranceIsTranscribedWithInterimsFinalAndEnds()
    {
        const auto socket = connected(kListen);
        stream(*socket, silence(500ms) + m_first->mulaw + silence(1500ms));
        QVERIFY(m_bench->runUntil([&] { return !socket->ofType(u"UtteranceEnd"_s).isEmpty(); }));
        QCOMPARE(finalText(*socket), m_first->text);

        // Interims grow, and each but for its last mark is a beginning of the whole.
        QString before;
        int interims = 0;
        for (const QJsonObject &message : socket->ofType(u"Results"_s)) {
            if (message["is_final"_L1].toBool())
                break;
            const QString text = transcript(message);
            QVERIFY2(m_first->text.startsWith(text), qPrintable(text));
            QVERIFY(text.size() >= before.size());
            interims += text.isEmpty() || text == before ? 0 : 1;
            before = text;
        }
        QVERIFY2(interims >= 2, qPrintable(QString::number(interims)));

        const auto started = socket->ofType(u"SpeechStarted"_s);
        QVERIFY(!started.isEmpty());
        const double onset = 0.5 + m_first->words.front().firstSample / 8000.0;
        QVERIFY(qAbs(started.first()["timestamp"_L1].toDouble() - onset) < 0.1);
        const double lastEnd = 0.5 + m_first->words.back().endSample / 8000.0;
        QVERIFY(qAbs(socket->ofType(u"UtteranceEnd"_s).first()["last_word_end"_L1].toDouble() - lastEnd) < 0.002);

        // Finals tile the audio; the one with speech_final ends 300 ms after the speech.
        double end = 0;
        bool speechFinal = false;
        QString requestId;
        for (const QJsonObject &message : socket->ofType(u"Results"_s)) {
            QCOMPARE(message["channel_index"_L1].toArray(), QJsonArray({0, 1}));
            QVERIFY(!message["metadata"_L1]["request_id"_L1].toString().isEmpty());
            if (!message["is_final"_L1].toBool())
                continue;
            QVERIFY(qAbs(message["start"_L1].toDouble() - end) < 0.002);
            end = message["start"_L1].toDouble() + message["duration"_L1].toDouble();
            if (message["speech_final"_L1].toBool() && transcript(message).endsWith(u"time."_s)) {
                speechFinal = true;
                QVERIFY2(end - lastEnd > 0.25 && end - lastEnd < 0.45, qPrintable(QString::number(end - lastEnd)));
                const auto words = message["channel"_L1]["alternatives"_L1][0]["words"_L1].toArray();
                QCOMPARE(words.last()["word"_L1].toString(), u"time"_s);
                QCOMPARE(words.last()["punctuated_word"_L1].toString(), u"time."_s);
                QVERIFY(qAbs(words.last()["end"_L1].toDouble() - lastEnd) < 0.002);
            }
        }
        QVERIFY(speechFinal);
    }

    void nothingComesBeforeTheVendorsLatency()
    {
        const auto socket = connected(kListen);
        stream(*socket, m_first->mulaw + silence(1500ms));
        m_bench->settle();
        m_bench->clock.advance(199ms);
        m_bench->settle();
        QVERIFY(socket->messages.isEmpty());
        m_bench->clock.advance(1ms);
        QTRY_VERIFY(!socket->messages.isEmpty());
    }

    void damagedWordIsMissing()
    {
        QByteArray audio = m_second->mulaw;
        audio.remove(m_second->words[3].firstSample + 400, 160); // in "Thursday"
        const auto socket = connected(kListen);
        stream(*socket, audio + silence(1000ms));
        QVERIFY(m_bench->runUntil([&] { return finalText(*socket).endsWith(u"please."_s); }));
        QCOMPARE(finalText(*socket), u"I would like afternoon, please."_s);
    }

    void otherEncodings_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<bool>("heard");
        QTest::newRow("linear16") << u"encoding=linear16&sample_rate=8000"_s << true;
        QTest::newRow("alaw") << u"encoding=alaw&sample_rate=8000"_s << true;
        QTest::newRow("wrong rate") << u"encoding=mulaw&sample_rate=16000"_s << false;
    }
    void otherEncodings()
    {
        QFETCH(QString, format);
        QFETCH(bool, heard);
        QByteArray audio = m_first->mulaw + silence(1000ms);
        if (format.contains("linear16"_L1))
            audio = engine::audio::pcm16Bytes(engine::audio::fromMulaw(audio));
        else if (format.contains("alaw"_L1))
            audio = engine::practice::mulawToAlaw(audio);
        const auto socket = connected(u"/v1/listen?model=nova-3&endpointing=300&"_s + format);
        stream(*socket, audio, 801);
        QVERIFY(m_bench->runUntil([&] {
            const auto all = socket->ofType(u"Results"_s);
            return !all.isEmpty() && (!heard || finalText(*socket).endsWith(u"time"_s));
        }));
        // Without punctuate: lower case, no marks.
        QCOMPARE(finalText(*socket), heard ? u"hello yes it is a good time"_s : QString());
        QVERIFY(socket->ofType(u"SpeechStarted"_s).isEmpty());
    }

    void finalizeIsAnsweredAlsoWhenNothingIsLeft()
    {
        const auto socket =
            connected(u"/v1/listen?model=nova-3&encoding=mulaw&sample_rate=8000&punctuate=true&endpointing=5000"_s);
        stream(*socket, m_first->mulaw + silence(100ms));
        socket->send({{u"type"_s, u"Finalize"_s}});
        QVERIFY(m_bench->runUntil([&] { return !socket->ofType(u"Results"_s).isEmpty(); }));
        QJsonObject answer = socket->ofType(u"Results"_s).last();
        QVERIFY(answer["from_finalize"_L1].toBool() && answer["is_final"_L1].toBool());
        QCOMPARE(transcript(answer), m_first->text);
        socket->send({{u"type"_s, u"Finalize"_s}});
        QVERIFY(m_bench->runUntil([&] { return socket->ofType(u"Results"_s).size() == 2; }));
        answer = socket->ofType(u"Results"_s).last();
        QVERIFY(answer["from_finalize"_L1].toBool());
        QCOMPARE(transcript(answer), QString());
    }

    void silenceGivesEmptyResults()
    {
        const auto socket = connected(kListen);
        stream(*socket, silence(6500ms));
        QVERIFY(m_bench->runUntil([&] { return socket->messages.size() >= 5; }));
        for (const QJsonObject &message : socket->messages) {
            QCOMPARE(message["type"_L1].toString(), u"Results"_s);
            QCOMPARE(transcript(message), QString());
        }
    }

    void quietConnectionIsClosed_data()
    {
        QTest::addColumn<bool>("audioFirst");
        QTest::addColumn<bool>("keepAlive");
        QTest::addColumn<bool>("open");
        QTest::newRow("nothing") << false << false << false;
        QTest::newRow("keep-alive without audio") << false << true << false;
        QTest::newRow("audio, then nothing") << true << false << false;
        QTest::newRow("audio, then keep-alive") << true << true << true;
    }
    void quietConnectionIsClosed()
    {
        QFETCH(bool, audioFirst);
        QFETCH(bool, keepAlive);
        QFETCH(bool, open);
        const auto socket = connected(kListen);
        if (audioFirst)
            stream(*socket, silence(20ms));
        m_bench->settle();
        for (int second = 0; second < 15; ++second) {
            if (keepAlive && second % 4 == 3) {
                socket->send({{u"type"_s, u"KeepAlive"_s}});
                m_bench->settle();
            }
            m_bench->clock.advance(1s);
            if (second == 8) {
                m_bench->settle();
                QVERIFY(!socket->closed);
            }
        }
        m_bench->settle();
        QCOMPARE(!socket->closed, open);
        if (!open) {
            QCOMPARE(int(socket->socket.closeCode()), 1011);
            QVERIFY(socket->socket.closeReason().contains(u"net0001"_s));
        }
    }

    void closeStreamGivesTheRestAndMetadata_data()
    {
        QTest::addColumn<bool>("empty");
        QTest::newRow("CloseStream") << false;
        QTest::newRow("empty binary message") << true;
    }
    void closeStreamGivesTheRestAndMetadata()
    {
        QFETCH(bool, empty);
        const auto socket = connected(kListen);
        const QByteArray audio = m_first->mulaw.left(m_first->words[3].endSample);
        stream(*socket, audio);
        if (empty)
            socket->socket.sendBinaryMessage({});
        else
            socket->send({{u"type"_s, u"CloseStream"_s}});
        QVERIFY(m_bench->runUntil([&] { return socket->closed; }));
        QCOMPARE(int(socket->socket.closeCode()), 1000);
        QCOMPARE(finalText(*socket), u"Hello? Yes, it is"_s.left(finalText(*socket).size()));
        QVERIFY(finalText(*socket).startsWith(u"Hello? Yes, it"_s));
        const QJsonObject metadata = socket->messages.last();
        QCOMPARE(metadata["type"_L1].toString(), u"Metadata"_s);
        QCOMPARE(metadata["sha256"_L1].toString(),
                 QString::fromLatin1(QCryptographicHash::hash(audio, QCryptographicHash::Sha256).toHex()));
        QVERIFY(qAbs(metadata["duration"_L1].toDouble() - static_cast<double>(audio.size()) / 8000.0) < 0.011);
        QCOMPARE(metadata["channels"_L1].toInt(), 1);
        QCOMPARE(metadata["model_info"_L1][metadata["models"_L1][0].toString()]["name"_L1].toString(),
                 u"general-nova-3"_s);
    }

    void metadataOfNothing()
    {
        const auto socket = connected(kListen);
        socket->send({{u"type"_s, u"CloseStream"_s}});
        QVERIFY(m_bench->runUntil([&] { return socket->closed; }));
        QCOMPARE(socket->messages.size(), 1);
        const QJsonObject metadata = socket->messages.first();
        QCOMPARE(metadata["channels"_L1].toInt(-1), 0);
        QCOMPARE(metadata["duration"_L1].toDouble(-1), 0.0);
        QVERIFY(!metadata.contains("models"_L1));
        QCOMPARE(metadata["sha256"_L1].toString(),
                 u"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"_s);
    }

    void unknownTextEndsTheConnection()
    {
        const auto socket = connected(kListen);
        socket->socket.sendTextMessage(u"{\"type\":\"ForceEndTurn\"}"_s);
        QVERIFY(m_bench->runUntil([&] { return socket->closed; }));
        QCOMPARE(int(socket->socket.closeCode()), 1008);
        QCOMPARE(socket->messages.last()["message"_L1].toString(), u"{\"type\":\"ForceEndTurn\"}"_s);
        QCOMPARE(socket->messages.last()["type"_L1].toString(), u"Error"_s);
    }

    void keytermsChangeInTheStream()
    {
        const auto socket = connected(kListen);
        const auto configure = [](const QJsonArray &terms) {
            return QJsonObject{{u"type"_s, u"Configure"_s}, {u"keyterms"_s, terms}};
        };
        socket->send(configure({u"Ava"_s}));
        socket->send(configure({QString(2001, u'a')}));
        QVERIFY(m_bench->runUntil([&] { return socket->messages.size() == 2; }));
        QCOMPARE(socket->messages[0]["type"_L1].toString(), u"ConfigureSuccess"_s);
        QCOMPARE(socket->messages[0]["keyterms"_L1].toArray(), QJsonArray{u"Ava"_s});
        QCOMPARE(socket->messages[1]["code"_L1].toString(), u"CONFIGURE_KEYTERM_LIMIT_EXCEEDED"_s);
        const auto older = connected(u"/v1/listen?model=nova-2&encoding=mulaw&sample_rate=8000"_s);
        older->send(configure({u"Ava"_s}));
        QVERIFY(m_bench->runUntil([&] { return older->messages.size() == 1; }));
        QCOMPARE(older->messages[0]["code"_L1].toString(), u"CONFIGURE_KEYTERMS_NOT_SUPPORTED"_s);
    }

    void channelsAreTranscribedApart()
    {
        const qsizetype length = qMax(m_first->mulaw.size(), m_second->mulaw.size()) + 8000;
        const QByteArray left = m_first->mulaw + QByteArray(length - m_first->mulaw.size(), '\xFF');
        const QByteArray right = m_second->mulaw + QByteArray(length - m_second->mulaw.size(), '\xFF');
        QByteArray both;
        for (qsizetype i = 0; i < length; ++i)
            both.append(left[i]).append(right[i]);
        const auto socket =
            connected(u"/v1/listen?model=nova-3&encoding=mulaw&sample_rate=8000&channels=2&multichannel=true"
                      "&punctuate=true&endpointing=500"_s);
        stream(*socket, both, 333);
        const auto textOf = [&](int channel) {
            QStringList texts;
            for (const QJsonObject &message : socket->ofType(u"Results"_s))
                if (message["channel_index"_L1].toArray() == QJsonArray({channel, 2}) && !transcript(message).isEmpty())
                    texts.append(transcript(message));
            return texts.join(u' ');
        };
        QVERIFY(m_bench->runUntil([&] { return textOf(0) == m_first->text && textOf(1) == m_second->text; }));
    }

    void connectionOfScenario110BreaksOnceInTheSecondUtterance()
    {
        m_bench->board.assign(u"CA1"_s, 110);
        auto socket = connected(kListen);
        stream(*socket, m_first->mulaw + silence(1000ms));
        QVERIFY(m_bench->runUntil([&] { return finalText(*socket) == m_first->text; }));
        stream(*socket, m_second->mulaw);
        QTRY_VERIFY(socket->closed);
        QVERIFY(!finalText(*socket).contains(u"please"_s));

        socket = connected(kListen);
        stream(*socket, m_second->mulaw + silence(1000ms));
        QVERIFY(m_bench->runUntil([&] { return finalText(*socket) == m_second->text; }));
        QVERIFY(!socket->closed);
    }

    void otherCallsAreNotBroken()
    {
        m_bench->board.assign(u"CA2"_s, 110);
        m_bench->board.assign(u"CA1"_s, 100);
        const auto socket = connected(kListen);
        stream(*socket, m_first->mulaw + silence(1000ms) + m_second->mulaw + silence(1000ms));
        QVERIFY(m_bench->runUntil([&] { return finalText(*socket).endsWith(m_second->text); }));
    }

    // Flux

    void fluxTurnFromStartToEnd()
    {
        const auto socket = connected(kFlux);
        QVERIFY(m_bench->runUntil([&] { return !socket->messages.isEmpty(); }));
        QCOMPARE(socket->messages.first()["type"_L1].toString(), u"Connected"_s);
        QCOMPARE(socket->messages.first()["sequence_id"_L1].toInt(-1), 0);
        stream(*socket, silence(480ms) + m_first->mulaw + silence(1000ms), 640);
        QVERIFY(m_bench->runUntil([&] { return events(*socket).contains(u"EndOfTurn"_s); }));
        m_bench->clock.advance(1s);
        m_bench->settle();

        const QStringList names = events(*socket);
        QCOMPARE(count(names, u"StartOfTurn"_s), 1);
        QCOMPARE(count(names, u"EndOfTurn"_s), 1);
        QCOMPARE(count(names, u"EagerEndOfTurn"_s), 0);
        QVERIFY(count(names, u"Update"_s) >= 4);
        int sequence = 0;
        double windowEnd = 0;
        bool ended = false;
        for (const QJsonObject &message : socket->messages) {
            QCOMPARE(message["sequence_id"_L1].toInt(-1), sequence++);
            if (message["type"_L1] != u"TurnInfo"_s)
                continue;
            QCOMPARE(message["audio_window_start"_L1].toDouble(), windowEnd);
            windowEnd = message["audio_window_end"_L1].toDouble();
            QVERIFY(qAbs(windowEnd - message["audio_window_start"_L1].toDouble() - 0.24) < 0.001);
            QCOMPARE(message["turn_index"_L1].toInt(-1), ended ? 1 : 0);
            const QString text = message["transcript"_L1].toString();
            QVERIFY(ended ? text.isEmpty() : m_first->text.startsWith(text));
            if (message["event"_L1] == u"EndOfTurn"_s) {
                ended = true;
                QCOMPARE(text, m_first->text);
                QCOMPARE(message["trigger"_L1].toString(), u"model"_s);
                QCOMPARE(message["words"_L1].toArray().size(), qsizetype(m_first->words.size()));
                // Decided 200 to 600 ms after the last word: 300 ms and up to one window.
                const double after = windowEnd - 0.48 - m_first->words.back().endSample / 8000.0;
                QVERIFY2(after > 0.2 && after < 0.6, qPrintable(QString::number(after)));
            } else {
                QVERIFY(!message.contains("trigger"_L1));
            }
        }
    }

    void fluxEagerEndThenResumedThenEnd()
    {
        const auto socket = connected(kFlux + u"&eager_eot_threshold=0.4&eot_threshold=1.0&eot_timeout_ms=1500"_s);
        stream(*socket, m_first->mulaw + silence(400ms) + m_second->mulaw + silence(2200ms), 640);
        QVERIFY(m_bench->runUntil([&] { return events(*socket).contains(u"EndOfTurn"_s); }));
        QStringList names = events(*socket);
        names.removeAll(u"Update"_s);
        QCOMPARE(names, QStringList({u"StartOfTurn"_s, u"EagerEndOfTurn"_s, u"TurnResumed"_s, u"EagerEndOfTurn"_s,
                                     u"EndOfTurn"_s}));
        QString eager;
        for (const QJsonObject &message : socket->ofType(u"TurnInfo"_s)) {
            const QString text = message["transcript"_L1].toString();
            if (message["event"_L1] == u"EagerEndOfTurn"_s)
                eager = text;
            if (message["event"_L1] == u"EndOfTurn"_s) {
                QCOMPARE(text, eager);
                QCOMPARE(text, QString(m_first->text + u' ' + m_second->text));
                QCOMPARE(message["trigger"_L1].toString(), u"timeout"_s);
            }
        }
    }

    void fluxConfigureChangesThresholds()
    {
        const auto socket = connected(kFlux);
        socket->send({{u"type"_s, u"Configure"_s},
                      {u"thresholds"_s, QJsonObject{{u"eager_eot_threshold"_s, 0.4}}},
                      {u"keyterms"_s, QJsonArray{u"Ortega"_s}}});
        socket->send({{u"type"_s, u"Configure"_s}, {u"thresholds"_s, QJsonObject{{u"eot_threshold"_s, 0.1}}}});
        stream(*socket, m_first->mulaw + silence(1000ms), 640);
        QVERIFY(m_bench->runUntil([&] { return events(*socket).contains(u"EndOfTurn"_s); }));
        const auto success = socket->ofType(u"ConfigureSuccess"_s);
        QCOMPARE(success.size(), 1);
        QCOMPARE(success[0]["thresholds"_L1]["eager_eot_threshold"_L1].toDouble(), 0.4);
        QCOMPARE(success[0]["keyterms"_L1].toArray(), QJsonArray{u"Ortega"_s});
        const auto failure = socket->ofType(u"ConfigureFailure"_s);
        QCOMPARE(failure.size(), 1);
        QCOMPARE(failure[0]["code"_L1], failure[0]["error_code"_L1]);
        QVERIFY(!failure[0]["code"_L1].toString().isEmpty());
        QVERIFY(!failure[0]["description"_L1].toString().isEmpty());
        QVERIFY(events(*socket).contains(u"EagerEndOfTurn"_s));
    }

    void fluxKnowsNoMessagesOfV1_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("KeepAlive") << u"{\"type\":\"KeepAlive\"}"_s;
        QTest::newRow("Finalize") << u"{\"type\":\"Finalize\"}"_s;
        QTest::newRow("ForceEndTurn, not enabled") << u"{\"type\":\"ForceEndTurn\"}"_s;
        QTest::newRow("junk") << u"hello"_s;
    }
    void fluxKnowsNoMessagesOfV1()
    {
        QFETCH(QString, text);
        const auto socket = connected(kFlux);
        socket->socket.sendTextMessage(text);
        QVERIFY(m_bench->runUntil([&] { return socket->closed; }));
        QCOMPARE(socket->messages.last()["type"_L1].toString(), u"Error"_s);
        QCOMPARE(socket->messages.last()["code"_L1].toString(), u"UNPARSABLE_CLIENT_MESSAGE"_s);
    }

    void fluxEndsWithoutAStatus()
    {
        PlainClient client(m_bench->port,
                           PlainClient::upgradeRequest(kFlux.toLatin1(), "Authorization: Token any\r\n"));
        QTRY_COMPARE(client.status(), 101);
        // {"type":"CloseStream"} as one masked text frame with the key 0.
        client.write(QByteArray::fromHex("819600000000") + "{\"type\":\"CloseStream\"}");
        QVERIFY(m_bench->runUntil([&] { return client.received.endsWith(QByteArray::fromHex("8800")); }));
        QTRY_VERIFY(client.isDone());
    }

    void fluxBreaksInScenario110Too()
    {
        m_bench->board.assign(u"CA1"_s, 110);
        const auto socket = connected(kFlux);
        stream(*socket, m_first->mulaw + silence(1000ms) + m_second->mulaw, 640);
        QTRY_VERIFY(socket->closed);
    }
};

DIALDESK_TEST(TestDeepgramSimulator)
#include "tst_deepgram_simulator.moc"
