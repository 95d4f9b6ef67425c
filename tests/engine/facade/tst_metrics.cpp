#include "engine/metrics.h"
#include "tests/support/test_program.h"

#include <QRegularExpression>

using namespace engine;
using namespace engine::records;

namespace {

const CallSid kSid("CA1");

/// The sample lines of a text, by name and labels.
QMap<QString, double> samples(const QByteArray &text)
{
    QMap<QString, double> values;
    const auto lines = text.split('\n');
    for (const QByteArray &line : lines)
        if (!line.isEmpty() && !line.startsWith('#'))
            values.insert(QString::fromUtf8(line.left(line.lastIndexOf(' '))),
                          line.mid(line.lastIndexOf(' ') + 1).toDouble());
    return values;
}

AgentTurn turn(double totalMs, bool interrupted = false)
{
    AgentTurn value;
    value.sid = kSid;
    value.latency.totalMs = totalMs;
    value.latency.stepsMs = {{"speech_end", 0.0}, {"turn_end", 300.0}, {"llm_first_token", totalMs - 300.0}};
    value.interrupted = interrupted;
    value.promptTokens = 100;
    value.outputTokens = 10;
    value.spokenCharacters = 50;
    value.audioHeardMs = 1500;
    return value;
}

} // namespace

class TestMetrics : public QObject
{
    Q_OBJECT

private slots:
    void everythingIsThereFromTheStart();
    void callsAndIncidentsAreCounted();
    void turnsAreCounted();
    void histogramsAreCumulative();
    void theFormatIsPrometheus();
    void labelsAreEscaped();
};

void TestMetrics::everythingIsThereFromTheStart()
{
    const auto values = samples(Metrics().text(0));
    for (const char *name : {"dialdesk_calls_live", "dialdesk_call_seconds_total", "dialdesk_agent_turns_total",
                             "dialdesk_interruptions_total", "dialdesk_callee_finals_total",
                             "dialdesk_answer_seconds_count", "dialdesk_answer_to_first_audio_seconds_count"})
        QCOMPARE(values.value(QString::fromLatin1(name), -1), 0.0);
    QCOMPARE(samples(Metrics().text(3)).value("dialdesk_calls_live"), 3.0);
}

void TestMetrics::callsAndIncidentsAreCounted()
{
    Metrics metrics;
    metrics.apply(CallEnded{kSid, "completed", "agent_ended", 61.5, 40.0, 1, 1, {}});
    metrics.apply(CallEnded{kSid, "completed", "agent_ended", 10.0, {}, 1, 1, {}});
    metrics.apply(CallEnded{kSid, "busy", "busy", 0.0, {}, 0, 0, {}});
    metrics.apply(IncidentHappened{kSid, {Fault::Vendor, "model_slow", "x"}, {}});
    metrics.apply(IncidentHappened{{}, {Fault::Vendor, "model_slow", "y"}, {}});
    metrics.apply(IncidentHappened{kSid, {Fault::Carrier, "media_gap", "x"}, {}});
    const auto values = samples(metrics.text(0));
    QCOMPARE(values.value("dialdesk_calls_ended_total{status=\"completed\"}"), 2.0);
    QCOMPARE(values.value("dialdesk_calls_ended_total{status=\"busy\"}"), 1.0);
    QCOMPARE(values.value("dialdesk_call_seconds_total"), 71.5);
    QCOMPARE(values.value("dialdesk_answer_to_first_audio_seconds_count"), 1.0);
    QCOMPARE(values.value("dialdesk_answer_to_first_audio_seconds_sum"), 0.04);
    QCOMPARE(values.value("dialdesk_incidents_total{fault=\"vendor\",code=\"model_slow\"}"), 2.0);
    QCOMPARE(values.value("dialdesk_incidents_total{fault=\"carrier\",code=\"media_gap\"}"), 1.0);
}

