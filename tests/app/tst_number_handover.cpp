#include "app/number_handover.h"
#include "tests/support/test_program.h"

#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QThread>

#include <memory>

using app::NumberHandover;

/// A number goes to the console that is open already.
class TestNumberHandover : public QObject
{
    Q_OBJECT

    QTemporaryDir m_directory;
    QString path() const { return m_directory.filePath("socket"); }

    /// Gives from a thread of its own, as another process would. @return whether it was taken
    bool give(const QString &number)
    {
        bool taken = false;
        std::unique_ptr<QThread> other(QThread::create([&] { taken = NumberHandover(path()).give(number); }));
        other->start();
        return QTest::qWaitFor([&other] { return other->isFinished(); }) && taken;
    }

private slots:
    void nobodyIsThere() { QVERIFY(!NumberHandover(path()).give("+14155550100")); }

    void theOpenConsoleTakesIt()
    {
        NumberHandover console(path());
        console.listen();
        QSignalSpy received(&console, &NumberHandover::received);
        QVERIFY(give("tel:+1-415-555-0100"));
        QTRY_COMPARE(received.count(), 1);
        QCOMPARE(received[0][0].toString(), QString("tel:+1-415-555-0100"));
        QVERIFY(give("two\nlines")); // an argument may hold anything
        QTRY_COMPARE(received.count(), 2);
        QCOMPARE(received[1][0].toString(), QString("twolines"));
    }

    void aSocketLeftBehindIsNoConsole()
    {
        QFile left(path());
        QVERIFY(left.open(QIODevice::WriteOnly));
        left.close();
        QVERIFY(!NumberHandover(path()).give("+14155550100"));
        NumberHandover console(path());
        console.listen();
        QSignalSpy received(&console, &NumberHandover::received);
        QVERIFY(give("+14155550100"));
        QTRY_COMPARE(received.count(), 1);
    }

    void whoSaysNothingIsLetGo()
    {
        NumberHandover console(path());
        console.listen();
        QSignalSpy received(&console, &NumberHandover::received);
        QLocalSocket silent;
        silent.connectToServer(path());
        QTRY_COMPARE(silent.state(), QLocalSocket::ConnectedState);
        silent.write("no end of line");
        QTRY_COMPARE(silent.state(), QLocalSocket::UnconnectedState);
        QCOMPARE(received.count(), 0);
    }
};

DIALDESK_TEST(TestNumberHandover)
#include "tst_number_handover.moc"
