#include "engine/speech/deepgram/deepgram_client.h"
#include "engine/speech/transcriber_processor.h"
#include "tests/engine/speech/frame_log.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_web_socket.h"
#include "tests/support/test_program.h"

#include <QSignalSpy>

using namespace engine;
using namespace engine::pipeline;
using namespace engine::speech;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using support::FakeClock;

namespace {

/// A transcriber that does what the test says.
class FakeTranscriber final : public SpeechToText
{
public:
    int opens = 0;
    int finalizes = 0;
    int closes = 0;
    bool isUp = false;
    QByteArray audio; ///< since the last open()
    qsizetype largestPiece = 0;
    std::optional<std::chrono::milliseconds> settled{0ms};

    void open() override
    {
        ++opens;
        isUp = false;
        audio.clear();
        if (settled)
            settled = 0ms;
    }
    bool isReady() const override { return isUp; }
    void sendAudio(const QByteArray &mulaw) override
    {
        audio += mulaw;
        largestPiece = std::max(largestPiece, mulaw.size());
    }
    void finalize() override { ++finalizes; }
    void close() override { ++closes; }
    bool endingTurns = false;
    bool endsTurns() const override { return endingTurns; }
    std::optional<std::chrono::milliseconds> settledAudio() const override { return settled; }

    void answer()
    {
        isUp = true;
        emit ready();
    }
    void say(Transcript::Kind kind, const QString &text) { emit transcript({kind, text}); }
    void drop(bool retry = true)
    {
        isUp = false;
        emit lost({Fault::Vendor, u"stt_connection_lost"_s, u"The connection to Deepgram broke."_s}, retry);
    }
};

struct ClockFirst
{
    FakeClock clock; // outlives the timers of the pipeline
};

struct TranscriberBench : ClockFirst, FrameLog<TranscriberProcessor>
{
    FakeTranscriber *transcriber = nullptr;

    TranscriberBench()
    {
        auto made = std::make_unique<FakeTranscriber>();
        transcriber = made.get();
        add(std::make_unique<TranscriberProcessor>(std::move(made), clock));
    }

    void begin()
    {
        processor->start();
        transcriber->answer();
    }
    /// Audio whose bytes count up, so that every one can be recognised, in frames of 20 ms.
    void hear(std::chrono::milliseconds time)
    {
        for (auto done = 0ms; done < time; done += 20ms) {
            QByteArray bytes(160, Qt::Uninitialized);
            for (char &byte : bytes)
                byte = static_cast<char>(m_next++ % 251);
            spoken += bytes;
            push(CalleeAudio{bytes, {}, clock.now()});
            clock.advance(20ms);
        }
    }
    QByteArray spoken;

private:
    int m_next = 0;
};

Frame edge(VoiceEdge::Kind kind)
{
    return VoiceEdge{kind, {}, {}};
}

} // namespace

class TestTranscriberProcessor : public QObject
{
    Q_OBJECT
private slots:
    void audioEndsHereAndEverythingElsePassesOn()
    {
        TranscriberBench bench;
        bench.begin();
        bench.push(CalleeAudio{QByteArray(800, '\x01'), {}, {}});
        QCOMPARE(bench.transcriber->audio, QByteArray(800, '\x01'));
        QVERIFY(bench.down.empty());

        const std::vector<Frame> others{CalleeDigit{'5'},
                                        edge(VoiceEdge::Kind::Onset),
                                        edge(VoiceEdge::Kind::Stopped),
                                        Sentence{1, u"Hi."_s},
                                        Interrupted{1},
                                        EndOfCall{u"x"_s}};
        for (const Frame &frame : others)
            bench.push(frame);
        QCOMPARE(bench.down, others);
        const std::vector<Frame> upwards{ToolResult{1, u"a"_s, u"b"_s, {}}, AgentAudible{}, AgentHeard{}};
        for (const Frame &frame : upwards)
            bench.pipeline.pushUpstream(frame);
        QCOMPARE(bench.up, upwards);
    }

    void startOpensWhileThePhoneRings()
    {
        TranscriberBench bench;
        QSignalSpy ready(bench.processor, &TranscriberProcessor::ready);
        bench.processor->start();
        QCOMPARE(bench.transcriber->opens, 1);
        QVERIFY(!bench.processor->isReady());
        bench.transcriber->answer();
        QCOMPARE(ready.count(), 1);
        QVERIFY(bench.processor->isReady());
        QVERIFY(bench.up.empty());
    }

