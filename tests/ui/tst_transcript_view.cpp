#include "tests/support/test_program.h"
#include "ui/models/transcript_model.h"
#include "ui/theme.h"
#include "ui/widgets/transcript_delegate.h"
#include "ui/widgets/transcript_view.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>

using namespace engine::records;
using engine::CallSid;

/// The conversation on the screen: it follows its end, and lets the reader be.
class TestTranscriptView : public QObject
{
    Q_OBJECT

    /// A conversation and the view of it, on the screen.
    struct Shown
    {
        ui::Theme theme;
        ui::models::TranscriptModel model;
        ui::widgets::TranscriptView view{theme};

        explicit Shown(const QSize &size)
        {
            view.resize(size);
            view.setTranscript(&model);
            view.show();
        }
    };

    static void fill(ui::models::TranscriptModel &model, int turns)
    {
        for (int i = 0; i < turns; ++i) {
            model.apply(CalleeSaid{CallSid("CA1"), i, QString("Question number %1, if you please?").arg(i), true, {}});
            AgentTurn turn;
            turn.turn = i;
            turn.heard =
                QString("This is answer %1, and it has enough words in it to fill more than one line of the bubble.")
                    .arg(i);
            model.apply(turn);
        }
    }

private slots:
    void followsTheEndUntilScrolledUp()
    {
        Shown shown({500, 400});
        auto &[theme, model, view] = shown;
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        auto *bar = view.verticalScrollBar();
        auto *newest = view.findChild<QPushButton *>("newestButton");
        fill(model, 20);
        QTRY_VERIFY(bar->maximum() > 1000);
        QTRY_COMPARE(bar->value(), bar->maximum());
        QVERIFY(!newest->isVisible());

        bar->triggerAction(QAbstractSlider::SliderPageStepSub);
        const int readingAt = bar->value();
        QVERIFY(readingAt < bar->maximum());
        const int maximum = bar->maximum();
        fill(model, 5);
        QTRY_VERIFY(bar->maximum() > maximum);
        QCOMPARE(bar->value(), readingAt);
        QVERIFY(newest->isVisible());

        QTest::mouseClick(newest, Qt::LeftButton);
        QCOMPARE(bar->value(), bar->maximum());
        QVERIFY(!newest->isVisible());
        fill(model, 5);
        QTRY_COMPARE(bar->value(), bar->maximum());
    }

