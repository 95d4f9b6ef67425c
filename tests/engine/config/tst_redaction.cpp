#include "engine/config/redaction.h"
#include "engine/config/secret_store.h"
#include "tests/support/test_program.h"

using namespace engine;
using namespace engine::config;

class TestRedaction : public QObject
{
    Q_OBJECT

private slots:
    void everySecretIsTakenOut()
    {
        // Every setting that is a secret, through the loader: one that is added later must be redacted, too.
        Sources sources;
        const QStringList names = secretNames();
        QString text = "vendor:";
        for (const QString &name : names) {
            const QString value = "recognisable-" + name.toLower();
            sources.fileValues.insert(name, value);
            text += ' ' + value + ",";
        }
        sources.fileValues.insert("TWILIO_API_KEY_SID", "SK1");
        const auto config = load(sources);
        QVERIFY(config);
        const QString redacted = Redaction(*config).of(text);
        QVERIFY2(!redacted.contains("recognisable"), qPrintable(redacted));
        QCOMPARE(redacted.count("***"), names.size());
    }

    void aSecretThatBeginsWithAnotherIsTakenOutWhole()
    {
        Config config;
        config.deepgram.apiKey = Secret("abcdefghij");
        config.gemini.apiKey = Secret("abcdefghij-and-more");
        QCOMPARE(Redaction(config).of(QString("<abcdefghij-and-more>")), QString("<***>"));
    }

    void wordsStay()
    {
        Config config;
        config.deepgram.apiKey = Secret("practice");
        QCOMPARE(Redaction(config).of(QString("the practice line")), QString("the practice line"));
        QCOMPARE(Redaction().of(QString("text")), QString("text"));
    }

    void errorsKeepWhatIsNotText()
    {
        Config config;
        config.openAi.apiKey = Secret("sk-recognisable");
        const Error error{Fault::Vendor, "llm_refused", "Incorrect API key provided: sk-recognisable."};
        QCOMPARE(Redaction(config).of(error),
                 (Error{Fault::Vendor, "llm_refused", "Incorrect API key provided: ***."}));
    }
};

DIALDESK_TEST(TestRedaction)
#include "tst_redaction.moc"