    void transcriptsGoDownWithTheirTime()
    {
        TranscriberBench bench;
        bench.begin();
        bench.clock.advance(1234ms);
        bench.transcriber->say(Transcript::Kind::Interim, u"hel"_s);
        bench.transcriber->say(Transcript::Kind::Final, u"Hello."_s);
        const auto now = bench.clock.now();
        QCOMPARE(bench.downOf<Transcript>(), (std::vector<Transcript>{{Transcript::Kind::Interim, u"hel"_s, now},
                                                                      {Transcript::Kind::Final, u"Hello."_s, now}}));
    }

    void silenceAsksForTheFinalBeforeTheEdgePassesOn()
    {
        TranscriberBench bench;
        bench.begin();
        int asked = -1;
        QObject::connect(&bench.pipeline, &Pipeline::reachedEnd, &bench.pipeline,
                         [&] { asked = bench.transcriber->finalizes; });
        bench.push(edge(VoiceEdge::Kind::Started));
        QCOMPARE(asked, 0);
        bench.push(edge(VoiceEdge::Kind::Stopped));
        QCOMPARE(asked, 1);
    }

    void quietAudioIsSentInLongerMessages()
    {
        TranscriberBench bench;
        bench.begin();
        bench.hear(80ms);
        QCOMPARE(bench.transcriber->audio, QByteArray());
        bench.hear(20ms);
        QCOMPARE(bench.transcriber->audio, bench.spoken);
        QCOMPARE(bench.transcriber->largestPiece, 800);
    }
    void nothingWaitsWhileSomebodySpeaks()
    {
        TranscriberBench bench;
        bench.begin();
        bench.hear(60ms);
        bench.push(edge(VoiceEdge::Kind::Onset));
        for (int frame = 0; frame < 4; ++frame) {
            bench.hear(20ms);
            QCOMPARE(bench.transcriber->audio, bench.spoken);
        }
        bench.push(edge(VoiceEdge::Kind::Dropped));
        bench.hear(20ms);
        QVERIFY(bench.transcriber->audio != bench.spoken);
        bench.push(edge(VoiceEdge::Kind::Started));
        bench.hear(20ms);
        QCOMPARE(bench.transcriber->audio, bench.spoken);
    }
    void theFinalIsAskedForWithAllTheAudio()
    {
        TranscriberBench bench;
        bench.begin();
        bench.hear(40ms); // speech the detector noticed too late to say so
        bench.push(edge(VoiceEdge::Kind::Stopped));
        QCOMPARE(bench.transcriber->audio, bench.spoken);
        QCOMPARE(bench.transcriber->finalizes, 1);
    }
    void audioWaitingDuringALossIsSentOnce()
    {
        TranscriberBench bench;
        bench.begin();
        bench.hear(140ms);
        bench.transcriber->drop();
        bench.hear(20ms);
        bench.transcriber->answer();
        QCOMPARE(bench.transcriber->audio, bench.spoken);
        bench.hear(100ms);
        QCOMPARE(bench.transcriber->audio, bench.spoken);
    }
    void aTranscriberThatEndsTurnsGetsEveryFrame()
    {
        TranscriberBench bench;
        bench.transcriber->endingTurns = true;
        bench.begin();
        bench.hear(20ms);
        QCOMPARE(bench.transcriber->audio, bench.spoken);
    }

    void audioBeforeTheConnectionStandsIsSentWhenItDoes()
    {
        TranscriberBench bench;
        bench.processor->start();
        bench.hear(200ms);
        QCOMPARE(bench.transcriber->audio, QByteArray());
        bench.transcriber->answer();
        QCOMPARE(bench.transcriber->audio, bench.spoken);
    }

