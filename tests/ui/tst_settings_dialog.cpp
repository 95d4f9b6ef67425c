#include "engine/config/config.h"
#include "tests/support/test_program.h"
#include "tests/support/text_files.h"
#include "ui/models/engine_link.h"
#include "ui/models/settings_model.h"
#include "ui/pages/settings/settings_dialog.h"
#include "ui/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using engine::config::SettingsStore;
using ui::models::SettingsModel;

namespace {

const QByteArray kSecret = "dg-0123456789-very-secret-ab12";

} // namespace

using support::contentOf;
using support::writeFile;

class TestSettingsDialog : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();

    void everySettingHasAField();
    void everythingHasANameForScreenReaders();
    void aChangeIsSavedAndNothingElse();
    void aWrongValueIsSaidBesideItsField();
    void secretsAreNeverShown();
    void aSecretIsReplacedOrClearedOrKept();
    void valuesFromElsewhereAreReadOnly();
    void cancelAsksOnlyAfterAChange();
    void aReadOnlyFileIsSaidAndNothingIsLost();
    void aDeletedFileIsWrittenAnew();
    void theKeyboardAloneSuffices();
    void promptVariablesAreListedAndPreviewed();
    void onlyTheChosenProvidersFieldsAreShown();
    void aNonBreakingSpaceSurvivesEditing();
    void aMegabyteOfPromptStaysFluid();
    void pictures();

private:
    template <typename T>
    T *child(const QString &name) const
    {
        auto *found = m_dialog->findChild<T *>(name);
        if (!found)
            qFatal("the dialog has no %s", qPrintable(name));
        return found;
    }
    QString path(const QString &name = ".env") const { return m_dir->filePath(name); }
    void open(const QByteArray &env, engine::config::Sources fixed = {});
    void type(const QString &setting, const QString &text);
    void press(const QString &button) { QTest::mouseClick(child<QAbstractButton>(button), Qt::LeftButton); }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<ui::Theme> m_theme;
    std::unique_ptr<ui::models::EngineLink> m_link;
    std::unique_ptr<SettingsModel> m_model;
    std::unique_ptr<ui::pages::SettingsDialog> m_dialog;
};

void TestSettingsDialog::initTestCase()
{
    QApplication::setStyle("Fusion");
    QDir().mkpath(DIALDESK_SCREENSHOTS);
}

void TestSettingsDialog::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_theme = std::make_unique<ui::Theme>();
    m_link = std::make_unique<ui::models::EngineLink>();
}

void TestSettingsDialog::cleanup()
{
    m_dialog.reset();
    m_model.reset();
}

void TestSettingsDialog::open(const QByteArray &env, engine::config::Sources fixed)
{
    m_dialog.reset();
    writeFile(path(), env);
    fixed.directory = m_dir->path();
    m_model = std::make_unique<SettingsModel>(SettingsStore(path(), fixed));
    m_dialog = std::make_unique<ui::pages::SettingsDialog>(*m_model, *m_link, *m_theme, nullptr);
    m_dialog->setPalette(m_theme->palette());
    m_dialog->setStyleSheet(m_theme->styleSheet());
    m_dialog->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_dialog.get()));
}

void TestSettingsDialog::type(const QString &setting, const QString &text)
{
    m_dialog->showSetting(setting);
    auto *field = child<QLineEdit>(setting);
    QVERIFY(field->isVisible());
    field->selectAll();
    QTest::keyClicks(field, text);
}

void TestSettingsDialog::everySettingHasAField()
{
    QStringList shown;
    for (const auto &section : ui::pages::settingsSections())
        for (const auto &field : section.fields) {
            QVERIFY2(engine::config::settingNames().contains(field.name), qPrintable(field.name));
            QVERIFY2(!shown.contains(field.name), qPrintable(field.name + " is there twice"));
            QVERIFY2(!field.label.isEmpty() && !field.note.isEmpty(), qPrintable(field.name));
            shown.append(field.name);
        }
    for (const QString &name : engine::config::settingNames())
        QVERIFY2(shown.contains(name),
                 qPrintable(name + " cannot be set in the dialog: setting_fields.cpp has no line for it"));
}

