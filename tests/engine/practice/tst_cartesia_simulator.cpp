#include "engine/audio/mulaw.h"
#include "engine/audio/wav.h"
#include "engine/practice/cartesia_simulator.h"
#include "tests/engine/practice/simulator_bench.h"
#include "tests/support/test_program.h"

#include <QJsonArray>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using engine::practice::Speaker;
using engine::practice::Voice;

namespace {

const QString kVoice = u"71a7ad14-091c-4e8e-a314-022ece01c121"_s;
const QByteArray kHeaders = "Authorization: Bearer any\r\nCartesia-Version: 2026-03-01\r\n";
constexpr int kLeadSamples = 320; // the pause before the first word that is left

QJsonObject input(const QString &context, const QString &transcript, bool continues = true)
{
    return {{u"context_id"_s, context},
            {u"model_id"_s, u"sonic-3.5"_s},
            {u"language"_s, u"en"_s},
            {u"voice"_s, QJsonObject{{u"mode"_s, u"id"_s}, {u"id"_s, kVoice}}},
            {u"output_format"_s,
             QJsonObject{{u"container"_s, u"raw"_s}, {u"encoding"_s, u"pcm_mulaw"_s}, {u"sample_rate"_s, 8000}}},
            {u"transcript"_s, transcript},
            {u"continue"_s, continues},
            {u"max_buffer_delay_ms"_s, 0},
            {u"add_timestamps"_s, true}};
}

QJsonObject with(QJsonObject object, const QString &name, const QJsonValue &value)
{
    object.insert(name, value);
    return object;
}

QJsonObject without(QJsonObject object, const QString &name)
{
    object.remove(name);
    return object;
}

} // namespace

class TestCartesiaSimulator : public QObject
{
    Q_OBJECT

    Voice m_voice;
    std::unique_ptr<SimulatorBench> m_bench;

    std::unique_ptr<JsonSocket> connected(const QByteArray &version = "2026-03-01")
    {
        auto socket = std::make_unique<JsonSocket>(
            m_bench->port, u"/tts/websocket"_s,
            QList<std::pair<QByteArray, QByteArray>>{{"X-API-Key", "any"}, {"Cartesia-Version", version}});
        const bool open = m_bench->runUntil([&] { return socket->isOpen(); }, 0ms);
        Q_ASSERT(open);
        return socket;
    }
    static QList<QJsonObject> of(const JsonSocket &socket, const QString &context, const QString &type = {})
    {
        QList<QJsonObject> found;
        for (const QJsonObject &message : socket.messages)
            if (message["context_id"_L1] == context && (type.isEmpty() || message["type"_L1] == type))
                found.append(message);
        return found;
    }
    static QByteArray audioOf(const JsonSocket &socket, const QString &context)
    {
        QByteArray audio;
        for (const QJsonObject &chunk : of(socket, context, u"chunk"_s))
            audio += QByteArray::fromBase64(chunk["data"_L1].toString().toLatin1());
        return audio;
    }
    bool runUntilDone(const JsonSocket &socket, const QString &context)
    {
        return m_bench->runUntil([&] { return !of(socket, context, u"done"_s).isEmpty(); });
    }
    /// What the voice makes of a text, as the vendor sends it.
    QByteArray expectedAudio(const QString &text)
    {
        const auto utterance = m_bench->speak(Speaker::Agent, text);
        return utterance->mulaw.mid(utterance->words.front().firstSample - kLeadSamples);
    }
    QByteArray answer(const QByteArray &request, int status)
    {
        PlainClient client(m_bench->port, request);
        if (!m_bench->runUntil([&] { return client.isDone(); }) || client.status() != status)
            qWarning("%s", client.received.constData());
        return client.status() == status ? client.body() : QByteArray("unexpected status");
    }
    QJsonObject get(const QByteArray &target, int status = 200, const QByteArray &headers = kHeaders)
    {
        return QJsonDocument::fromJson(answer(PlainClient::request("GET", target, headers), status)).object();
    }

private slots:
    void init() { m_bench = std::make_unique<SimulatorBench>(m_voice); }
    void cleanup() { m_bench.reset(); }

