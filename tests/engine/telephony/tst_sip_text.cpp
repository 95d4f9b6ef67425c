#include "engine/telephony/sip_text.h"
#include "tests/support/test_program.h"

/// The carrier's codes in words.
class TestSipText : public QObject
{
    Q_OBJECT
private slots:
    void namesAreThoseOfTheStandard()
    {
        QCOMPARE(engine::telephony::sipText(486), QString("486 Busy Here"));
        QCOMPARE(engine::telephony::sipText(404), QString("404 Not Found"));
        QCOMPARE(engine::telephony::sipText(699), QString("699"));
    }
};

DIALDESK_TEST(TestSipText)
#include "tst_sip_text.moc"