void TestSettingsDialog::everythingHasANameForScreenReaders()
{
    open("DEEPGRAM_API_KEY=" + kSecret + "\n");
    for (QWidget *widget : m_dialog->findChildren<QWidget *>()) {
        auto *button = qobject_cast<QAbstractButton *>(widget);
        const bool input = button || qobject_cast<QLineEdit *>(widget) || qobject_cast<QComboBox *>(widget) ||
                           qobject_cast<QPlainTextEdit *>(widget) || qobject_cast<QAbstractItemView *>(widget);
        const bool inside = qobject_cast<QComboBox *>(widget->parentWidget()) ||
                            qobject_cast<QLineEdit *>(widget->parentWidget()) || widget->inherits("QComboBoxListView");
        if (!input || inside || widget->objectName().startsWith("qt_"))
            continue;
        QVERIFY2(!widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()),
                 qPrintable(widget->objectName() + " has no name"));
    }
}

void TestSettingsDialog::aChangeIsSavedAndNothingElse()
{
    open("# mine\nLANGUAGE=de # here\nOTHER=x\n");
    QSignalSpy saved(m_model.get(), &SettingsModel::saved);
    QVERIFY(!child<QAbstractButton>("saveSettings")->isEnabled());
    type("LANGUAGE", "en-GB");
    m_dialog->showSetting("AGENT_TOOLS");
    QTest::mouseClick(child<QCheckBox>("AGENT_TOOLS"), Qt::LeftButton, {},
                      {8, child<QCheckBox>("AGENT_TOOLS")->height() / 2});
    press("saveSettings");
    QCOMPARE(saved.count(), 1);
    QVERIFY(!m_dialog->isVisible());
    QCOMPARE(contentOf(path()), QByteArray("# mine\nLANGUAGE=en-GB # here\nAGENT_TOOLS=transfer_call\nOTHER=x\n"));
    QCOMPARE(QFile::permissions(path()) & (QFileDevice::ReadGroup | QFileDevice::ReadOther),
             QFileDevice::Permissions());
}

void TestSettingsDialog::aWrongValueIsSaidBesideItsField()
{
    open("PORT=7000\n");
    type("PORT", "lots");
    auto *problem = child<QLabel>("PORTProblem");
    QTRY_VERIFY(problem->isVisible());
    QCOMPARE(problem->text(), u"PORT is \"lots\"; it must be a number from 0 to 65535."_s);
    m_dialog->showSetting("GREETING");
    press("saveSettings");
    QVERIFY(m_dialog->isVisible());
    QVERIFY(child<QLineEdit>("PORT")->hasFocus()); // it turned to what is wrong
    QCOMPARE(contentOf(path()), QByteArray("PORT=7000\n"));
    type("PORT", "7001");
    QTRY_VERIFY(!problem->isVisible());
    press("saveSettings");
    QCOMPARE(contentOf(path()), QByteArray("PORT=7001\n"));
}

void TestSettingsDialog::secretsAreNeverShown()
{
    open("DEEPGRAM_API_KEY=" + kSecret + "\n");
    QCOMPARE(child<QLineEdit>("DEEPGRAM_API_KEY")->text(), u"Set, ends with …ab12"_s);
    for (QWidget *widget : m_dialog->findChildren<QWidget *>())
        for (const char *property :
             {"text", "placeholderText", "toolTip", "accessibleName", "accessibleDescription", "plainText"})
            QVERIFY2(!widget->property(property).toString().contains("very-secret"), qPrintable(widget->objectName()));
}