    void sentencesAreSpokenInOrderAndDoneComesOnce()
    {
        const auto socket = connected();
        const QString first = u"Of course, I can help with that. "_s;
        const QString second = u"Is Tuesday fine?"_s;
        socket->send(input(u"CA1-1"_s, first));
        socket->send(input(u"CA1-1"_s, second));
        QVERIFY(m_bench->runUntil([&] { return of(*socket, u"CA1-1"_s, u"flush_done"_s).size() == 2; }));
        QVERIFY(of(*socket, u"CA1-1"_s, u"done"_s).isEmpty());
        socket->send(input(u"CA1-1"_s, QString(), false));
        QVERIFY(runUntilDone(*socket, u"CA1-1"_s));
        m_bench->clock.advance(3s);
        m_bench->settle();
        QCOMPARE(of(*socket, u"CA1-1"_s, u"done"_s).size(), 1);
        QCOMPARE(audioOf(*socket, u"CA1-1"_s), expectedAudio(first) + expectedAudio(second));

        // Chunks of 50 to 250 ms (the last of an input may be shorter); word times are where the words are heard.
        QStringList words;
        double last = -1;
        double sent = 0;
        int flush = 1;
        for (const QJsonObject &message : of(*socket, u"CA1-1"_s)) {
            const QString type = message["type"_L1].toString();
            QCOMPARE(message["status_code"_L1].toInt(), 206);
            QCOMPARE(message["done"_L1].toBool(), type == "done"_L1);
            if (type != "done"_L1)
                QCOMPARE(message["flush_id"_L1].toInt(), flush);
            if (type == "chunk"_L1) {
                const auto size = QByteArray::fromBase64(message["data"_L1].toString().toLatin1()).size();
                QVERIFY(size > 0 && size <= 2000);
                QVERIFY(message["step_time"_L1].toDouble() > 0);
                sent += static_cast<double>(size) / 8000.0;
            } else if (type == "timestamps"_L1) {
                const QJsonObject times = message["word_timestamps"_L1].toObject();
                const QJsonArray starts = times["start"_L1].toArray();
                QCOMPARE(starts.size(), times["words"_L1].toArray().size());
                QCOMPARE(starts.size(), times["end"_L1].toArray().size());
                for (qsizetype i = 0; i < starts.size(); ++i) {
                    QVERIFY(starts[i].toDouble() >= last && times["end"_L1][i].toDouble() > starts[i].toDouble());
                    QVERIFY(starts[i].toDouble() >= sent - 0.001); // before or with its audio
                    last = starts[i].toDouble();
                    words.append(times["words"_L1][i].toString());
                }
            } else if (type == "flush_done"_L1) {
                ++flush;
            }
        }
        QCOMPARE(words.join(u' '), QString(first + second));
        const auto secondSpoken = m_bench->speak(Speaker::Agent, second);
        const double lastWord =
            static_cast<double>(expectedAudio(first).size() + kLeadSamples + secondSpoken->words.back().firstSample -
                                secondSpoken->words.front().firstSample) /
            8000.0;
        QVERIFY2(qAbs(last - lastWord) < 0.002, qPrintable(QString::number(last)));
    }