void TestMetrics::turnsAreCounted()
{
    Metrics metrics;
    metrics.apply(turn(800));
    metrics.apply(turn(900, true));
    AgentTurn greeting;
    greeting.sid = kSid;
    metrics.apply(greeting);
    metrics.apply(CalleeSaid{kSid, 1, "hel", false, {}});
    metrics.apply(CalleeSaid{kSid, 1, "hello", true, {}});
    const auto values = samples(metrics.text(0));
    QCOMPARE(values.value("dialdesk_agent_turns_total"), 3.0);
    QCOMPARE(values.value("dialdesk_interruptions_total"), 1.0);
    QCOMPARE(values.value("dialdesk_callee_finals_total"), 1.0);
    QCOMPARE(values.value("dialdesk_prompt_tokens_total"), 200.0);
    QCOMPARE(values.value("dialdesk_output_tokens_total"), 20.0);
    QCOMPARE(values.value("dialdesk_spoken_characters_total"), 100.0);
    QCOMPARE(values.value("dialdesk_agent_audio_seconds_total"), 3.0);
    QCOMPARE(values.value("dialdesk_answer_seconds_count"), 2.0); // nobody waited for the greeting
    QCOMPARE(values.value("dialdesk_answer_seconds_sum"), 1.7);
}

void TestMetrics::histogramsAreCumulative()
{
    Metrics metrics;
    for (const double ms : {25.0, 26.0, 800.0, 9000.0})
        metrics.apply(turn(ms + 300.0)); // the step is what is looked at
    const auto values = samples(metrics.text(0));
    const auto bucket = [&values](const char *bound) {
        return values.value(
            QString("dialdesk_step_seconds_bucket{step=\"llm_first_token\",le=\"%1\"}").arg(QLatin1String(bound)), -1);
    };
    QCOMPARE(bucket("0.025"), 1.0); // a bound belongs to its bucket
    QCOMPARE(bucket("0.05"), 2.0);
    QCOMPARE(bucket("0.4"), 2.0);
    QCOMPARE(bucket("0.8"), 3.0);
    QCOMPARE(bucket("8"), 3.0);
    QCOMPARE(bucket("+Inf"), 4.0);
    QCOMPARE(values.value("dialdesk_step_seconds_count{step=\"llm_first_token\"}"), 4.0);
    QVERIFY(!metrics.text(0).contains("step=\"speech_end\"")); // always zero
}

void TestMetrics::theFormatIsPrometheus()
{
    Metrics metrics;
    metrics.apply(turn(800));
    metrics.apply(CallEnded{kSid, "no-answer", "no_answer", 0, {}, 0, 0, {}});
    metrics.apply(IncidentHappened{kSid, {Fault::Settings, "stt_refused", "x"}, {}});
    const QByteArray text = metrics.text(1);
    QVERIFY(text.endsWith('\n'));
    static const QRegularExpression kLine(
        R"(^(# HELP [a-z_]+ .+|# TYPE [a-z_]+ (counter|gauge|histogram)|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)$)");
    QStringList typed;
    const auto lines = QString::fromUtf8(text).chopped(1).split('\n');
    for (const QString &line : lines) {
        QVERIFY2(kLine.match(line).hasMatch(), qPrintable(line));
        if (line.startsWith("# TYPE "))
            typed.append(line.section(' ', 2, 2));
    }
    QCOMPARE(typed.removeDuplicates(), 0);
    for (const QString &line : lines) { // every sample belongs to a family that was announced
        if (line.startsWith('#'))
            continue;
        const QString name = line.section(QRegularExpression("[{ ]"), 0, 0);
        const QString family = QString(name).remove(QRegularExpression("_(bucket|sum|count)$"));
        QVERIFY2(typed.contains(name) || typed.contains(family), qPrintable(line));
    }
}

void TestMetrics::labelsAreEscaped()
{
    Metrics metrics;
    metrics.apply(IncidentHappened{kSid, {Fault::Vendor, "a\"b\\c\nd", "x"}, {}});
    QVERIFY(metrics.text(0).contains("code=\"a\\\"b\\\\c\\nd\"}"));
}

DIALDESK_TEST(TestMetrics)
#include "tst_metrics.moc"