void TestSettingsDialog::aSecretIsReplacedOrClearedOrKept()
{
    open("DEEPGRAM_API_KEY=" + kSecret + "\nCARTESIA_API_KEY=c\n");
    press("DEEPGRAM_API_KEYReplace");
    auto *field = child<QLineEdit>("DEEPGRAM_API_KEY");
    QVERIFY(field->text().isEmpty() && !field->isReadOnly());
    QCOMPARE(field->echoMode(), QLineEdit::Password);
    QVERIFY(!m_model->isChanged()); // nothing typed, nothing changed
    QTest::keyClicks(field, "typed");
    QVERIFY(m_model->isChanged());
    press("DEEPGRAM_API_KEYKeep");
    QVERIFY(!m_model->isChanged());
    QCOMPARE(field->text(), u"Set, ends with …ab12"_s);
    press("DEEPGRAM_API_KEYReplace");
    QTest::keyClicks(field, " new-key ");
    press("CARTESIA_API_KEYClear");
    press("saveSettings");
    QCOMPARE(contentOf(path()), QByteArray("DEEPGRAM_API_KEY=new-key\nCARTESIA_API_KEY=\n"));
}

void TestSettingsDialog::valuesFromElsewhereAreReadOnly()
{
    engine::config::Sources fixed;
    fixed.environment = {
        {"GREETING", "Good day"}, {"GREETING_MODE", "agent_first"}, {"GOOGLE_API_KEY", "from-the-environment"}};
    fixed.commandLine = {{"PORT", "9000"}};
    open("GREETING=Hi\nPORT=1\n", fixed);
    QCOMPARE(child<QLineEdit>("GREETING")->text(), u"Good day"_s);
    QVERIFY(child<QLineEdit>("GREETING")->isReadOnly());
    QVERIFY(!child<QComboBox>("GREETING_MODE")->isEnabled());
    QVERIFY(child<QLineEdit>("PORT")->isReadOnly());
    QVERIFY(child<QAbstractButton>("GOOGLE_API_KEYReplace")->isHidden());
    QCOMPARE(child<QLabel>("GREETINGLocked")->text(),
             u"Comes from the environment variable GREETING, which wins over the file."_s);
    QCOMPARE(child<QLabel>("PORTLocked")->text(), u"Given on the command line, which wins over the file."_s);
    QVERIFY(child<QLabel>("LANGUAGELocked")->isHidden());
}

void TestSettingsDialog::cancelAsksOnlyAfterAChange()
{
    open("LANGUAGE=de\n");
    press("cancelSettings");
    QVERIFY(!m_dialog->isVisible());

    open("LANGUAGE=de\n");
    type("LANGUAGE", "fr");
    QTest::keyClick(m_dialog.get(), Qt::Key_Escape);
    QVERIFY(m_dialog->isVisible());
    auto *box = child<QMessageBox>("discardConfirmation");
    QTRY_VERIFY(box->isVisible());
    for (QAbstractButton *button : box->buttons())
        if (box->buttonRole(button) == QMessageBox::DestructiveRole)
            QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(!m_dialog->isVisible());
    QCOMPARE(contentOf(path()), QByteArray("LANGUAGE=de\n"));
}

void TestSettingsDialog::aReadOnlyFileIsSaidAndNothingIsLost()
{
    open("LANGUAGE=de\n");
    type("LANGUAGE", "fr");
    QVERIFY(QFile::setPermissions(path(), QFileDevice::ReadOwner));
    press("saveSettings");
    auto *trouble = child<QLabel>("settingsTrouble");
    QVERIFY(m_dialog->isVisible() && trouble->isVisible());
    QVERIFY2(trouble->text().contains("read-only"), qPrintable(trouble->text()));
    QCOMPARE(child<QLineEdit>("LANGUAGE")->text(), u"fr"_s);
    QVERIFY(QFile::setPermissions(path(), QFileDevice::ReadOwner | QFileDevice::WriteOwner));
    press("saveSettings");
    QCOMPARE(contentOf(path()), QByteArray("LANGUAGE=fr\n"));
}

