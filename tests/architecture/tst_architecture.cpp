#include "tests/support/test_program.h"

#include <QDirIterator>
#include <QFile>
#include <QHash>
#include <QRegularExpression>
#include <QSet>

/// Reads every #include of the program and fails on an arrow the architecture does not have.
class TestArchitecture : public QObject
{
    Q_OBJECT

private slots:
    void includesFollowTheArrows_data();
    void includesFollowTheArrows();
    void engineKnowsNoWindows();
    void sourcesIncludeTheirOwnHeaderFirst();

private:
    struct Include
    {
        QString path;
        bool ours = false;
    };
    static QStringList filesUnder(const QString &folder);
    static QList<Include> includesOf(const QString &file);
    static QString roomOf(const QString &path);
};

namespace {

const QString kRoot = QStringLiteral(DIALDESK_SOURCE_DIR);

/// Which of our folders each folder may include, besides itself and engine/base. "engine" is the facade: files right in engine/.
const QHash<QString, QStringList> &allowed()
{
    static const QHash<QString, QStringList> table = {
        {"engine/base", {}},
        {"engine/config", {}},
        {"engine/audio", {}},
        {"engine/pipeline", {"engine/audio"}},
        {"engine/turns", {"engine/audio", "engine/pipeline"}},
        {"engine/net", {}},
        {"engine/server", {}},
        {"engine/speech", {"engine/audio", "engine/pipeline", "engine/net"}},
        {"engine/dialogue", {"engine/pipeline", "engine/net"}},
        {"engine/telephony", {"engine/audio", "engine/pipeline"}},
        {"engine/twilio", {"engine/telephony", "engine/pipeline", "engine/audio", "engine/net", "engine/server"}},
        {"engine/records", {}},
        {"engine/recording", {"engine/audio"}},
        {"engine/calls",
         {"engine/telephony", "engine/pipeline", "engine/turns", "engine/speech", "engine/dialogue", "engine/records", "engine/config",
          "engine/recording", "engine/audio"}},
        {"engine/checks",
         {"engine/config", "engine/net", "engine/twilio", "engine/telephony", "engine/speech", "engine/dialogue"}},
        {"engine/practice", {"engine/audio", "engine/net", "engine/server", "engine/twilio"}},
        {"engine",
         {"engine/config", "engine/audio", "engine/pipeline", "engine/turns", "engine/net", "engine/server", "engine/speech", "engine/dialogue",
          "engine/telephony", "engine/twilio", "engine/records", "engine/recording", "engine/calls", "engine/checks"}},
        {"ui/format", {"engine/records", "engine/calls/call_state.h", "engine/checks/check.h"}},
        {"ui/models",
         {"engine/engine.h", "engine/call_history.h", "engine/config", "engine/dialogue/prompt_template.h", "engine/records", "engine/calls/call_state.h",
          "engine/speech/voice.h", "ui/format"}},
        {"ui/widgets", {"engine/audio/wav.h", "ui/models", "ui/format", "ui/theme.h"}},
        {"ui/pages", {"engine/engine.h", "engine/records", "ui/widgets", "ui/models", "ui/format", "ui/theme.h"}},
        {"ui", {"ui/pages", "ui/widgets", "ui/models", "ui/format", "engine/engine.h", "engine/records", "engine/config"}},
        {"app",
         {"engine", "engine/config", "engine/net", "engine/practice", "engine/records", "engine/server", "engine/calls"}},
        {"app/desktop", {"app", "ui", "ui/models", "engine", "engine/config", "engine/records"}},
        {"app/headless", {"app"}},
        {"app/practice", {"app", "engine/practice"}},
    };
    return table;
}

} // namespace

QStringList TestArchitecture::filesUnder(const QString &folder)
{
    QStringList files;
    QDirIterator it(kRoot + u'/' + folder, {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext())
        files.append(it.next().mid(kRoot.size() + 1));
    return files;
}

QList<TestArchitecture::Include> TestArchitecture::includesOf(const QString &file)
{
    static const QRegularExpression kInclude("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]", QRegularExpression::MultilineOption);
    QFile source(kRoot + u'/' + file);
    if (!source.open(QIODevice::ReadOnly))
        return {};
    QList<Include> includes;
    auto matches = kInclude.globalMatch(QString::fromUtf8(source.readAll()));
    while (matches.hasNext()) {
        const auto match = matches.next();
        includes.append({match.captured(2), match.captured(1) == u"\""});
    }
    return includes;
}

/// The folder a path counts to: vendors' subfolders to the folder above, e.g. engine/speech/deepgram to engine/speech.
QString TestArchitecture::roomOf(const QString &path)
{
    const QStringList parts = path.split(u'/');
    if (parts.size() <= 2)
        return parts.first();
    return parts[0] + u'/' + parts[1];
}

void TestArchitecture::includesFollowTheArrows_data()
{
    QTest::addColumn<QString>("file");
    const QStringList files = filesUnder("engine") + filesUnder("ui") + filesUnder("app");
    QVERIFY(files.size() > 20);
    for (const QString &file : files)
        QTest::newRow(qPrintable(file)) << file;
}

void TestArchitecture::includesFollowTheArrows()
{
    QFETCH(QString, file);
    const QString room = roomOf(file);
    QVERIFY2(allowed().contains(room), qPrintable("the table does not know the folder " + room));
    for (const Include &include : includesOf(file)) {
        if (!include.ours || include.path.endsWith(".moc"))
            continue;
        QVERIFY2(QFile::exists(kRoot + u'/' + include.path) || !include.path.contains(u'/') || include.path.startsWith("ui_"),
                 qPrintable(include.path + " is not written from the root"));
        const QString to = roomOf(include.path);
        const bool fine = to == room || to == u"engine/base" || allowed()[room].contains(to) || allowed()[room].contains(include.path);
        QVERIFY2(fine, qPrintable(room + " may not include " + include.path));
    }
}

void TestArchitecture::engineKnowsNoWindows()
{
    static const QRegularExpression kGui("^(QtWidgets|QtGui|QWidget|QApplication|QGuiApplication|QPainter|QPixmap|QImage|QIcon|QColor|QFont)\\b");
    for (const QString &file : filesUnder("engine") + filesUnder("app/headless") + filesUnder("app/practice"))
        for (const Include &include : includesOf(file))
            QVERIFY2(!kGui.match(include.path).hasMatch(), qPrintable(file + " includes " + include.path));
}

void TestArchitecture::sourcesIncludeTheirOwnHeaderFirst()
{
    for (const QString &file : filesUnder("engine") + filesUnder("ui")) {
        if (!file.endsWith(".cpp") || !QFile::exists(kRoot + u'/' + file.chopped(3) + "h"))
            continue;
        const auto includes = includesOf(file);
        QVERIFY2(!includes.isEmpty() && includes.first().path == file.chopped(3) + "h", qPrintable(file));
    }
}

DIALDESK_TEST(TestArchitecture)
#include "tst_architecture.moc"