    void firstChunkComesAfterTheLatencyAndTheRestFasterThanRealTime()
    {
        const QString text = u"This is a sentence of about three or four seconds, to be generated quickly."_s;
        const double seconds = static_cast<double>(expectedAudio(text).size()) / 8000.0;
        const auto socket = connected();
        socket->send(input(u"a-1"_s, text, false));
        m_bench->settle();
        m_bench->clock.advance(149ms);
        m_bench->settle();
        QVERIFY(socket->messages.isEmpty());
        m_bench->clock.advance(1ms);
        QTRY_VERIFY(!audioOf(*socket, u"a-1"_s).isEmpty());
        const auto start = m_bench->clock.now();
        QVERIFY(m_bench->runUntil([&] { return !of(*socket, u"a-1"_s, u"done"_s).isEmpty(); }, 1ms));
        const double took = std::chrono::duration<double>(m_bench->clock.now() - start).count();
        QVERIFY2(took < seconds / 2.5, qPrintable(u"%1 s for %2 s"_s.arg(took).arg(seconds)));
    }

    void contextsAreInterleaved()
    {
        const QString first = u"One sentence of the first context."_s;
        const QString second = u"And one of the second context here."_s;
        // Spoken before, so that both are at hand at the same time.
        const QByteArray firstAudio = expectedAudio(first);
        const QByteArray secondAudio = expectedAudio(second);
        const auto socket = connected();
        socket->send(input(u"a-1"_s, first, false));
        socket->send(input(u"b-1"_s, second, false));
        QVERIFY(runUntilDone(*socket, u"a-1"_s) && runUntilDone(*socket, u"b-1"_s));
        QCOMPARE(audioOf(*socket, u"a-1"_s), firstAudio);
        QCOMPARE(audioOf(*socket, u"b-1"_s), secondAudio);
        int switches = 0;
        for (qsizetype i = 1; i < socket->messages.size(); ++i)
            switches += socket->messages[i]["context_id"_L1] != socket->messages[i - 1]["context_id"_L1] ? 1 : 0;
        QVERIFY(switches > 3);
    }

    void textWaitsForItsSentenceWhenTheServerBuffers()
    {
        const auto socket = connected();
        const auto piece = [](const QString &text, bool continues = true) {
            return with(input(u"a-1"_s, text, continues), u"max_buffer_delay_ms"_s, 1000);
        };
        socket->send(piece(u"Good "_s));
        socket->send(piece(u"morning. How "_s));
        QVERIFY(m_bench->runUntil(
            [&] { return audioOf(*socket, u"a-1"_s).size() == expectedAudio(u"Good morning. "_s).size(); }));
        QCOMPARE(audioOf(*socket, u"a-1"_s), expectedAudio(u"Good morning. "_s));
        QVERIFY(of(*socket, u"a-1"_s, u"flush_done"_s).isEmpty());
        socket->send(piece(u"are you?"_s, false));
        QVERIFY(runUntilDone(*socket, u"a-1"_s));
        QCOMPARE(audioOf(*socket, u"a-1"_s), expectedAudio(u"Good morning. "_s) + expectedAudio(u"How are you?"_s));
    }

    void bufferedTextIsSpokenAfterTheDelayOrAtAFlush_data()
    {
        QTest::addColumn<bool>("flush");
        QTest::newRow("delay") << false;
        QTest::newRow("flush") << true;
    }
    void bufferedTextIsSpokenAfterTheDelayOrAtAFlush()
    {
        QFETCH(bool, flush);
        const auto socket = connected();
        QJsonObject message = with(input(u"a-1"_s, u"and then"_s), u"max_buffer_delay_ms"_s, 5000);
        socket->send(message);
        m_bench->settle();
        m_bench->clock.advance(4999ms);
        m_bench->settle();
        QVERIFY(socket->messages.isEmpty());
        if (flush)
            socket->send(with(with(message, u"transcript"_s, QString()), u"flush"_s, true));
        m_bench->settle();
        QVERIFY(m_bench->runUntil([&] { return audioOf(*socket, u"a-1"_s) == expectedAudio(u"and then"_s); }));
        m_bench->settle();
        QCOMPARE(of(*socket, u"a-1"_s, u"flush_done"_s).size(), flush ? 1 : 0);
    }

