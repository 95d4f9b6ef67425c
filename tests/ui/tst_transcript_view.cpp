#include "tests/support/test_program.h"
#include "ui/models/transcript_model.h"
#include "ui/theme.h"
#include "ui/widgets/transcript_view.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QPushButton>
#include <QScrollBar>

using namespace engine::records;
using engine::CallSid;

/// The conversation on the screen: it follows its end, and lets the reader be.
class TestTranscriptView : public QObject
{
    Q_OBJECT

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
        ui::Theme theme;
        ui::widgets::TranscriptView view(theme);
        ui::models::TranscriptModel model;
        view.resize(500, 400);
        view.setTranscript(&model);
        view.show();
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
    }
};

DIALDESK_TEST(TestTranscriptView)
#include "tst_transcript_view.moc"