void TestSettingsDialog::aDeletedFileIsWrittenAnew()
{
    open("# mine\nLANGUAGE=de\nDEEPGRAM_API_KEY=k\n");
    type("LANGUAGE", "fr");
    QVERIFY(QFile::remove(path()));
    press("saveSettings");
    QCOMPARE(contentOf(path()), QByteArray("# mine\nLANGUAGE=fr\nDEEPGRAM_API_KEY=k\n"));
}

void TestSettingsDialog::theKeyboardAloneSuffices()
{
    open("");
    auto *sections = child<QListWidget>("settingsSections");
    QTRY_VERIFY(sections->hasFocus());
    for (int i = 0; i < 4; ++i)
        QTest::keyClick(sections, Qt::Key_Down);
    QTRY_VERIFY(child<QWidget>("serverSection")->isVisible());
    QTest::keyClick(sections, Qt::Key_Tab);
    QVERIFY(child<QLineEdit>("LOCAL_SERVER_URL")->hasFocus());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    QTest::keyClicks(QApplication::focusWidget(), "7123");
    QTest::keyClick(m_dialog.get(), Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(!m_dialog->isVisible());
    QCOMPARE(contentOf(path()), QByteArray("PORT=7123\n"));
}

void TestSettingsDialog::promptVariablesAreListedAndPreviewed()
{
    open("SYSTEM_PROMPT='Call {{customer_name}} about {{due_date}}.'\n");
    m_dialog->showSetting("SYSTEM_PROMPT");
    QCOMPARE(child<QLabel>("promptVariables")->text(), u"Variables: customer_name, due_date"_s);
    auto *edit = child<QPlainTextEdit>("SYSTEM_PROMPT");
    QVERIFY(edit->hasFocus());
    edit->moveCursor(QTextCursor::End);
    QTest::keyClicks(edit, " Ask {{who}}.");
    QTRY_COMPARE(child<QLabel>("promptVariables")->text(), u"Variables: customer_name, due_date, who"_s);
    press("promptPreviewButton");
    QCOMPARE(child<QPlainTextEdit>("promptPreview")->toPlainText(), u"Call Robin about [due date]. Ask [who]."_s);
    QVERIFY(!edit->isVisible());
    press("promptPreviewButton");
    QTest::keyClicks(edit, "!");
    press("saveSettings"); // at once: what was typed last is saved too
    QCOMPARE(contentOf(path()),
             QByteArray("SYSTEM_PROMPT='Call {{customer_name}} about {{due_date}}. Ask {{who}}.!'\n"));
}

void TestSettingsDialog::onlyTheChosenProvidersFieldsAreShown()
{
    open("OPENAI_BASE_URL=http://127.0.0.1:11434/v1\n");
    m_dialog->showSetting("LLM_PROVIDER");
    QVERIFY(child<QWidget>("GOOGLE_MODELRow")->isVisible());
    QVERIFY(!child<QWidget>("OPENAI_MODELRow")->isVisible());
    QTest::keyClick(child<QComboBox>("LLM_PROVIDER"), Qt::Key_Down);
    QVERIFY(!child<QWidget>("GOOGLE_MODELRow")->isVisible());
    QVERIFY(child<QWidget>("OPENAI_MODELRow")->isVisible());
    type("OPENAI_BASE_URL", "nowhere");
    QTRY_VERIFY(child<QLabel>("OPENAI_BASE_URLProblem")->isVisible());
    QTest::keyClick(child<QComboBox>("LLM_PROVIDER"), Qt::Key_Up);
    QVERIFY(!child<QWidget>("OPENAI_MODELRow")->isVisible());
    QVERIFY(child<QWidget>("OPENAI_BASE_URLRow")->isVisible()); // what is wrong is not hidden
}

void TestSettingsDialog::aNonBreakingSpaceSurvivesEditing()
{
    open(u"SYSTEM_PROMPT='5\u00a0Euro'\n"_s.toUtf8());
    m_dialog->showSetting("SYSTEM_PROMPT");
    QTest::keyClick(child<QPlainTextEdit>("SYSTEM_PROMPT"), Qt::Key_X);
    press("saveSettings");
    QCOMPARE(contentOf(path()), u"SYSTEM_PROMPT='x5\u00a0Euro'\n"_s.toUtf8());
}

void TestSettingsDialog::aMegabyteOfPromptStaysFluid()
{
    QByteArray prompt;
    while (prompt.size() < 1024 * 1024)
        prompt += "You speak for {{company}} and are friendly, whatever happens on the line and whoever answers it.\n";
    open("SYSTEM_PROMPT='" + prompt + "'\n");
    m_dialog->showSetting("SYSTEM_PROMPT");
    auto *edit = child<QPlainTextEdit>("SYSTEM_PROMPT");
    QApplication::processEvents();
    QElapsedTimer time;
    time.start();
    constexpr int kKeys = 50;
    for (int i = 0; i < kKeys; ++i) {
        QTest::keyClick(edit, Qt::Key_X);
        QApplication::processEvents();
    }
    qInfo("%.1f ms a key", double(time.elapsed()) / kKeys);
    press("saveSettings");
    QVERIFY(contentOf(path()) == "SYSTEM_PROMPT='" + QByteArray(kKeys, 'x') + prompt + "'\n");
}

void TestSettingsDialog::pictures()
{
    engine::config::Sources fixed;
    fixed.environment = {{"TWILIO_FROM_NUMBER", "+14155550199"}};
    open("TWILIO_ACCOUNT_SID=AC0123456789abcdef0123456789abcdef\nTWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef\n"
         "DEEPGRAM_API_KEY=" +
             kSecret +
             "\nSYSTEM_PROMPT='You are Ava, the assistant of Bright Dental.\n\nYou call {{customer_name}} "
             "about the appointment on {{appointment_date}}. Be brief and friendly; offer another day when this one "
             "does not suit.\n'\n"
             "GREETING='Hello {{customer_name}}, this is Ava of Bright Dental. Is this a good time to "
             "talk?'\nAGENT_TOOLS=transfer_call\n",
         fixed);
    type("PORT", "lots");
    QTRY_VERIFY(child<QLabel>("PORTProblem")->isVisible());
    emit m_link->voicesListed(QList<engine::speech::Voice>{
        {"71a7ad14-091c-4e8e-a314-022ece01c121", "British Reading Lady", "Calm narrator", "en-GB", "feminine"},
        {"f786b574-daa5-4673-aa0c-cbe3e8534c02", "Katie", "Friendly fixer", "en-US", "feminine"},
        {"a5136bf9-224c-4d76-b823-52bd5efcffcc", "Jameson", "Easygoing support", "en-US", "masculine"}});
    emit m_link->keyChecked("DEEPGRAM_API_KEY", engine::net::CheckNote{"Deepgram accepts the key.", false});
    emit m_link->keyChecked(
        "TWILIO_AUTH_TOKEN",
        engine::failure(engine::Fault::Settings, "refused", "Twilio refused the account SID or the token (20003)."));
    auto *sections = child<QListWidget>("settingsSections");
    for (const auto &[appearance, word] :
         {std::pair(ui::Theme::Appearance::Light, "light"), {ui::Theme::Appearance::Dark, "dark"}}) {
        m_theme->setAppearance(appearance);
        m_dialog->setPalette(m_theme->palette());
        m_dialog->setStyleSheet(m_theme->styleSheet());
        for (int row = 0; row < sections->count(); ++row) {
            sections->setCurrentRow(row);
            QApplication::processEvents();
            QVERIFY(m_dialog->grab().save(QString("%1/settings_%2_%3.png")
                                              .arg(DIALDESK_SCREENSHOTS, ui::pages::settingsSections()[row].id, word)));
        }
    }
}

DIALDESK_TEST(TestSettingsDialog)
#include "tst_settings_dialog.moc"
