#include "engine/pipeline/pipeline.h"
#include "tests/support/test_program.h"

#include <functional>

using namespace engine;
using namespace engine::pipeline;

namespace {

/// A step that writes down what it gets and does what the test wants with it; without a wish it passes frames on.
class Step final : public Processor
{
public:
    using Processor::Processor;
    using Processor::pushDownstream;
    using Processor::pushUpstream;

    void downstream(const Frame &frame) override
    {
        QVERIFY2(!m_inside, "entered twice at once");
        m_inside = true;
        got.append(nameOf(frame));
        if (onDown)
            onDown(frame);
        else
            pushDownstream(frame);
        m_inside = false;
    }
    void upstream(const Frame &frame) override
    {
        got.append(QChar(u'^') + nameOf(frame));
        if (onUp)
            onUp(frame);
        else
            pushUpstream(frame);
    }

    std::function<void(const Frame &)> onDown;
    std::function<void(const Frame &)> onUp;
    QStringList got;

private:
    bool m_inside = false;
};

class Watcher final : public Observer
{
public:
    void onFrame(const Frame &frame, Direction direction, const QString &to) override
    {
        seen.append(nameOf(frame) + (direction == Direction::Downstream ? " > " : " < ") + to);
    }
    QStringList seen;
};

struct Chain
{
    explicit Chain(const QStringList &names)
    {
        for (const QString &name : names) {
            auto step = std::make_unique<Step>(name);
            steps.push_back(step.get());
            pipeline.add(std::move(step));
        }
        QObject::connect(&pipeline, &Pipeline::reachedEnd, &pipeline,
                         [this](const Frame &frame) { out.push_back(frame); });
        QObject::connect(&pipeline, &Pipeline::reachedStart, &pipeline,
                         [this](const Frame &frame) { in.push_back(frame); });
    }
    QStringList outNames() const
    {
        QStringList names;
        for (const Frame &frame : out)
            names.append(nameOf(frame));
        return names;
    }
    Pipeline pipeline;
    std::vector<Step *> steps;
    std::vector<Frame> out;
    std::vector<Frame> in;
};

} // namespace

class TestPipeline : public QObject
{
    Q_OBJECT

private slots:
    void everyKindHasItsLane_data();
    void everyKindHasItsLane();
    void framesTravelInOrderBothWays();
    void anEmptyPipelineLeadsFromEndToEnd();
    void aStepGetsTheNextFrameOnlyWhenItIsDoneWithOne();
    void urgentFramesOvertakeWaitingOnes();
    void anInterruptionDropsWaitingOrderedFramesOfItsTurnAndEarlierOnes();
    void ordinaryFramesBeyondTheLimitAreDroppedButDurableAndUrgentOnesStay();
    void observersSeeEveryStepAndTheEnds();
    void aRemovedObserverSeesNothingMore();
    void aStepOutlivingItsPipelineDropsWhatItPushes();
    void aFrameHandlerMayPushInBothDirections();
};

void TestPipeline::everyKindHasItsLane_data()
{
    QTest::addColumn<Frame>("frame");
    QTest::addColumn<int>("lane");
    QTest::addColumn<QString>("name");
    const auto row = [](const char *name, const Frame &frame, Lane lane) {
        QTest::newRow(name) << frame << static_cast<int>(lane) << QString::fromLatin1(name);
    };
    // The top of frame.h: what overtakes, what an interruption drops, what survives it.
    row("CalleeAudio", CalleeAudio{}, Lane::Urgent);
    row("CalleeDigit", CalleeDigit{}, Lane::Urgent);
    row("VoiceEdge", VoiceEdge{}, Lane::Urgent);
    row("Transcript", Transcript{}, Lane::Urgent);
    row("UserTurn", UserTurn{}, Lane::Ordered);
    row("SpeculationResolved", SpeculationResolved{}, Lane::Urgent);
    row("PlayoutHold", PlayoutHold{}, Lane::Urgent);
    row("PlayoutResume", PlayoutResume{}, Lane::Urgent);
    row("Interrupted", Interrupted{}, Lane::Urgent);
    row("ModelText", ModelText{}, Lane::Ordered);
    row("ToolCall", ToolCall{}, Lane::Durable);
    row("ToolResult", ToolResult{}, Lane::Durable);
    row("ModelDone", ModelDone{}, Lane::Durable);
    row("Sentence", Sentence{}, Lane::Ordered);
    row("AgentAudio", AgentAudio{}, Lane::Ordered);
    row("AgentWords", AgentWords{}, Lane::Ordered);
    row("SpeechDone", SpeechDone{}, Lane::Durable);
    row("EndOfCall", EndOfCall{}, Lane::Durable);
    row("AgentAudible", AgentAudible{}, Lane::Urgent);
    row("AgentProgress", AgentProgress{}, Lane::Urgent);
    row("AgentHeard", AgentHeard{}, Lane::Urgent);
    row("Incident", Incident{}, Lane::Urgent);
}