    void linesAreSelectedAndCopied()
    {
        ui::Theme theme;
        ui::widgets::TranscriptView view(theme);
        ui::models::TranscriptModel model;
        view.setTranscript(&model);
        fill(model, 2);
        view.selectAll();
        QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), model.plainText());
        view.selectionModel()->select(model.index(0), QItemSelectionModel::ClearAndSelect);
        view.copySelected();
        QVERIFY(QGuiApplication::clipboard()->text().endsWith("Callee: Question number 0, if you please?"));
    }

    void wordsOfOneLineAreSelectedWithTheMouse()
    {
        Shown shown({600, 400});
        auto &[theme, model, view] = shown;
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        fill(model, 1);
        const QRect line = view.visualRect(model.index(0));
        // From the left border of the bubble's words to far beyond their end.
        const QPoint from = line.topLeft() + QPoint(36, 24);
        QTest::mousePress(view.viewport(), Qt::LeftButton, {}, from);
        QTest::mouseMove(view.viewport(), from + QPoint(500, 0));
        QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, from + QPoint(500, 0));
        view.copySelected();
        const QString copied = QGuiApplication::clipboard()->text();
        QVERIFY2(QString("Question number 0, if you please?").endsWith(copied) && copied.size() > 20,
                 qPrintable(copied));
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, line.bottomRight() - QPoint(5, 5));
        view.selectAll();
        view.copySelected();
        QCOMPARE(QGuiApplication::clipboard()->text(), model.plainText());
    }

    void theKeyboardComesToTheNewestLine()
    {
        Shown shown({600, 400});
        auto &[theme, model, view] = shown;
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        fill(model, 2);
        QVERIFY(view.selectionModel()->selectedIndexes().isEmpty());
        view.clearFocus();
        view.setFocus(Qt::TabFocusReason);
        QTRY_COMPARE(view.currentIndex().row(), 3);
        QVERIFY(view.selectionModel()->isSelected(model.index(3)));
        QTest::keyClick(&view, Qt::Key_Up);
        QCOMPARE(view.currentIndex().row(), 2);
    }

    void rightToLeftWordsBeginAtTheRight()
    {
        ui::Theme theme;
        ui::widgets::TranscriptDelegate delegate(theme);
        ui::models::TranscriptModel model;
        const QString words = QString::fromUtf8("שלום, מדבר דני");
        model.apply(CalleeSaid{CallSid("CA1"), 1, words, true, {}});
        QStyleOptionViewItem option;
        option.rect = {0, 0, 400, delegate.sizeHint({}, model.index(0)).height()};
        const auto characterAt = [&](int x) {
            return delegate.characterAt(option, model.index(0), {x, 26}, true);
        };
        QCOMPARE(characterAt(399), 0);
        QCOMPARE(characterAt(0), words.size());
    }

    void foundLinesAreWalkedThrough()
    {
        Shown shown({500, 400});
        auto &[theme, model, view] = shown;
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        fill(model, 12);
        QSignalSpy found(&view, &ui::widgets::TranscriptView::found);
        const auto last = [&found] { return std::pair(found.last().at(0).toInt(), found.last().at(1).toInt()); };
        view.setSearch("NUMBER 1");        // 1, 10 and 11
        QCOMPARE(last(), std::pair(2, 3)); // the newest
        QCOMPARE(view.currentIndex().row(), 22);
        view.showFound(1);
        QCOMPARE(last(), std::pair(0, 3));
        QCOMPARE(view.currentIndex().row(), 2);
        view.showFound(-1);
        view.showFound(-1);
        QCOMPARE(view.currentIndex().row(), 20);
        model.apply(CalleeSaid{CallSid("CA1"), 13, "Question number 1 again", true, {}});
        QTRY_COMPARE(last(), std::pair(1, 4));
        QCOMPARE(view.currentIndex().row(), 20);
        view.setSearch("");
        QCOMPARE(last(), std::pair(-1, 0));
    }

    void aWordThatNeedsNoNewLineMovesNothing()
    {
        Shown shown({700, 400});
        auto &[theme, model, view] = shown;
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        fill(model, 3);
        model.apply(CalleeSaid{CallSid("CA1"), 4, "One", false, {}});
        view.grab();
        const int height = view.visualRect(model.index(6)).height();
        model.apply(CalleeSaid{CallSid("CA1"), 4, "One more", false, {}});
        QCOMPARE(view.visualRect(model.index(6)).height(), height);
        model.apply(CalleeSaid{CallSid("CA1"), 4, QString("One more word ").repeated(20), false, {}});
        QTRY_VERIFY(view.visualRect(model.index(6)).height() > height + 20);
    }

    void tenThousandLinesStayUsable()
    {
        ui::Theme theme;
        ui::widgets::TranscriptView view(theme);
        ui::models::TranscriptModel model;
        fill(model, 5'000);
        view.resize(700, 600);
        view.setTranscript(&model);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QTRY_COMPARE(view.verticalScrollBar()->value(), view.verticalScrollBar()->maximum());
        QElapsedTimer timer;
        timer.start();
        model.apply(CalleeSaid{CallSid("CA1"), 1, "One more", false, {}});
        view.grab();
        qInfo("one more line below ten thousand, laid out and painted: %lld ms", timer.elapsed());
        QVERIFY(timer.elapsed() < 1'000);
        timer.start();
        for (const char *words : {"One more word", "One more word and", "One more word and another"}) {
            model.apply(CalleeSaid{CallSid("CA1"), 1, words, false, {}});
            view.grab();
        }
        qInfo("three more words in the last line: %lld ms", timer.elapsed());
        timer.start();
        view.setSearch("number 4999,");
        view.grab();
        qInfo("found and shown: %lld ms", timer.elapsed());
        QCOMPARE(view.currentIndex().row(), 9'998);
    }
};

DIALDESK_TEST(TestTranscriptView)
#include "tst_transcript_view.moc"