    void cancelDropsWhatHasNotBegunAndFinishesWhatHas()
    {
        const auto socket = connected();
        QSignalSpy spoken(&m_bench->vendors->speech(), &engine::practice::CartesiaSimulator::contextSpoken);
        socket->send(input(u"a-1"_s, u"This sentence has begun. "_s));
        socket->send(input(u"a-1"_s, u"This one has not."_s));
        QVERIFY(m_bench->runUntil([&] { return !audioOf(*socket, u"a-1"_s).isEmpty(); }));
        socket->send({{u"context_id"_s, u"a-1"_s}, {u"cancel"_s, true}});
        QVERIFY(runUntilDone(*socket, u"a-1"_s));
        QCOMPARE(audioOf(*socket, u"a-1"_s), expectedAudio(u"This sentence has begun. "_s));
        QCOMPARE(spoken.size(), 1);
        QCOMPARE(spoken[0][1].toString(), u"This sentence has begun. This one has not."_s);
        // Nobody answers the cancellation of a context that is not there.
        const auto before = socket->messages.size();
        socket->send({{u"context_id"_s, u"a-1"_s}, {u"cancel"_s, true}});
        socket->send({{u"context_id"_s, u"never"_s}, {u"cancel"_s, true}});
        m_bench->settle();
        m_bench->clock.advance(500ms);
        m_bench->settle();
        QCOMPARE(socket->messages.size(), before);
    }

    void openContextExpiresAfterItsLastAudio()
    {
        const auto socket = connected();
        socket->send(input(u"a-1"_s, u"Hello."_s));
        QVERIFY(m_bench->runUntil([&] { return !of(*socket, u"a-1"_s, u"flush_done"_s).isEmpty(); }));
        m_bench->clock.advance(900ms);
        m_bench->settle();
        QVERIFY(of(*socket, u"a-1"_s, u"done"_s).isEmpty());
        m_bench->clock.advance(200ms);
        QTRY_COMPARE(of(*socket, u"a-1"_s, u"done"_s).size(), 1);
        socket->send(input(u"a-1"_s, u"Too late."_s));
        QTRY_COMPARE(of(*socket, u"a-1"_s, u"error"_s).size(), 1);
        socket->send(input(u"a-2"_s, u"A new one works."_s, false));
        QVERIFY(runUntilDone(*socket, u"a-2"_s));
    }