    void lossReconnectsAtOnceAndSendsWhatNoFinalCovers()
    {
        TranscriberBench bench;
        bench.begin();
        bench.hear(6s);
        bench.transcriber->settled = 4500ms;
        bench.transcriber->say(Transcript::Kind::Final, u"First sentence."_s);
        bench.hear(1s);
        bench.transcriber->drop();
        QCOMPARE(bench.transcriber->opens, 2);
        bench.hear(100ms); // the callee goes on meanwhile
        bench.transcriber->answer();
        QCOMPARE(bench.transcriber->audio, bench.spoken.mid(4500 * 8));
        QVERIFY(bench.transcriber->largestPiece <= 2000); // at most 250 ms a message
        QCOMPARE(bench.downOf<Transcript>().size(), size_t(1));

        const auto incidents = bench.upOf<Incident>();
        QCOMPARE(incidents.size(), size_t(1));
        QVERIFY(!incidents[0].fatal);
        QCOMPARE(incidents[0].error.code, u"stt_reconnected"_s);
        QVERIFY(incidents[0].error.message.contains(u"The connection to Deepgram broke."_s));
        QVERIFY(incidents[0].error.message.contains(u"100 ms"_s));

        // The connection after it starts counting at the first byte sent on it.
        bench.hear(1s);
        bench.transcriber->settled = 3000ms;
        bench.transcriber->say(Transcript::Kind::Final, u"Second sentence."_s);
        bench.transcriber->drop();
        bench.clock.advance(250ms);
        bench.transcriber->answer();
        QCOMPARE(bench.transcriber->audio, bench.spoken.mid(7500 * 8));
    }

    void settledSilenceIsNotSentAgain()
    {
        TranscriberBench bench;
        bench.begin();
        bench.hear(3s);
        bench.transcriber->settled = 2900ms; // an empty final: no transcript came of it
        bench.transcriber->drop();
        bench.transcriber->answer();
        QCOMPARE(bench.transcriber->audio, bench.spoken.mid(2900 * 8));
    }

    void atMostFiveSecondsAreSentAgain()
    {
        TranscriberBench bench;
        bench.begin();
        bench.hear(17s);
        bench.transcriber->drop();
        bench.transcriber->answer();
        QCOMPARE(bench.transcriber->audio, bench.spoken.right(5000 * 8));
    }

    void transcriberWithoutTimesGetsOnlyWhatCameAfterItsLastFinal()
    {
        TranscriberBench bench;
        bench.transcriber->settled.reset();
        bench.begin();
        bench.hear(2s);
        bench.transcriber->say(Transcript::Kind::Final, u"Done."_s);
        bench.hear(1s);
        bench.transcriber->drop();
        bench.transcriber->answer();
        QCOMPARE(bench.transcriber->audio, bench.spoken.mid(2000 * 8));
    }

    void finalThatWasAskedForIsAskedForAgain()
    {
        TranscriberBench bench;
        bench.begin();
        bench.hear(1s);
        bench.push(edge(VoiceEdge::Kind::Stopped));
        QCOMPARE(bench.transcriber->finalizes, 1);
        bench.transcriber->drop();
        bench.transcriber->answer();
        QCOMPARE(bench.transcriber->finalizes, 2);
        bench.transcriber->say(Transcript::Kind::FinalizeAnswered, {});
        bench.transcriber->drop();
        bench.transcriber->answer();
        QCOMPARE(bench.transcriber->finalizes, 2);
    }

    void silenceDuringTheLossIsNotForgotten()
    {
        TranscriberBench bench;
        bench.begin();
        bench.hear(1s);
        bench.transcriber->drop();
        bench.push(edge(VoiceEdge::Kind::Stopped));
        QCOMPARE(bench.transcriber->finalizes, 0);
        bench.transcriber->answer();
        QCOMPARE(bench.transcriber->finalizes, 1);
        QCOMPARE(bench.transcriber->audio, bench.spoken);
    }

    void threeFailuresInARowAreFatal()
    {
        TranscriberBench bench;
        bench.begin();
        bench.clock.advance(10s);
        bench.transcriber->drop();
        QCOMPARE(bench.transcriber->opens, 2); // at once
        bench.transcriber->drop();
        bench.clock.advance(249ms);
        QCOMPARE(bench.transcriber->opens, 2);
        bench.clock.advance(1ms);
        QCOMPARE(bench.transcriber->opens, 3);
        bench.transcriber->drop();
        bench.clock.advance(500ms);
        QCOMPARE(bench.transcriber->opens, 4);
        QVERIFY(bench.up.empty());
        bench.transcriber->drop();
        const auto incidents = bench.upOf<Incident>();
        QCOMPARE(incidents.size(), size_t(1));
        QVERIFY(incidents[0].fatal);
        QCOMPARE(incidents[0].error.code, u"stt_lost"_s);
        QCOMPARE(incidents[0].error.fault, Fault::Vendor);
        bench.clock.advance(1min);
        QCOMPARE(bench.transcriber->opens, 4);
    }

