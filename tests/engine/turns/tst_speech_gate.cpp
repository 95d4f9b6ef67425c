#include "engine/turns/speech_gate.h"
#include "tests/support/test_program.h"


using namespace engine::turns;
using Kind = engine::pipeline::VoiceEdge::Kind;
using Edge = SpeechGate::Edge;
using namespace std::chrono_literals;

namespace {

constexpr int kChunk = 256; // 32 ms
constexpr double kLoud = -20.0;
constexpr double kQuiet = -80.0;

struct Seen
{
    int chunk; // which chunk caused it, from 0
    Edge edge;
    bool operator==(const Seen &) const = default;
};

/// One character a chunk: '.' silence (0.05), 'm' between stop and start (0.5), 's' speech for a silent agent only
/// (0.65), 'S' speech for any (0.9), 'C' speech for certain (0.95), 'q' speech without loudness (0.9, quiet), 'b' a loud
/// breath (0.05).
std::vector<Seen> play(SpeechGate &gate, const char *chunks)
{
    std::vector<Seen> seen;
    for (int i = 0; chunks[i]; ++i) {
        const char c = chunks[i];
        const double probability = c == '.' || c == 'b' ? 0.05 : c == 'm' ? 0.5 : c == 's' ? 0.65 : c == 'C' ? 0.95 : 0.9;
        if (const auto edge = gate.push(probability, c == '.' || c == 'q' ? kQuiet : kLoud, kChunk))
            seen.push_back({i, *edge});
    }
    return seen;
}

} // namespace

class TestSpeechGate : public QObject
{
    Q_OBJECT

private slots:
    void edgesComeAtTheirExactChunk_data()
    {
        QTest::addColumn<QString>("chunks");
        QTest::addColumn<bool>("agentSpeaks");
        QTest::addColumn<std::vector<Seen>>("expected");
        using List = std::vector<Seen>;
        const auto row = [](const char *name, const char *chunks, bool agentSpeaks, const List &expected) {
            QTest::newRow(name) << QString::fromLatin1(chunks) << agentSpeaks << expected;
        };
        row("silence", "..........", false, {});
        row("unsure sound", "..mmmmmmmmmmmm..", false, {});
        row("64 ms are not enough", "..SS..", false, {{2, {Kind::Onset, 256}}, {4, {Kind::Dropped, 256}}});
        row("96 ms are", "..SSS", false, {{2, {Kind::Onset, 256}}, {4, {Kind::Started, 768}}});
        row("a dip starts the count anew", "SSmSSS", false,
            {{0, {Kind::Onset, 256}}, {2, {Kind::Dropped, 256}}, {3, {Kind::Onset, 256}}, {5, {Kind::Started, 768}}});
        row("0.65 is speech for a silent agent", "sss", false, {{0, {Kind::Onset, 256}}, {2, {Kind::Started, 768}}});
        row("0.65 is none for a speaking agent", "ssssssssss", true, {});
        row("160 ms do not interrupt", "SSSSS.", true, {{0, {Kind::Onset, 256}}, {5, {Kind::Dropped, 256}}});
        row("192 ms do", "SSSSSS", true, {{0, {Kind::Onset, 256}}, {5, {Kind::Started, 1536}}});
        row("0.65 breaks an interruption", "SSSSSs", true, {{0, {Kind::Onset, 256}}, {5, {Kind::Dropped, 256}}});
        row("a consonant before speech counts while the agent speaks", "bbbbSS", true,
            {{4, {Kind::Onset, 256}}, {5, {Kind::Started, 512}}});
        row("32 ms of speech behind it are not enough", "bbbbbS.", true,
            {{5, {Kind::Onset, 256}}, {6, {Kind::Dropped, 256}}});
        row("32 ms that are certain are", "bbbbbC.", true, {{5, {Kind::Started, 256}}});
        row("but only with the consonant", "bbbbC.", true, {{4, {Kind::Onset, 256}}, {5, {Kind::Dropped, 256}}});
        row("certain speech alone takes its 192 ms", "CCCCCC", true, {{0, {Kind::Onset, 256}}, {5, {Kind::Started, 1536}}});
        row("what was certain before a pause is forgotten", "C.bbbbbS.", true,
            {{0, {Kind::Onset, 256}}, {1, {Kind::Dropped, 256}}, {7, {Kind::Onset, 256}}, {8, {Kind::Dropped, 256}}});
        row("no consonant is that long", "bbbbbbbSSSSSS", true, {{7, {Kind::Onset, 256}}, {12, {Kind::Started, 1536}}});
        row("a consonant before a pause counts for nothing", "bbbb.SSSSS.", true,
            {{5, {Kind::Onset, 256}}, {10, {Kind::Dropped, 256}}});
        row("speech that was dropped counts for nothing", "SSSSbSS.", true,
            {{0, {Kind::Onset, 256}}, {4, {Kind::Dropped, 256}}, {5, {Kind::Onset, 256}}, {7, {Kind::Dropped, 256}}});
        row("a silent agent waits for speech alone", "bbbbSSS", false,
            {{4, {Kind::Onset, 256}}, {6, {Kind::Started, 768}}});
        row("160 ms of silence do not stop", "SSS.....S", false, {{0, {Kind::Onset, 256}}, {2, {Kind::Started, 768}}});
        row("192 ms do", "SSS......", false,
            {{0, {Kind::Onset, 256}}, {2, {Kind::Started, 768}}, {8, {Kind::Stopped, 1536}}});
        row("a short consonant at the end changes nothing", "SSSbbbb..", false,
            {{0, {Kind::Onset, 256}}, {2, {Kind::Started, 768}}, {8, {Kind::Stopped, 1536}}});
        row("a long one is waited for", "SSSbbbbbb...", false,
            {{0, {Kind::Onset, 256}}, {2, {Kind::Started, 768}}, {10, {Kind::Stopped, 2048}}});
        row("but not noise", "SSSbbbbbbbbbbbb", false,
            {{0, {Kind::Onset, 256}}, {2, {Kind::Started, 768}}, {12, {Kind::Stopped, 2560}}});
        row("an unsure chunk starts the silence anew", "SSS.....m......", false,
            {{0, {Kind::Onset, 256}}, {2, {Kind::Started, 768}}, {14, {Kind::Stopped, 1536}}});
        row("what the detector still hears after the sound is no speech", "SSSqq......", false,
            {{0, {Kind::Onset, 256}}, {2, {Kind::Started, 768}}, {10, {Kind::Stopped, 2048}}});
        row("a voice that is soft all along is", "SSSqqqqqqqqqq......", false,
            {{0, {Kind::Onset, 256}}, {2, {Kind::Started, 768}}, {18, {Kind::Stopped, 2560}}});
        row("a soft moment before a loud one is", "SSSqqS......", false,
            {{0, {Kind::Onset, 256}}, {2, {Kind::Started, 768}}, {11, {Kind::Stopped, 1536}}});
        row("unsure sound keeps speech going", "SSSmmmmmmmmmmmmmmm", false,
            {{0, {Kind::Onset, 256}}, {2, {Kind::Started, 768}}});
        row("speech again after a stop", "SSS......SSS", false,
            {{0, {Kind::Onset, 256}},
             {2, {Kind::Started, 768}},
             {8, {Kind::Stopped, 1536}},
             {9, {Kind::Onset, 256}},
             {11, {Kind::Started, 768}}});
        row("an onset must be loud", "qqqqqq", false, {});
        row("a quiet moment inside a word does not count against it", "qSqS", false,
            {{1, {Kind::Onset, 256}}, {3, {Kind::Started, 768}}});
    }
    void edgesComeAtTheirExactChunk()
    {
        QFETCH(QString, chunks);
        QFETCH(bool, agentSpeaks);
        QFETCH(std::vector<Seen>, expected);
        SpeechGate gate;
        gate.setAgentSpeaking(agentSpeaks);
        QVERIFY(play(gate, chunks.toLatin1().constData()) == expected);
    }

