#include "engine/turns/backchannel.h"
#include "tests/support/test_program.h"


using namespace Qt::StringLiterals;
using engine::turns::Backchannels;

class TestBackchannel : public QObject
{
    Q_OBJECT
private slots:
    void listenersWordsAreBackchannels_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text :
             {"mhm", "Mhm.", "Uh-huh", "mm-hmm, right", "Okay.", "OK", "yes", "Yes, yes.", "Yeah right", "I see.",
              "Got it, thanks", "That\u2019s right.", "all right", "um", "Hello?"})
            QTest::newRow(text) << QString::fromUtf8(text);
    }
    void listenersWordsAreBackchannels()
    {
        QFETCH(QString, text);
        QVERIFY(Backchannels(u"en-US"_s).isOnly(text));
    }

    void otherWordsWantTheTurn_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"", "...", "no", "wait", "yes but", "I", "see", "right now", "okay I want", "stop"})
            QTest::newRow(*text ? text : "nothing") << QString::fromUtf8(text);
    }
    void otherWordsWantTheTurn()
    {
        QFETCH(QString, text);
        QVERIFY(!Backchannels(u"en"_s).isOnly(text));
    }

    void languagesWithoutAListKnowSounds()
    {
        const Backchannels finnish(u"fi"_s);
        QVERIFY(finnish.isOnly(u"mhm, okay"));
        QVERIFY(!finnish.isOnly(u"right"));
    }
};

DIALDESK_TEST(TestBackchannel)
#include "tst_backchannel.moc"
