#include "engine/calls/call_state.h"
#include "tests/support/test_program.h"

#include <algorithm>
#include <array>

using namespace engine::calls;

namespace {

constexpr std::array kStates = {CallState::Queued,     CallState::Initiated, CallState::Ringing,
                                CallState::InProgress, CallState::Completed, CallState::Busy,
                                CallState::NoAnswer,   CallState::Failed,    CallState::Canceled};

/// The states a call goes through when these words of the carrier arrive in this order.
QStringList walk(const QStringList &words)
{
    CallState state = CallState::Queued;
    QStringList path;
    for (const QString &word : words) {
        const CallEvent event = word == "stream" ? CallEvent(StreamStarted{})
                                : word == "lost" ? CallEvent(CarrierLostCall{})
                                                 : CallEvent(CarrierSaid{*callStateFromWord(word)});
        if (const auto moved = next(state, event)) {
            state = *moved;
            path.append(toWord(state));
        }
    }
    return path;
}

} // namespace

class TestCallState : public QObject
{
    Q_OBJECT

private slots:
    void everyStateAgainstEveryEvent_data();
    void everyStateAgainstEveryEvent();
    void callbacksInAnyOrder_data();
    void callbacksInAnyOrder();
    void theSameWordsInAnyOrderEndAlike();
    void wordsAreTheCarriers_data();
    void wordsAreTheCarriers();
    void anUnknownWordIsNone();
};

void TestCallState::everyStateAgainstEveryEvent_data()
{
    // One row for each state: what it becomes when the carrier says each of the nine, when the stream starts, when the
    // call is lost.
    // "-" : nothing changes.
    QTest::addColumn<QString>("from");
    QTest::addColumn<QStringList>("becomes");
    const auto row = [](const char *from, const char *becomes) {
        QTest::newRow(from) << QString::fromLatin1(from) << QString::fromLatin1(becomes).split(' ');
    };
    //                  queued initiated ringing in-progress completed busy no-answer failed canceled stream lost
    row("queued", "- initiated ringing in-progress completed busy no-answer failed canceled in-progress failed");
    row("initiated", "- - ringing in-progress completed busy no-answer failed canceled in-progress failed");
    row("ringing", "- - - in-progress completed busy no-answer failed canceled in-progress failed");
    row("in-progress", "- - - - completed completed completed completed completed - completed");
    for (const char *end : {"completed", "busy", "no-answer", "failed", "canceled"})
        row(end, "- - - - - - - - - - -");
}

void TestCallState::everyStateAgainstEveryEvent()
{
    QFETCH(QString, from);
    QFETCH(QStringList, becomes);
    const CallState state = *callStateFromWord(from);
    std::vector<CallEvent> events;
    for (const CallState said : kStates)
        events.push_back(CarrierSaid{said});
    events.push_back(StreamStarted{});
    events.push_back(CarrierLostCall{});
    QCOMPARE(events.size(), static_cast<size_t>(becomes.size()));
    for (size_t i = 0; i < events.size(); ++i) {
        const auto to = next(state, events[i]);
        QCOMPARE(to ? toWord(*to) : QString("-"), becomes[static_cast<qsizetype>(i)]);
    }
}

void TestCallState::callbacksInAnyOrder_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("path");
    QTest::newRow("as it should be") << "queued initiated ringing in-progress completed"
                                     << "initiated ringing in-progress completed";
    QTest::newRow("each twice") << "initiated initiated ringing ringing in-progress in-progress completed completed"
                                << "initiated ringing in-progress completed";
    QTest::newRow("ringing late") << "initiated in-progress ringing completed"
                                  << "initiated in-progress completed";
    QTest::newRow("backwards") << "completed in-progress ringing initiated queued"
                               << "completed";
    QTest::newRow("media before the callback") << "initiated ringing stream in-progress completed"
                                               << "initiated ringing in-progress completed";
    QTest::newRow("only media") << "stream completed"
                                << "in-progress completed";
    QTest::newRow("busy without ringing") << "initiated busy"
                                          << "initiated busy";
    QTest::newRow("busy twice, then failed") << "initiated busy busy failed"
                                             << "initiated busy";
    QTest::newRow("busy after media") << "stream busy"
                                      << "in-progress completed";
    QTest::newRow("canceled before it was dialed") << "canceled initiated"
                                                   << "canceled";
    QTest::newRow("media after the end") << "no-answer stream"
                                         << "no-answer";
    QTest::newRow("lost while ringing") << "ringing lost completed"
                                        << "ringing failed";
    QTest::newRow("lost while talking") << "in-progress lost"
                                        << "in-progress completed";
}

void TestCallState::callbacksInAnyOrder()
{
    QFETCH(QString, words);
    QFETCH(QString, path);
    QCOMPARE(walk(words.split(' ')).join(' '), path);
}

void TestCallState::theSameWordsInAnyOrderEndAlike()
{
    // An answered call whose four callbacks overtake each other in each of the 24 ways is completed in the end, and its
    // states never go back.
    QStringList words = {"initiated", "ringing", "in-progress", "completed"};
    std::sort(words.begin(), words.end());
    do {
        const QStringList path = walk(words);
        QCOMPARE(path.last(), QString("completed"));
        for (qsizetype i = 1; i < path.size(); ++i)
            QVERIFY2(*callStateFromWord(path[i]) > *callStateFromWord(path[i - 1]), qPrintable(words.join(' ')));
    } while (std::next_permutation(words.begin(), words.end()));
}

void TestCallState::wordsAreTheCarriers_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("word");
    QTest::addColumn<bool>("end");
    const auto row = [](CallState state, const char *word, bool end) {
        QTest::newRow(word) << static_cast<int>(state) << QString::fromLatin1(word) << end;
    };
    row(CallState::Queued, "queued", false);
    row(CallState::Initiated, "initiated", false);
    row(CallState::Ringing, "ringing", false);
    row(CallState::InProgress, "in-progress", false);
    row(CallState::Completed, "completed", true);
    row(CallState::Busy, "busy", true);
    row(CallState::NoAnswer, "no-answer", true);
    row(CallState::Failed, "failed", true);
    row(CallState::Canceled, "canceled", true);
}

void TestCallState::wordsAreTheCarriers()
{
    QFETCH(int, state);
    QFETCH(QString, word);
    QFETCH(bool, end);
    QCOMPARE(toWord(static_cast<CallState>(state)), word);
    QCOMPARE(static_cast<int>(callStateFromWord(word).value()), state);
    QCOMPARE(isTerminal(static_cast<CallState>(state)), end);
}

void TestCallState::anUnknownWordIsNone()
{
    for (const char *word : {"", "Queued", "in progress", "cancelled", "answered", "queued "})
        QVERIFY2(!callStateFromWord(QString::fromLatin1(word)), word);
}

DIALDESK_TEST(TestCallState)
#include "tst_call_state.moc"