void TestPipeline::everyKindHasItsLane()
{
    QFETCH(Frame, frame);
    QFETCH(int, lane);
    QFETCH(QString, name);
    QCOMPARE(static_cast<int>(laneOf(frame)), lane);
    QCOMPARE(nameOf(frame), name);
}

void TestPipeline::framesTravelInOrderBothWays()
{
    Chain chain({"a", "b"});
    chain.pipeline.pushDownstream(ModelText{1, "one"});
    chain.pipeline.pushDownstream(ModelDone{1, {}});
    chain.pipeline.pushUpstream(AgentHeard{1, "one", "", false, {}});
    QCOMPARE(chain.outNames(), QStringList({"ModelText", "ModelDone"}));
    QCOMPARE(chain.in.size(), 1u);
    QCOMPARE(std::get<AgentHeard>(chain.in[0]).heard, QString("one"));
    QCOMPARE(chain.steps[0]->got, QStringList({"ModelText", "ModelDone", "^AgentHeard"}));
    QCOMPARE(chain.steps[1]->got, chain.steps[0]->got);
    QCOMPARE(chain.pipeline.queuedFrames(), 0);
}

void TestPipeline::anEmptyPipelineLeadsFromEndToEnd()
{
    Chain chain({});
    chain.pipeline.pushDownstream(CalleeDigit{'5'});
    chain.pipeline.pushUpstream(ToolResult{});
    QCOMPARE(chain.out.size(), 1u);
    QCOMPARE(chain.in.size(), 1u);
}

void TestPipeline::aStepGetsTheNextFrameOnlyWhenItIsDoneWithOne()
{
    Chain chain({"a"});
    // Pushing from the outside while the step works must not enter it again.
    chain.steps[0]->onDown = [&chain](const Frame &frame) {
        if (std::holds_alternative<ModelText>(frame)) {
            chain.pipeline.pushDownstream(ModelDone{1, {}});
            QCOMPARE(chain.pipeline.queuedFrames(), 1);
        }
        chain.steps[0]->pushDownstream(frame);
    };
    chain.pipeline.pushDownstream(ModelText{1, "x"});
    QCOMPARE(chain.steps[0]->got, QStringList({"ModelText", "ModelDone"}));
    // The done frame was put in first, and the text went on behind it: both are in one queue.
    QCOMPARE(chain.out.size(), 2u);
    QCOMPARE(chain.pipeline.queuedFrames(), 0);
}

void TestPipeline::urgentFramesOvertakeWaitingOnes()
{
    Chain chain({"a", "b"});
    chain.steps[0]->onDown = [&chain](const Frame &) {
        chain.steps[0]->pushDownstream(Sentence{2, "later", true});
        chain.steps[0]->pushDownstream(ModelDone{2, {}});
        chain.steps[0]->pushDownstream(VoiceEdge{VoiceEdge::Kind::Started, {}, {}});
    };
    chain.pipeline.pushDownstream(ModelText{2, "x"});
    QCOMPARE(chain.steps[1]->got, QStringList({"VoiceEdge", "Sentence", "ModelDone"}));
    QCOMPARE(chain.outNames(), QStringList({"VoiceEdge", "Sentence", "ModelDone"}));
}

