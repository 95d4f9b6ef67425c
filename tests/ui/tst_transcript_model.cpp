#include "tests/support/test_program.h"
#include "ui/models/call_book.h"
#include "ui/models/transcript_model.h"

#include <QAbstractItemModelTester>
#include <QPointer>
#include <QSignalSpy>
#include <QTimeZone>

using namespace engine::records;
using engine::CallSid;
using ui::models::TranscriptModel;
using Kind = TranscriptModel::Kind;

/// A conversation as events make it.
class TestTranscriptModel : public QObject
{
    Q_OBJECT

    const CallSid m_sid{"CA1"};
    const QDateTime m_at = QDateTime(QDate(2026, 11, 23), QTime(10, 44, 8), QTimeZone::utc());

    CalleeSaid callee(const QString &text, bool final) const { return {m_sid, 1, text, final, m_at}; }
    AgentSpeaking speaking(int turn, const QString &text) const { return {m_sid, turn, text, m_at}; }
    AgentTurn turn(int number, const QString &heard, const QString &cut, bool interrupted) const
    {
        AgentTurn value;
        value.sid = m_sid;
        value.turn = number;
        value.heard = heard;
        value.cut = cut;
        value.interrupted = interrupted;
        value.latency.totalMs = 710;
        value.latency.stepsMs = {{"vad_end", 200}, {"llm_first_token", 510}};
        value.at = m_at;
        return value;
    }
    CallStateChanged state(const QString &word, int msLater = 0) const
    {
        return {m_sid, word, "+14155550101", "+14155550199", "local", true, m_at.addMSecs(msLater)};
    }
    static QString row(const TranscriptModel &model, int row)
    {
        const QModelIndex index = model.index(row);
        const auto part = [&](int role) { return index.data(role).toString(); };
        return QString("%1|%2|%3|%4")
            .arg(QMetaEnum::fromType<Kind>().valueToKey(index.data(TranscriptModel::KindRole).toInt()),
                 part(TranscriptModel::SettledRole), part(TranscriptModel::PendingRole),
                 part(TranscriptModel::CutRole));
    }

private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom)); }

    void interimWordsBecomeFinalInOneBubble()
    {
        TranscriptModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.apply(callee("Wait", false));
        QCOMPARE(row(model, 0), QString("Callee||Wait|"));
        QCOMPARE(model.index(0).data(TranscriptModel::NoteRole).toString(), QString("listening…"));
        model.apply(callee("Wait, I have", false));
        model.apply(callee("Wait, I have a", true));
        QCOMPARE(row(model, 0), QString("Callee|Wait, I have a||"));
        model.apply(callee("quest", false));
        QCOMPARE(row(model, 0), QString("Callee|Wait, I have a|quest|"));
        model.apply(callee("question.", true));
        QCOMPARE(row(model, 0), QString("Callee|Wait, I have a question.||"));
        QCOMPARE(model.rowCount(), 1);
    }

    void queuedWordsAreHeardOrCut()
    {
        TranscriptModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.apply(speaking(1, "Good morning."));
        model.apply(speaking(1, "Do you have a minute?"));
        QCOMPARE(row(model, 0), QString("Agent||Good morning. Do you have a minute?|"));
        QCOMPARE(model.index(0).data(TranscriptModel::NoteRole).toString(), QString("speaking"));
        QVERIFY(!model.index(0).data(TranscriptModel::LatencyRole).isValid());
        // The callee breaks in before the turn's fate is told.
        model.apply(callee("No", false));
        model.apply(turn(1, "Good morning. Do", "you have a minute?", true));
        QCOMPARE(row(model, 0), QString("Agent|Good morning. Do||you have a minute?"));
        QCOMPARE(row(model, 1), QString("Callee||No|"));
        QCOMPARE(model.index(0).data(TranscriptModel::NoteRole).toString(), QString("interrupted, 4 words not heard"));
        QCOMPARE(model.index(0).data(TranscriptModel::LatencyRole).toDouble(), 710.0);
        QCOMPARE(model.index(0).data(TranscriptModel::LatencyDetailRole).toString(),
                 QString("listening 0.20 s, model 0.51 s"));
        model.apply(speaking(2, "All right."));
        model.apply(turn(2, "All right.", "", false));
        QCOMPARE(row(model, 2), QString("Agent|All right.||"));
        QCOMPARE(model.index(2).data(TranscriptModel::NoteRole).toString(), QString("all heard"));
    }

    void wordsTurnFullAsTheyAreHeard()
    {
        TranscriptModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.apply(AgentProgress{m_sid, 1, "Early", m_at}); // of a turn nobody knows: nothing
        QCOMPARE(model.rowCount(), 0);
        model.apply(speaking(1, "Good morning."));
        model.apply(AgentProgress{m_sid, 1, "Good", m_at});
        QCOMPARE(row(model, 0), QString("Agent|Good|morning.|"));
        model.apply(speaking(1, "Do you have a minute?"));
        QCOMPARE(row(model, 0), QString("Agent|Good|morning. Do you have a minute?|"));
        model.apply(AgentProgress{m_sid, 1, "Good morning. Do you", m_at});
        QCOMPARE(row(model, 0), QString("Agent|Good morning. Do you|have a minute?|"));
        model.apply(turn(1, "Good morning. Do you", "have a minute?", true));
        QCOMPARE(row(model, 0), QString("Agent|Good morning. Do you||have a minute?"));
        model.apply(AgentProgress{m_sid, 1, "Good", m_at}); // too late to change anything
        QCOMPARE(row(model, 0), QString("Agent|Good morning. Do you||have a minute?"));
    }

    void onlyAnswersSomebodyWaitedForOpen()
    {
        TranscriptModel model;
        model.apply(callee("Hello?", true));
        model.apply(turn(1, "Good morning.", "", false));
        model.toggleOpen(0);
        model.toggleOpen(7);
        QVERIFY(!model.index(0).data(TranscriptModel::OpenRole).toBool());
        model.toggleOpen(1);
        QVERIFY(model.index(1).data(TranscriptModel::OpenRole).toBool());
        model.toggleOpen(1);
        QVERIFY(!model.index(1).data(TranscriptModel::OpenRole).toBool());
    }

    void wordsAreFoundWhateverTheirCase()
    {
        TranscriptModel model;
        model.apply(callee("Hello?", true));
        model.apply(turn(1, "Good morning.", "say hello", true));
        model.apply(callee("No.", true));
        QCOMPARE(model.rowsWith("HELLO"), QList<int>({0, 1}));
        QCOMPARE(model.rowsWith("bye"), QList<int>());
    }

    void aPastCallReadsAsItDidLive()
    {
        CallRecord record;
        ui::models::CallBook book;
        std::vector<Event> events = {state("queued"), state("ringing", 1000), state("in-progress", 7000)};
        CalleeSaid said = callee("Hello?", true);
        said.at = m_at.addSecs(8);
        AgentTurn answer = turn(1, "Good", "morning.", true);
        answer.at = m_at.addSecs(10);
        CallEnded end;
        end.sid = m_sid;
        end.status = "completed";
        end.at = m_at.addSecs(12);
        events.insert(events.end(), {said, answer, end});
        TranscriptModel live;
        for (const Event &event : events) {
            record.apply(event);
            live.apply(event);
        }
        book.addPast({record});
        TranscriptModel *past = book.transcript(m_sid);
        QVERIFY(past);
        QCOMPARE(past->plainText(), live.plainText());
        QCOMPARE(past->rowCount(), 4);
    }

    void anAnswerNobodyHeardAnythingOfIsCutWhole()
    {
        TranscriptModel model;
        model.apply(speaking(3, "One moment."));
        model.apply(turn(3, "", "", true));
        QCOMPARE(row(model, 0), QString("Agent|||One moment."));
        model.apply(turn(4, "", "", false));
        QCOMPARE(model.rowCount(), 1);
        model.apply(turn(5, "I am sorry.", "", false));
        QCOMPARE(row(model, 1), QString("Agent|I am sorry.||"));
    }

    void onePillTellsHowTheCallWasAnswered()
    {
        TranscriptModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.apply(state("queued"));
        model.apply(state("ringing", 1000));
        QVERIFY(row(model, 0).startsWith("State|Ringing since "));
        model.apply(state("in-progress", 7000));
        QCOMPARE(model.rowCount(), 1);
        QVERIFY2(row(model, 0).startsWith("State|Rang 6.00 s · answered "), qPrintable(row(model, 0)));
        model.apply(state("completed", 9000));
        QCOMPARE(model.rowCount(), 1);
        CallEnded end;
        end.sid = m_sid;
        end.status = "completed";
        end.reason = "callee_hung_up";
        end.durationS = 61;
        end.at = m_at;
        model.apply(end);
        QVERIFY2(row(model, 1).startsWith("State|Completed, 1:01 · callee hung up · "), qPrintable(row(model, 1)));
    }

    void whatWasUnderWayAtTheEndStays()
    {
        TranscriptModel model;
        model.apply(speaking(1, "Good morning."));
        model.apply(callee("Hel", false));
        CallEnded end;
        end.status = "completed";
        model.apply(end);
        QCOMPARE(row(model, 0), QString("Agent|||Good morning."));
        QCOMPARE(row(model, 1), QString("Callee|Hel||"));
    }

    void incidentsSayWhoseFaultAndToolsWhatTheyWereGiven()
    {
        TranscriptModel model;
        model.apply(IncidentHappened{m_sid, {engine::Fault::Vendor, "model_slow", "The model took 2.6 s."}, m_at});
        QCOMPARE(row(model, 0), QString("Incident|The model took 2.6 s. (vendor)||"));
        model.apply(ToolCalled{m_sid, 1, "end_call", {{"reason", "done"}}, {}, m_at});
        QCOMPARE(row(model, 1), QString("Tool|Agent used end_call (reason: done)||"));
        // A pill between two finals does not tear the turn apart.
        model.apply(callee("Hello.", true));
        model.apply(IncidentHappened{m_sid, {engine::Fault::Carrier, "media_gap", "Sound was missing."}, m_at});
        model.apply(callee("Are you there?", true));
        QCOMPARE(row(model, 2), QString("Callee|Hello. Are you there?||"));
    }

    void copiedLinesNameTheirSpeakers()
    {
        TranscriptModel model;
        model.apply(callee("Hello?", true));
        model.apply(turn(1, "Good", "morning.", true));
        const QStringList lines = model.plainText().split(u'\n');
        QCOMPARE(lines.size(), 2);
        QVERIFY(lines[0].endsWith(" Callee: Hello?"));
        QVERIFY(lines[1].endsWith(" Agent: Good [not heard: morning.]"));
        QCOMPARE(model.plainText({1, 7, -1}), lines[1]);
    }

    void theLineThatSoundsIsTheLastThatHasBegun()
    {
        TranscriptModel model;
        QCOMPARE(model.rowAt(0), -1);
        model.apply(state("in-progress"));
        CalleeSaid said = callee("Hello?", true);
        said.recordingMs = 1'000;
        model.apply(said);
        said.text = "Are you there?"; // in the same bubble, which has begun already
        said.recordingMs = 2'500;
        model.apply(said);
        AgentTurn answer = turn(1, "Good morning.", {}, false);
        answer.recordingMs = 4'000;
        model.apply(answer);
        model.apply(turn(2, "Never placed.", {}, false));
        QCOMPARE(model.rowAt(999), -1);
        QCOMPARE(model.rowAt(1'000), 1);
        QCOMPARE(model.rowAt(3'999), 1);
        QCOMPARE(model.rowAt(60'000), 2);
        QCOMPARE(model.index(1).data(TranscriptModel::RecordingRole).toDouble(), 1'000.0);
        QVERIFY(!model.index(3).data(TranscriptModel::RecordingRole).isValid());
    }

    void eachCallHasItsOwnTranscript()
    {
        ui::models::CallBook book;
        QSignalSpy incidents(&book, &ui::models::CallBook::incident);
        book.apply(state("queued"));
        CallStateChanged other = state("queued");
        other.sid = CallSid("CA2");
        book.apply(other);
        book.apply(callee("Hello?", true));
        QCOMPARE(book.transcript(m_sid)->rowCount(), 2);
        QCOMPARE(book.transcript(CallSid("CA2"))->rowCount(), 1);
        QCOMPARE(book.transcript(CallSid("CA3")), nullptr);
        book.apply(IncidentHappened{{}, {engine::Fault::Program, "x", "y"}, m_at});
        QCOMPARE(incidents.count(), 1);
    }

    // Or an hour of calls would be kept twice.
    void wordsNobodyLooksAtAreLaidOutAgainFromTheRecord()
    {
        ui::models::CallBook book;
        const CallSid other("CA2");
        for (const CallSid &sid : {m_sid, other}) {
            CallStateChanged queued = state("queued");
            queued.sid = sid;
            book.apply(queued);
        }
        book.apply(callee("Hello?", true));
        QPointer<TranscriptModel> looked = book.transcript(m_sid);
        const QString words = looked->plainText();
        CallEnded end;
        end.sid = m_sid;
        end.status = "completed";
        end.at = m_at.addSecs(12);
        book.apply(end);
        CallStateChanged late = state("completed", 12'000);
        book.apply(late);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(looked); // somebody is looking at it
        QVERIFY(looked->plainText().startsWith(words));
        const QString whole = looked->plainText();

        QPointer<TranscriptModel> live = book.transcript(other);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(!looked);
        QCOMPARE(book.transcript(m_sid)->plainText(), whole);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(live); // this one goes on
    }
};

DIALDESK_TEST(TestTranscriptModel)
#include "tst_transcript_model.moc"