    void connectionsThatDieYoungCountAsFailures()
    {
        TranscriberBench bench;
        bench.begin();
        bench.clock.advance(10s);
        for (int i = 0; i < 3; ++i) {
            bench.transcriber->drop();
            bench.clock.advance(500ms);
            bench.transcriber->answer();
            bench.clock.advance(1s);
        }
        QCOMPARE(bench.upOf<Incident>().size(), size_t(3));
        bench.transcriber->drop();
        QVERIFY(bench.upOf<Incident>().back().fatal);
    }

    void connectionThatStoodIsAFreshStart()
    {
        TranscriberBench bench;
        bench.begin();
        for (int i = 0; i < 10; ++i) {
            bench.clock.advance(5s);
            bench.transcriber->drop();
            bench.transcriber->answer();
        }
        QCOMPARE(bench.transcriber->opens, 11);
        for (const Incident &incident : bench.upOf<Incident>())
            QVERIFY(!incident.fatal);
    }

    void refusedKeyIsFatalAtOnceAndNamesTheSettings()
    {
        TranscriberBench bench;
        bench.processor->start();
        emit bench.transcriber->lost({Fault::Settings, u"stt_key_refused"_s, u"Deepgram refused the key."_s}, false);
        const auto incidents = bench.upOf<Incident>();
        QCOMPARE(incidents.size(), size_t(1));
        QVERIFY(incidents[0].fatal);
        QCOMPARE(incidents[0].error.code, u"stt_lost"_s);
        QCOMPARE(incidents[0].error.fault, Fault::Settings);
        QVERIFY(incidents[0].error.message.contains(u"Deepgram refused the key."_s));
        QCOMPARE(bench.transcriber->opens, 1);
    }

    void stopIsSilentAndFinal()
    {
        TranscriberBench bench;
        bench.begin();
        bench.processor->stop();
        QCOMPARE(bench.transcriber->closes, 1);
        bench.transcriber->say(Transcript::Kind::Final, u"late"_s);
        bench.transcriber->drop();
        bench.clock.advance(1min);
        QCOMPARE(bench.transcriber->opens, 1);
        QVERIFY(bench.down.empty());
        QVERIFY(bench.up.empty());
    }

    void deepgramLostInMidUtteranceHearsItAllWithoutRepeating()
    {
        FakeClock clock;
        support::FakeWebSocketFactory sockets;
        FrameLog<TranscriberProcessor> log;
        log.add(std::make_unique<TranscriberProcessor>(deepgram::makeDeepgram({}, sockets, clock), clock));
        log.processor->start();
        sockets.latest()->accept();
        const QByteArray first(8000, '\x11');
        const QByteArray second(8000, '\x22');
        log.push(CalleeAudio{first, {}, {}});
        log.push(CalleeAudio{second, {}, {}});
        // The final covers the first second, behind the 20 ms of silence sent on opening.
        sockets.latest()->receiveText(R"({"type":"Results","start":0,"duration":1.02,"is_final":true,
            "channel":{"alternatives":[{"transcript":"I would like"}]}})");
        sockets.latest()->receiveText(R"({"type":"Results","start":1.02,"duration":0.5,"is_final":false,
            "channel":{"alternatives":[{"transcript":"to mo"}]}})");
        sockets.latest()->drop();
        QCOMPARE(sockets.count(), 2);
        sockets.latest()->accept();
        QCOMPARE(sockets.latest()->audio(), QByteArray(160, '\xff') + second);
        sockets.latest()->receiveText(R"({"type":"Results","start":0,"duration":1.02,"is_final":true,
            "channel":{"alternatives":[{"transcript":"to move it."}]}})");
        QStringList finals;
        for (const Transcript &transcript : log.downOf<Transcript>())
            if (transcript.kind == Transcript::Kind::Final)
                finals.append(transcript.text);
        QCOMPARE(finals, (QStringList{u"I would like"_s, u"to move it."_s}));
    }
};

DIALDESK_TEST(TestTranscriberProcessor)
#include "tst_transcriber_processor.moc"