    void wrongInputIsRefused_data()
    {
        QTest::addColumn<QJsonObject>("message");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("words");
        const QJsonObject good = input(u"a-1"_s, u"Hello."_s);
        const QJsonObject format = good["output_format"_L1].toObject();
        QTest::newRow("no context") << without(good, u"context_id"_s) << 400 << u"context_id"_s;
        QTest::newRow("no model") << without(good, u"model_id"_s) << 400 << u"model_id"_s;
        QTest::newRow("unknown model") << with(good, u"model_id"_s, u"sonic-9"_s) << 404 << u"sonic-9"_s;
        QTest::newRow("retired model") << with(good, u"model_id"_s, u"sonic-english"_s) << 400 << u"sonic-english"_s;
        QTest::newRow("no transcript") << without(good, u"transcript"_s) << 400 << u"transcript"_s;
        QTest::newRow("empty first text") << with(good, u"transcript"_s, u" "_s) << 400 << u"transcript"_s;
        QTest::newRow("no voice") << without(good, u"voice"_s) << 400 << u"voice"_s;
        QTest::newRow("voice of another version") << with(good, u"voice"_s, kVoice) << 400 << u"voice"_s;
        QTest::newRow("voice without mode")
            << with(good, u"voice"_s, QJsonObject{{u"id"_s, kVoice}}) << 400 << u"mode"_s;
        QTest::newRow("voice is no id") << with(good, u"voice"_s,
                                                QJsonObject{{u"mode"_s, u"id"_s}, {u"id"_s, u"Katie"_s}})
                                        << 400 << u"UUID"_s;
        QTest::newRow("no format") << without(good, u"output_format"_s) << 400 << u"output_format"_s;
        QTest::newRow("wav") << with(good, u"output_format"_s, with(format, u"container"_s, u"wav"_s)) << 400
                             << u"container"_s;
        QTest::newRow("encoding") << with(good, u"output_format"_s, with(format, u"encoding"_s, u"mulaw"_s)) << 400
                                  << u"encoding"_s;
        QTest::newRow("rate") << with(good, u"output_format"_s, with(format, u"sample_rate"_s, 11025)) << 400
                              << u"sample_rate"_s;
        QTest::newRow("language") << with(good, u"language"_s, u"english"_s) << 400 << u"language"_s;
        QTest::newRow("continue as text") << with(good, u"continue"_s, u"true"_s) << 400 << u"continue"_s;
        QTest::newRow("buffer delay") << with(good, u"max_buffer_delay_ms"_s, 5001) << 400 << u"max_buffer_delay_ms"_s;
        QTest::newRow("speed") << with(good, u"generation_config"_s, QJsonObject{{u"speed"_s, 2.0}}) << 400
                               << u"speed"_s;
        QTest::newRow("volume") << with(good, u"generation_config"_s, QJsonObject{{u"volume"_s, 0.1}}) << 400
                                << u"volume"_s;
    }
    void wrongInputIsRefused()
    {
        QFETCH(QJsonObject, message);
        QFETCH(int, status);
        QFETCH(QString, words);
        const auto socket = connected();
        socket->send(message);
        QTRY_COMPARE(socket->messages.size(), 1);
        const QJsonObject error = socket->messages.first();
        QCOMPARE(error["type"_L1].toString(), u"error"_s);
        QCOMPARE(error["status_code"_L1].toInt(), status);
        QVERIFY(error["done"_L1].toBool());
        QVERIFY2(error["message"_L1].toString().contains(words), qPrintable(error["message"_L1].toString()));
        QVERIFY(!error["error_code"_L1].toString().isEmpty() && !error["title"_L1].toString().isEmpty());
        QCOMPARE(error.contains("context_id"_L1), message.contains("context_id"_L1));
        // The socket goes on.
        socket->send(input(u"a-2"_s, u"Hello."_s, false));
        QVERIFY(runUntilDone(*socket, u"a-2"_s));
    }

    void errorsOfAnOlderVersionHaveItsShape()
    {
        const auto socket = connected("2025-04-16");
        socket->send(with(input(u"a-1"_s, u"Hello."_s), u"model_id"_s, u"sonic-9"_s));
        socket->send(with(input(u"a-2"_s, u"Hello."_s), u"max_buffer_delay_ms"_s, 1001));
        QTRY_COMPARE(socket->messages.size(), 2);
        const QJsonObject expected{{u"type"_s, u"error"_s},
                                   {u"error"_s, u"Invalid model: The model sonic-9 does not exist."_s},
                                   {u"status_code"_s, 400},
                                   {u"done"_s, true},
                                   {u"context_id"_s, u"a-1"_s}};
        QCOMPARE(socket->messages[0], expected);
    }

    void newestVersionTakesAVoiceByItsIdAlone()
    {
        const auto socket = connected("2026-08-14");
        socket->send(with(input(u"a-1"_s, u"Hello."_s, false), u"voice"_s, kVoice));
        socket->send(with(input(u"a-2"_s, u"Hello."_s, false), u"voice"_s, QJsonObject{{u"id"_s, kVoice}}));
        QVERIFY(runUntilDone(*socket, u"a-1"_s) && runUntilDone(*socket, u"a-2"_s));
        socket->send(input(u"a-3"_s, u"Hello."_s));
        socket->send(with(with(input(u"a-4"_s, u"Hello."_s), u"voice"_s, kVoice), u"locale"_s, u"en-GB"_s));
        QTRY_COMPARE(of(*socket, u"a-3"_s, u"error"_s).size(), 1);
        QTRY_COMPARE(of(*socket, u"a-4"_s, u"error"_s).size(), 1);
    }

