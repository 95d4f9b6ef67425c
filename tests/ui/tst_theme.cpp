#include "tests/support/test_program.h"
#include "ui/theme.h"

#include <QSignalSpy>

using namespace ui;

/// The colours: every pair that carries words reaches WCAG AA.
class TestTheme : public QObject
{
    Q_OBJECT
private slots:
    void contrastOfKnownPairs()
    {
        QCOMPARE(contrastRatio(Qt::black, Qt::white), 21.0);
        QCOMPARE(contrastRatio(Qt::red, Qt::red), 1.0);
        // From the WCAG 2 examples: #777777 on white just misses AA.
        QVERIFY(std::abs(contrastRatio(QColor("#777777"), Qt::white) - 4.48) < 0.01);
    }

    void wordsReachAa_data()
    {
        QTest::addColumn<QColor>("ink");
        QTest::addColumn<QColor>("paper");
        for (const Tokens *t : {&lightTokens(), &darkTokens()}) {
            const auto row = [t](const char *name, const QColor &ink, const QColor &paper) {
                QTest::newRow(qPrintable(QString("%1 %2").arg(t->dark ? "dark" : "light", name))) << ink << paper;
            };
            row("text on background", t->text, t->background);
            row("text on panel", t->text, t->panel);
            row("text on bubble", t->text, t->accentSoft);
            row("muted on background", t->muted, t->background);
            row("muted on panel", t->muted, t->panel);
            row("muted on bubble", t->muted, t->accentSoft);
            row("accent on panel", t->accent, t->panel);
            row("accent on soft", t->accent, t->accentSoft);
            row("live on panel", t->live, t->panel);
            row("live on soft", t->live, t->liveSoft);
            row("live on bubble", t->live, t->accentSoft);
            row("warn on panel", t->warn, t->panel);
            row("warn on soft", t->warn, t->warnSoft);
            row("warn on bubble", t->warn, t->accentSoft);
            row("bad on panel", t->bad, t->panel);
            row("bad on soft", t->bad, t->badSoft);
            row("bad on bubble", t->bad, t->accentSoft);
            row("production on soft", t->production, t->productionSoft);
            row("production on selection", t->production, t->accentSoft);
            row("button: local", t->onAccent, t->accent);
            row("button: dial", t->onAccent, t->live);
            row("button: hang up", t->onAccent, t->bad);
            row("button: production", t->onAccent, t->production);
        }
    }

    void wordsReachAa()
    {
        QFETCH(QColor, ink);
        QFETCH(QColor, paper);
        const double ratio = contrastRatio(ink, paper);
        QVERIFY2(ratio >= 4.5, qPrintable(QString::number(ratio)));
    }

    void anAppearanceChosenHereStays()
    {
        Theme theme;
        theme.setAppearance(Theme::Appearance::Light);
        QSignalSpy changed(&theme, &Theme::changed);
        theme.setAppearance(Theme::Appearance::Dark);
        QCOMPARE(changed.count(), 1);
        QVERIFY(theme.tokens().dark);
        QCOMPARE(theme.palette().color(QPalette::Window), darkTokens().background);
        theme.setAppearance(Theme::Appearance::Dark);
        QCOMPARE(changed.count(), 1);
    }

    void theSystemsPaletteIsFollowed()
    {
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
        QSKIP("the colour scheme of the platform decides from Qt 6.5 on");
#endif
        Theme theme;
        theme.setAppearance(Theme::Appearance::System);
        QPalette dark;
        dark.setColor(QPalette::Window, Qt::black);
        dark.setColor(QPalette::WindowText, Qt::white);
        QSignalSpy changed(&theme, &Theme::changed);
        QGuiApplication::setPalette(dark);
        QTRY_COMPARE(changed.count(), 1);
        QVERIFY(theme.tokens().dark);
    }

    void noPlaceholderIsLeftInTheSheet()
    {
        Theme theme;
        static const QRegularExpression kPlaceholder("\\{[A-Za-z]+\\}");
        const auto match = kPlaceholder.match(theme.styleSheet());
        QVERIFY2(!match.hasMatch(), qPrintable(match.captured()));
    }
};

DIALDESK_TEST(TestTheme)
#include "tst_theme.moc"
