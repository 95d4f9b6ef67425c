#include "tests/support/test_program.h"
#include "ui/models/recent_numbers.h"

#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>

using ui::models::RecentNumbers;

/// The numbers dialed last.
class TestRecentNumbers : public QObject
{
    Q_OBJECT
private slots:
    void theNewestStandsFirstOnce()
    {
        QTemporaryDir directory;
        QSettings settings(directory.filePath("s.ini"), QSettings::IniFormat);
        RecentNumbers recent(settings);
        QSignalSpy changed(&recent, &RecentNumbers::changed);
        for (const char *number : {"+14155550100", "+14155550101", "+14155550100"})
            recent.add(number);
        QCOMPARE(recent.numbers(), QStringList({"+14155550100", "+14155550101"}));
        QCOMPARE(changed.count(), 3);
        for (int i = 0; i < 20; ++i)
            recent.add(QString("+1415555%1").arg(i, 4, 10, QLatin1Char('0')));
        QCOMPARE(recent.numbers().size(), 10);
        QCOMPARE(recent.numbers().first(), QString("+14155550019"));
    }

    void theyAreRememberedAndForgotten()
    {
        QTemporaryDir directory;
        QSettings settings(directory.filePath("s.ini"), QSettings::IniFormat);
        RecentNumbers(settings).add("+14155550100");
        RecentNumbers later(settings);
        QCOMPARE(later.numbers(), QStringList("+14155550100"));
        later.clear();
        QCOMPARE(RecentNumbers(settings).numbers(), QStringList());
    }
};

DIALDESK_TEST(TestRecentNumbers)
#include "tst_recent_numbers.moc"