    void changedFieldEndsTheContext()
    {
        const auto socket = connected();
        socket->send(input(u"a-1"_s, u"Hello there, this is a sentence."_s));
        socket->send(with(input(u"a-1"_s, u"Goodbye."_s), u"language"_s, u"de"_s));
        QTRY_COMPARE(of(*socket, u"a-1"_s, u"error"_s).size(), 1);
        m_bench->clock.advance(5s);
        m_bench->settle();
        QCOMPARE(of(*socket, u"a-1"_s).size(), 1);
    }

    void unparsableMessageIsAnErrorWithoutContext()
    {
        const auto socket = connected();
        socket->socket.sendTextMessage(u"{\"context_id\":"_s);
        QTRY_COMPARE(socket->messages.size(), 1);
        QCOMPARE(socket->messages[0]["type"_L1].toString(), u"error"_s);
        QVERIFY(!socket->messages[0].contains("context_id"_L1));
    }

    void concurrencyIsLimitedAndAPlaceComesBack()
    {
        SimulatorBench bench(m_voice);
        engine::practice::CartesiaSettings settings;
        settings.concurrency = 1;
        bench.vendors.reset();
        bench.server = std::make_unique<engine::server::HttpServer>(engine::server::Limits{}, bench.clock);
        const engine::practice::CartesiaSimulator simulator(*bench.server, bench.clock, bench.random, m_voice,
                                                            bench.board, settings);
        const auto port = bench.server->listen(QHostAddress(QHostAddress::LocalHost), 0);
        QVERIFY(port.has_value());
        JsonSocket socket(*port, u"/tts/websocket?api_key=any&cartesia_version=2026-03-01"_s, {});
        QTRY_VERIFY(socket.isOpen());
        socket.send(input(u"a-1"_s, u"Hello."_s, false));
        socket.send(input(u"a-2"_s, u"Hello."_s, false));
        QTRY_COMPARE(socket.messages.size(), 1);
        QCOMPARE(socket.messages[0]["error_code"_L1].toString(), u"concurrency_limited"_s);
        QCOMPARE(socket.messages[0]["status_code"_L1].toInt(), 429);
        QCOMPARE(socket.messages[0]["context_id"_L1].toString(), u"a-2"_s);
        QVERIFY(bench.runUntil([&] { return !of(socket, u"a-1"_s, u"done"_s).isEmpty(); }));
        socket.send(input(u"a-3"_s, u"Hello."_s, false));
        QVERIFY(bench.runUntil([&] { return !of(socket, u"a-3"_s, u"done"_s).isEmpty(); }));
    }

    void idleSocketIsClosed()
    {
        const auto socket = connected();
        m_bench->clock.advance(299s);
        m_bench->settle();
        QVERIFY(!socket->closed);
        m_bench->clock.advance(1s);
        QTRY_VERIFY(socket->closed);
    }

    void socketOfScenario113HalfDiesAtTheThirdText()
    {
        m_bench->board.assign(u"CA7"_s, 113);
        auto socket = connected();
        socket->send(input(u"CA7-1"_s, u"The first text. "_s));
        socket->send(input(u"CA7-1"_s, u"The second text."_s, false));
        QVERIFY(runUntilDone(*socket, u"CA7-1"_s));
        const auto before = socket->messages.size();
        socket->send(input(u"CA7-2"_s, u"The third text."_s, false));
        socket->send(input(u"CA7-3"_s, u"The fourth text."_s, false));
        m_bench->settle();
        m_bench->clock.advance(5s);
        m_bench->settle();
        QCOMPARE(socket->messages.size(), before);
        QVERIFY(!socket->closed);
        auto fresh = connected();
        fresh->send(input(u"CA7-4"_s, u"The third text."_s, false));
        QVERIFY(runUntilDone(*fresh, u"CA7-4"_s));
    }