void TestPipeline::anInterruptionDropsWaitingOrderedFramesOfItsTurnAndEarlierOnes()
{
    Chain chain({"a", "b"});
    chain.steps[0]->onDown = [&chain](const Frame &) {
        Step *step = chain.steps[0];
        step->pushDownstream(Sentence{1, "older", true});
        step->pushDownstream(AgentAudio{2, "sound"});
        step->pushDownstream(AgentWords{2, {}});
        step->pushDownstream(SpeechDone{2});
        step->pushDownstream(Sentence{3, "newer", true});
        step->pushDownstream(EndOfCall{"agent_ended"});
        step->pushDownstream(Interrupted{2});
    };
    chain.pipeline.pushDownstream(ModelText{2, "x"});
    QCOMPARE(chain.outNames(), QStringList({"Interrupted", "SpeechDone", "Sentence", "EndOfCall"}));
    QCOMPARE(std::get<Sentence>(chain.out[2]).turn, 3);
}

void TestPipeline::ordinaryFramesBeyondTheLimitAreDroppedButDurableAndUrgentOnesStay()
{
    constexpr int kLimit = 4096;
    Chain chain({"a", "b"});
    chain.steps[1]->onDown = [](const Frame &) {}; // ends here, so that the queue only empties
    chain.steps[0]->onDown = [&chain](const Frame &frame) {
        if (!std::holds_alternative<CalleeDigit>(frame))
            return;
        Step *step = chain.steps[0];
        for (int i = 0; i < kLimit; ++i)
            step->pushDownstream(Sentence{1, QString::number(i), true});
        QTest::ignoreMessage(QtWarningMsg, "dropped a \"Sentence\" frame: 4096 are waiting");
        step->pushDownstream(Sentence{1, "one too many", true});
        step->pushDownstream(ModelDone{1, {}});
        step->pushDownstream(Incident{});
        QCOMPARE(chain.pipeline.queuedFrames(), kLimit + 2);
    };
    chain.pipeline.pushDownstream(CalleeDigit{'1'});
    const QStringList &got = chain.steps[1]->got;
    QCOMPARE(got.size(), kLimit + 2);
    QCOMPARE(got.first(), QString("Incident"));
    QCOMPARE(got.count("Sentence"), kLimit);
    QCOMPARE(got.last(), QString("ModelDone"));
}

void TestPipeline::observersSeeEveryStepAndTheEnds()
{
    Chain chain({"a", "b"});
    Watcher watcher;
    chain.pipeline.addObserver(&watcher);
    chain.steps[1]->onDown = [](const Frame &) {}; // ends here
    chain.pipeline.pushDownstream(CalleeDigit{'1'});
    chain.steps[1]->onDown = nullptr;
    chain.pipeline.pushDownstream(ModelDone{1, {}});
    chain.pipeline.pushUpstream(AgentHeard{});
    QCOMPARE(watcher.seen, QStringList({"CalleeDigit > a", "CalleeDigit > b", "ModelDone > a", "ModelDone > b",
                                        "ModelDone > out", "AgentHeard < b", "AgentHeard < a", "AgentHeard < in"}));
    chain.pipeline.removeObserver(&watcher);
}

void TestPipeline::aRemovedObserverSeesNothingMore()
{
    Chain chain({"a"});
    Watcher stays;
    Watcher leaves;
    chain.pipeline.addObserver(&leaves);
    chain.pipeline.addObserver(&stays);
    chain.pipeline.removeObserver(&leaves);
    chain.pipeline.pushDownstream(CalleeDigit{'1'});
    QVERIFY(leaves.seen.isEmpty());
    QCOMPARE(stays.seen.size(), 2);
}

void TestPipeline::aStepOutlivingItsPipelineDropsWhatItPushes()
{
    Step step("alone"); // never added: the same as taken apart
    step.pushDownstream(CalleeDigit{'1'});
    step.pushUpstream(AgentHeard{});
    QVERIFY(step.got.isEmpty());
}

void TestPipeline::aFrameHandlerMayPushInBothDirections()
{
    Chain chain({"a", "b", "c"});
    chain.steps[1]->onDown = [&chain](const Frame &frame) {
        chain.steps[1]->pushUpstream(Incident{{Fault::Vendor, "x", "y"}, false});
        chain.steps[1]->pushDownstream(frame);
    };
    chain.pipeline.pushDownstream(ModelText{1, "x"});
    QCOMPARE(chain.out.size(), 1u);
    QCOMPARE(chain.in.size(), 1u);
    QCOMPARE(chain.steps[2]->got, QStringList({"ModelText"}));
    QCOMPARE(chain.steps[0]->got, QStringList({"ModelText", "^Incident"}));
}

DIALDESK_TEST(TestPipeline)
#include "tst_pipeline.moc"