    void thresholdsThemselvesAreNotPassed()
    {
        SpeechGate gate;
        for (int i = 0; i < 20; ++i)
            QVERIFY(!gate.push(0.6, kLoud, kChunk));
        play(gate, "SSS");
        QVERIFY(gate.isSpeech());
        for (int i = 0; i < 20; ++i)
            QVERIFY(!gate.push(0.35, kQuiet, kChunk));
        QVERIFY(gate.isSpeech());
    }
    void theRuleMayChangeDuringAnOnset()
    {
        SpeechGate gate;
        gate.setAgentSpeaking(true);
        play(gate, "SSS");
        gate.setAgentSpeaking(false);
        QVERIFY(play(gate, "S") == (std::vector<Seen>{{0, {Kind::Started, 1024}}}));
    }
    void theAgentStartingDoesNotEndSpeech()
    {
        SpeechGate gate;
        play(gate, "sss");
        gate.setAgentSpeaking(true);
        QVERIFY(play(gate, "ssmmss").empty());
        QVERIFY(gate.isSpeech());
    }
    void anOnsetLongEnoughAtOnceIsOnlyAStart()
    {
        SpeechGate gate(VadSettings{.startAfter = 32ms});
        QVERIFY(play(gate, "S") == (std::vector<Seen>{{0, {Kind::Started, 256}}}));
    }
    void chunksOfAnyLengthAreCountedInSamples()
    {
        SpeechGate gate;
        QCOMPARE(gate.push(0.9, kLoud, 767), (std::optional<Edge>{{Kind::Onset, 767}}));
        QCOMPARE(gate.push(0.9, kLoud, 1), (std::optional<Edge>{{Kind::Started, 768}}));
        QVERIFY(!gate.push(0.0, kQuiet, 1535));
        QCOMPARE(gate.push(0.0, kQuiet, 1), (std::optional<Edge>{{Kind::Stopped, 1536}}));
    }

    void aSoftCallerIsHeardFromTheFirstWord()
    {
        SpeechGate gate;
        gate.push(0.9, -58.0, kChunk);
        gate.push(0.9, -58.0, kChunk);
        QVERIFY(gate.push(0.9, -58.0, kChunk).has_value());
    }
    void theNoiseFloorFollowsTheLine()
    {
        SpeechGate gate;
        for (int i = 0; i < 1000; ++i)
            gate.push(0.05, -55.0, kChunk);
        QCOMPARE(gate.noiseFloorDbfs(), -55.0);
        QVERIFY(!gate.push(0.9, -45.1, kChunk));
        QCOMPARE(gate.push(0.9, -45.0, kChunk), (std::optional<Edge>{{Kind::Onset, 256}}));
    }
    void speechNeverRaisesTheFloor()
    {
        SpeechGate gate;
        const double before = gate.noiseFloorDbfs();
        for (int round = 0; round < 100; ++round)
            play(gate, "SSSSSSmmmmbbbbbmmSSqqmm"); // breaths inside speech, and sound that is nearly speech
        QCOMPARE(gate.noiseFloorDbfs(), before);
    }
    void howeverLoudTheStreetAVoiceAtMinusFortyIsHeard()
    {
        SpeechGate gate;
        for (int i = 0; i < 10000; ++i)
            gate.push(0.1, -25.0, kChunk);
        QCOMPARE(gate.push(0.9, -40.0, kChunk), (std::optional<Edge>{{Kind::Onset, 256}}));
    }
};

DIALDESK_TEST(TestSpeechGate)
#include "tst_speech_gate.moc"