    void otherCallsSpeakOn()
    {
        m_bench->board.assign(u"CA7"_s, 100);
        const auto socket = connected();
        for (int i = 1; i <= 4; ++i)
            socket->send(input(u"CA7-%1"_s.arg(i), u"A text."_s, false));
        QVERIFY(runUntilDone(*socket, u"CA7-4"_s));
    }

    void upgradeNeedsAKeyAndAVersion_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<int>("status");
        const QByteArray path = "/tts/websocket";
        QTest::newRow("bearer") << path << kHeaders << 101;
        QTest::newRow("api key header") << path << QByteArray("X-API-Key: any\r\nCartesia-Version: 2025-04-16\r\n")
                                        << 101;
        QTest::newRow("query") << path + "?api_key=any&cartesia_version=2026-08-14" << QByteArray() << 101;
        QTest::newRow("token") << path + "?access_token=any&cartesia_version=2026-08-14" << QByteArray() << 101;
        QTest::newRow("query wins") << path + "?cartesia_version=2026-03-01"
                                    << QByteArray("X-API-Key: any\r\nCartesia-Version: 1999-01-01\r\n") << 101;
        QTest::newRow("no key") << path << QByteArray("Cartesia-Version: 2026-03-01\r\n") << 401;
        QTest::newRow("bad key") << path << QByteArray("X-API-Key: bad\r\nCartesia-Version: 2026-03-01\r\n") << 401;
        QTest::newRow("no version") << path << QByteArray("X-API-Key: any\r\n") << 400;
        QTest::newRow("unknown version") << path << QByteArray("X-API-Key: any\r\nCartesia-Version: 2026-02-30\r\n")
                                         << 400;
    }
    void upgradeNeedsAKeyAndAVersion()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, headers);
        QFETCH(int, status);
        PlainClient client(m_bench->port, PlainClient::upgradeRequest(target, headers));
        QTRY_COMPARE(client.status(), status);
        if (status != 101)
            QTRY_VERIFY(client.head().contains("X-Request-Id: "));
    }

    void voicesArePagedAndSearched()
    {
        QStringList ids;
        QByteArray target = "/voices?limit=4";
        for (int page = 0; page < 5; ++page) {
            const QJsonObject body = get(target);
            const QJsonArray data = body["data"_L1].toArray();
            QVERIFY(!data.isEmpty() && data.size() <= 4);
            for (const QJsonValue &voice : data)
                ids.append(voice["id"_L1].toString());
            if (!body["has_more"_L1].toBool())
                break;
            target = "/voices?limit=4&starting_after=" + ids.last().toLatin1();
        }
        QCOMPARE(ids.size(), 6);
        QCOMPARE(QSet<QString>(ids.begin(), ids.end()).size(), 6);
        QCOMPARE(get("/voices?ending_before=" + ids[3].toLatin1() + "&limit=2")["data"_L1][0]["id"_L1].toString(),
                 ids[1]);
        QCOMPARE(get("/voices?q=katie")["data"_L1].toArray().size(), 1);
        QCOMPARE(get("/voices?gender=masculine")["data"_L1].toArray().size(), 2);
        QCOMPARE(get("/voices?is_owner=true")["data"_L1].toArray().size(), 0);
        QCOMPARE(get("/voices?limit=101", 400)["title"_L1].toString(), u"Invalid request"_s);
    }

    void voiceHasTheShapeOfTheVersion()
    {
        const QByteArray target = "/voices/" + kVoice.toLatin1();
        const QJsonObject recent = get(target);
        QCOMPARE(recent["name"_L1].toString(), u"British Reading Lady"_s);
        QCOMPARE(recent["locales"_L1][0]["locale"_L1].toString(), u"en-GB"_s);
        QVERIFY(!recent.contains("is_public"_L1));
        const QJsonObject older = get(target, 200, "X-API-Key: any\r\nCartesia-Version: 2025-04-16\r\n");
        QVERIFY(older["is_public"_L1].toBool() && !older.contains("locales"_L1));
        QCOMPARE(get("/voices/00000000-0000-0000-0000-000000000000", 404)["error_code"_L1].toString(),
                 u"voice_not_found"_s);
        QVERIFY(get(target, 401, "X-API-Key: bad\r\nCartesia-Version: 2026-03-01\r\n").contains("message"_L1));
    }

    void bytesAreTheSameSpeechInOtherClothes_data()
    {
        QTest::addColumn<QString>("encoding");
        QTest::addColumn<int>("rate");
        QTest::addColumn<int>("sampleBytes");
        QTest::newRow("mulaw") << u"pcm_mulaw"_s << 8000 << 1;
        QTest::newRow("alaw") << u"pcm_alaw"_s << 8000 << 1;
        QTest::newRow("s16") << u"pcm_s16le"_s << 24000 << 2;
        QTest::newRow("f32") << u"pcm_f32le"_s << 44100 << 4;
    }
    void bytesAreTheSameSpeechInOtherClothes()
    {
        QFETCH(QString, encoding);
        QFETCH(int, rate);
        QFETCH(int, sampleBytes);
        const QString text = u"A short greeting."_s;
        QJsonObject body = without(input(QString(), text), u"context_id"_s);
        const QJsonObject format{{u"container"_s, u"raw"_s}, {u"encoding"_s, encoding}, {u"sample_rate"_s, rate}};
        body.insert(u"output_format"_s, format);
        const auto post = [&](const QJsonObject &json) {
            return answer(PlainClient::request("POST", "/tts/bytes", kHeaders, QJsonDocument(json).toJson()), 200);
        };
        const QByteArray raw = post(body);
        const double seconds = static_cast<double>(raw.size()) / (rate * sampleBytes);
        QVERIFY(qAbs(seconds - static_cast<double>(expectedAudio(text).size()) / 8000.0) < 0.001);
        const QByteArray wav = post(with(body, u"output_format"_s, with(format, u"container"_s, u"wav"_s)));
        QVERIFY(wav.startsWith("RIFF") && wav.contains(raw));
        if (encoding == "pcm_s16le"_L1 || encoding == "pcm_mulaw"_L1) {
            const auto parsed = engine::audio::parseWav(wav);
            QVERIFY(parsed.has_value());
            QCOMPARE(parsed->format.sampleRateHz, rate);
            QCOMPARE(parsed->audio.toByteArray(), raw);
        }
    }

    void bytesAreRefusedForAWrongBody()
    {
        const auto refused = [this](const QByteArray &body) {
            return QJsonDocument::fromJson(answer(PlainClient::request("POST", "/tts/bytes", kHeaders, body), 400))
                .object();
        };
        QVERIFY(refused("{").contains("message"_L1));
        QVERIFY(
            refused(QJsonDocument(input(u"x"_s, u" "_s)).toJson())["message"_L1].toString().contains(u"transcript"_s));
        const QByteArray old = "X-API-Key: any\r\nCartesia-Version: 2025-04-16\r\n";
        QCOMPARE(answer(PlainClient::request("POST", "/tts/bytes", old, "{}"), 400),
                 QByteArray("Invalid request: `model_id` is required."));
    }

    void accessTokenIsGiven()
    {
        const auto post = [this](const QByteArray &body, int status) {
            return QJsonDocument::fromJson(
                       answer(PlainClient::request("POST", "/access-token", kHeaders, body), status))
                .object();
        };
        QVERIFY(!post("{\"grants\":{\"tts\":true},\"expires_in\":600}", 200)["token"_L1].toString().isEmpty());
        QVERIFY(post("{\"grants\":{\"tts\":true},\"expires_in\":3601}", 400).contains("message"_L1));
    }
};

DIALDESK_TEST(TestCartesiaSimulator)
#include "tst_cartesia_simulator.moc"
