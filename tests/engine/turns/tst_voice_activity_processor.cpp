#include "engine/turns/voice_activity_processor.h"

#include "engine/audio/mulaw.h"
#include "engine/audio/telephone_audio.h"
#include "engine/audio/wav.h"
#include "engine/pipeline/pipeline.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_program.h"

#include <QFile>
#include <QSignalSpy>

using namespace engine::pipeline;
using namespace engine::turns;
using namespace std::chrono_literals;
namespace audio = engine::audio;

namespace {

/// A recording as the carrier sends it.
QByteArray recording(const QString &name)
{
    QFile file(QStringLiteral(DIALDESK_TEST_DATA "/vad/%1.wav").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray bytes = file.readAll();
    const auto content = audio::parseWav(bytes);
    return content ? audio::toMulaw(audio::linearSamples(*content)) : QByteArray();
}

struct Line
{
    explicit Line(std::shared_ptr<const SileroWeights> weights, VadSettings settings = {})
    {
        auto owned = std::make_unique<VoiceActivityProcessor>(std::move(weights), settings, clock);
        processor = owned.get();
        pipeline.add(std::move(owned));
        QObject::connect(&pipeline, &Pipeline::reachedEnd, &pipeline,
                         [this](const Frame &frame) { out.push_back(frame); });
        QObject::connect(&pipeline, &Pipeline::reachedStart, &pipeline,
                         [this](const Frame &frame) { up.push_back(frame); });
        start = clock.now();
    }

    /// Sends the sound in frames; each arrives when its last sample has sounded.
    void play(const QByteArray &mulaw, int frameBytes = 160)
    {
        for (qsizetype at = 0; at < mulaw.size(); at += frameBytes) {
            const QByteArray piece = mulaw.mid(at, frameBytes);
            sent += piece.size();
            const auto due = start + audio::durationOf(sent) + gap;
            clock.advance(std::chrono::ceil<milliseconds>(due - clock.now()));
            pipeline.pushDownstream(CalleeAudio{piece, 0ms, due});
        }
    }
    void agent(AgentAudible::Kind kind, TurnId turn = 1)
    {
        pipeline.pushUpstream(AgentAudible{turn, kind, clock.now(), true});
    }

    std::vector<VoiceEdge> edges() const
    {
        std::vector<VoiceEdge> result;
        for (const Frame &frame : out)
            if (const auto *edge = std::get_if<VoiceEdge>(&frame))
                result.push_back(*edge);
        return result;
    }
    std::vector<VoiceEdge::Kind> kinds() const
    {
        std::vector<VoiceEdge::Kind> result;
        for (const VoiceEdge &edge : edges())
            result.push_back(edge.kind);
        return result;
    }
    TimePoint atStep(int step) const { return start + step * 32ms; }

    support::FakeClock clock;
    TimePoint start;
    qsizetype sent = 0;
    std::chrono::milliseconds gap{0}; // how much later than its sound everything from now on arrives
    Pipeline pipeline;
    VoiceActivityProcessor *processor = nullptr;
    std::vector<Frame> out;
    std::vector<Frame> up;
};

using Kind = VoiceEdge::Kind;

} // namespace

class TestVoiceActivityProcessor : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const auto weights = SileroWeights::load();
        QVERIFY(weights.has_value());
        m_weights = *weights;
        m_noisy = recording(QStringLiteral("telephone_noise"));
        m_clean = recording(QStringLiteral("clean"));
        QCOMPARE(m_noisy.size(), 55400);
        QCOMPARE(m_clean.size(), 55400);
    }

    // The recorded probabilities of telephone_noise pass 0.6 in step 39 and fall under 0.35 for good in step 166; those
    // of clean pass it in step 37, drop in step 38, and pass it again in step 40.
    void oneUtteranceIsOneUtterance()
    {
        Line line(m_weights);
        line.play(m_noisy);
        const auto edges = line.edges();
        QCOMPARE(line.kinds(), (std::vector{Kind::Onset, Kind::Started, Kind::Stopped}));
        QVERIFY(edges[0].at == line.atStep(39));
        QVERIFY(edges[1].at == line.atStep(39));
        QVERIFY(edges[2].at == line.atStep(166));
        // Decided when the frame arrived that completed the step: 32 ms, 96 ms, and 320 ms of sound later, and less
        // than a frame. (The noise is louder than what is known of the line so early, so it might still be a consonant.)
        for (const auto &[edge, step] : {std::pair(edges[0], 40), std::pair(edges[1], 42), std::pair(edges[2], 176)}) {
            QVERIFY(edge.decidedAt >= line.atStep(step));
            QVERIFY(edge.decidedAt < line.atStep(step) + 20ms);
        }
    }
    void speechIsAsLongAsItsAudio()
    {
        Line line(m_weights);
        line.play(m_noisy.first(60 * 256)); // the utterance has begun
        line.gap += 700ms;                  // the network hesitates
        line.play(m_noisy.sliced(60 * 256));
        const auto edges = line.edges();
        QCOMPARE(line.kinds(), (std::vector{Kind::Onset, Kind::Started, Kind::Stopped}));
        QCOMPARE(edges[1].speech, 96ms);
        QVERIFY(edges[2].at - edges[2].speech == edges[1].at + 700ms);
    }
    void theFirstSoftChunkOfCleanSpeechIsDropped()
    {
        Line line(m_weights);
        line.play(m_clean);
        QCOMPARE(line.kinds(), (std::vector{Kind::Onset, Kind::Dropped, Kind::Onset, Kind::Started, Kind::Stopped}));
        const auto edges = line.edges();
        QVERIFY(edges[0].at == line.atStep(37));
        QVERIFY(edges[1].at == line.atStep(38));
        QVERIFY(edges[2].at == line.atStep(40));
        QVERIFY(edges[3].at == line.atStep(40));
    }
    void frameLengthChangesNothing_data()
    {
        QTest::addColumn<int>("frameBytes");
        for (const int bytes : {1, 80, 160, 255, 256, 257, 1000, 60000})
            QTest::addRow("%d", bytes) << bytes;
    }
    void frameLengthChangesNothing()
    {
        QFETCH(int, frameBytes);
        Line line(m_weights);
        line.play(m_noisy, frameBytes);
        QCOMPARE(line.kinds(), (std::vector{Kind::Onset, Kind::Started, Kind::Stopped}));
        QVERIFY(line.edges()[1].at == line.atStep(39));
        QVERIFY(line.edges()[2].at == line.atStep(166));
        qsizetype passed = 0;
        for (const Frame &frame : line.out)
            if (const auto *sound = std::get_if<CalleeAudio>(&frame))
                passed += sound->mulaw.size();
        QCOMPARE(passed, m_noisy.size());
    }
    void anEdgeGoesBeforeTheSoundThatCausedIt()
    {
        Line line(m_weights);
        line.play(m_noisy);
        qsizetype heard = 0;
        for (const Frame &frame : line.out) {
            if (const auto *sound = std::get_if<CalleeAudio>(&frame))
                heard += sound->mulaw.size();
            else if (const auto *edge = std::get_if<VoiceEdge>(&frame); edge->kind == Kind::Started) {
                QVERIFY(heard < 42 * 256);
                QVERIFY(heard >= 42 * 256 - 160);
                return;
            }
        }
        QFAIL("no start was reported");
    }
    void aSpeakingAgentNeedsMoreProof()
    {
        Line line(m_weights);
        line.agent(AgentAudible::Kind::Started);
        line.play(m_noisy);
        QCOMPARE(line.kinds(), (std::vector{Kind::Onset, Kind::Started, Kind::Stopped}));
        QVERIFY(line.edges()[1].at == line.atStep(39));
        QVERIFY(line.edges()[1].decidedAt >= line.atStep(45)); // 192 ms
        QVERIFY(line.edges()[1].decidedAt < line.atStep(45) + 20ms);
        QCOMPARE(line.up.size(), std::size_t(1));
        QVERIFY(std::holds_alternative<AgentAudible>(line.up.front()));
    }
    void theAgentsSilenceLowersTheBar_data()
    {
        QTest::addColumn<std::vector<AgentAudible>>("audible");
        QTest::addColumn<int>("startedAfterSteps");
        using Of = AgentAudible::Kind;
        const auto row = [](const char *name, const std::vector<AgentAudible> &audible, int steps) {
            QTest::newRow(name) << audible << steps;
        };
        row("never spoke", {}, 3);
        row("finished", {{1, Of::Started}, {1, Of::FirstMark}, {1, Of::Finished}}, 3);
        row("held", {{1, Of::Started}, {1, Of::Held}}, 3);
        row("resumed", {{1, Of::Started}, {1, Of::Held}, {1, Of::Resumed}}, 6);
        row("first mark", {{1, Of::Started}, {1, Of::FirstMark}}, 6);
        row("next turn", {{1, Of::Started}, {1, Of::Finished}, {2, Of::Started}}, 6);
        row("old turn finished late", {{1, Of::Started}, {2, Of::Started}, {1, Of::Finished}}, 6);
    }
    void theAgentsSilenceLowersTheBar()
    {
        QFETCH(std::vector<AgentAudible>, audible);
        QFETCH(int, startedAfterSteps);
        Line line(m_weights);
        for (const AgentAudible &frame : audible)
            line.pipeline.pushUpstream(frame);
        line.play(m_noisy, 256);
        QVERIFY(line.edges()[1].kind == Kind::Started);
        QVERIFY(line.edges()[1].decidedAt == line.atStep(39 + startedAfterSteps));
        QCOMPARE(line.up.size(), audible.size());
    }
    void aGapInTheStreamIsNoSilence()
    {
        Line line(m_weights);
        line.play(m_noisy.first(70 * 256)); // in the middle of speech
        line.gap = 5s;
        line.play(m_noisy.sliced(70 * 256));
        QCOMPARE(line.kinds(), (std::vector{Kind::Onset, Kind::Started, Kind::Stopped}));
        QVERIFY(line.edges()[2].at == line.atStep(166) + 5s);
    }
    void bothFramesOfAStartNameTheSameMoment()
    {
        Line line(m_weights);
        line.play(m_noisy.first(41 * 256));
        line.gap = 700ms; // the frame that proves it is late
        line.play(m_noisy.sliced(41 * 256, 10 * 256));
        QCOMPARE(line.kinds(), (std::vector{Kind::Onset, Kind::Started}));
        QVERIFY(line.edges()[0].at == line.atStep(39));
        QVERIFY(line.edges()[1].at == line.atStep(39));
    }
    void noiseAloneIsNoSpeech()
    {
        Line line(m_weights);
        for (int i = 0; i < 20; ++i)
            line.play(m_noisy.first(35 * 256));
        QVERIFY(line.kinds().empty());
    }
    void silenceAndNothingAreNoSpeech()
    {
        Line line(m_weights);
        line.play(audio::mulawSilence(10s));
        line.pipeline.pushDownstream(CalleeAudio{});
        QVERIFY(line.kinds().empty());
        QCOMPARE(line.out.size(), std::size_t(501));
    }
    void otherFramesPass()
    {
        Line line(m_weights);
        line.pipeline.pushDownstream(CalleeDigit{'5'});
        line.pipeline.pushUpstream(AgentHeard{});
        QCOMPARE(line.out, std::vector<Frame>{CalleeDigit{'5'}});
        QCOMPARE(line.up, std::vector<Frame>{AgentHeard{}});
    }
    void theMeterShowsTheLevelTenTimesASecond()
    {
        Line line(m_weights);
        QSignalSpy levels(line.processor, &VoiceActivityProcessor::levelMeasured);
        line.play(audio::toMulaw(std::vector<std::int16_t>(8000, 3276))); // a tenth of full scale
        QCOMPARE(levels.count(), 10);
        QVERIFY(std::abs(levels.first().first().toDouble() - -20.0) < 0.2);
        levels.clear();
        line.play(audio::mulawSilence(1s));
        QCOMPARE(levels.count(), 10);
        QCOMPARE(levels.last().first().toDouble(), audio::kSilenceDbfs);
    }

private:
    std::shared_ptr<const SileroWeights> m_weights;
    QByteArray m_noisy;
    QByteArray m_clean;
};

DIALDESK_TEST(TestVoiceActivityProcessor)
#include "tst_voice_activity_processor.moc"
