#include "engine/audio/wav.h"
#include "tests/support/test_program.h"
#include "tests/ui/fake_sound_output.h"
#include "ui/models/transcript_model.h"
#include "ui/theme.h"
#include "ui/widgets/recording_bar.h"
#include "ui/widgets/transcript_view.h"

#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSlider>
#include <QVBoxLayout>

using namespace engine::records;
using namespace std::chrono_literals;
using engine::CallSid;
using ui::models::TranscriptModel;
using ui::widgets::RecordingBar;
using ui::widgets::TranscriptView;

namespace {

QByteArray silence(int seconds)
{
    return engine::audio::encodeWav({engine::audio::WavFormat::Encoding::Mulaw, 2, 8000}, QByteArray(seconds * 16'000, '\xFF'));
}

/// A conversation of so many turns, 10 s each: the callee at 0, 10, ..., the agent's answers 4 s later.
void fill(TranscriptModel &model, int turns)
{
    for (int i = 0; i < turns; ++i) {
        model.apply(CalleeSaid{CallSid("CA1"), i, QString("Question number %1?").arg(i), true, {}, {}, i * 10'000.0});
        AgentTurn turn;
        turn.turn = i;
        turn.heard = QString("This is answer %1, and it has enough words in it to need its own line.").arg(i);
        turn.latency.totalMs = 700;
        turn.recordingMs = i * 10'000.0 + 4'000;
        model.apply(turn);
    }
}

/// A recording and its conversation, side by side as on the call's page.
struct Page
{
    explicit Page(int turns)
    {
        auto made = std::make_unique<support::FakeSoundOutput>();
        output = made.get();
        view = new TranscriptView(theme, &window);
        bar = new RecordingBar(theme, std::move(made), &window);
        auto *layout = new QVBoxLayout(&window);
        layout->addWidget(view, 1);
        layout->addWidget(bar);
        QObject::connect(bar, &RecordingBar::moved, view, &TranscriptView::setMoment);
        QObject::connect(view, &TranscriptView::listenAsked, bar, &RecordingBar::playFrom);
        QObject::connect(view, &TranscriptView::playOrPauseAsked, bar, &RecordingBar::playOrPause);
        fill(model, turns);
        view->setTranscript(&model);
        bar->setRecording(silence(turns * 10), {});
        view->setAudible(bar->isLoaded());
        window.resize(600, 500);
        window.show();
    }
    template <typename T>
    T *child(const char *name) const
    {
        return window.findChild<T *>(name);
    }
    QRect lineAt(int row) const { return view->visualRect(model.index(row)); }

    ui::Theme theme;
    TranscriptModel model;
    QWidget window;
    support::FakeSoundOutput *output = nullptr;
    TranscriptView *view = nullptr;
    RecordingBar *bar = nullptr;
};

} // namespace

/// The recording of a call below its conversation.
class TestRecordingBar : public QObject
{
    Q_OBJECT
private slots:
    void theButtonPlaysAndPauses()
    {
        Page page(2);
        QVERIFY(QTest::qWaitForWindowExposed(&page.window));
        QCOMPARE(page.child<QLabel>("recordingTime")->text(), QString("0:00 / 0:20"));
        auto *play = page.child<QPushButton>("playRecording");
        const QString name = play->accessibleName();
        QTest::mouseClick(play, Qt::LeftButton);
        QCOMPARE(page.output->begunAt, QList<int>{0});
        QVERIFY(play->accessibleName() != name);
        page.output->now = 12'300ms;
        QTRY_COMPARE(page.child<QLabel>("recordingTime")->text(), QString("0:12 / 0:20"));
        QCOMPARE(page.child<QSlider>("recordingPlace")->value(), 12'300);
        QTest::mouseClick(play, Qt::LeftButton);
        QVERIFY(!page.output->isPlaying());
        QCOMPARE(play->accessibleName(), name);
    }

    void theSliderGoesToAnyMoment()
    {
        Page page(6);
        QVERIFY(QTest::qWaitForWindowExposed(&page.window));
        auto *slider = page.child<QSlider>("recordingPlace");
        QTest::mouseClick(slider, Qt::LeftButton, {}, QPoint(slider->width() / 2, slider->height() / 2));
        QVERIFY2(std::abs(slider->value() - 30'000) < 1'000, qPrintable(QString::number(slider->value())));
        QVERIFY(!page.output->isPlaying());
        const int before = slider->value();
        QTest::keyClick(slider, Qt::Key_Right);
        QCOMPARE(slider->value(), before + 5'000);
        QTest::keyClick(slider, Qt::Key_Space);
        QCOMPARE(page.output->begunAt, QList<int>{before + 5'000});
    }

    void aClickOnALinePlaysItsMoment()
    {
        Page page(2);
        QVERIFY(QTest::qWaitForWindowExposed(&page.window));
        const QRect callee = page.lineAt(2);
        QTest::mouseClick(page.view->viewport(), Qt::LeftButton, {}, callee.topLeft() + QPoint(40, callee.height() / 2));
        QCOMPARE(page.output->begunAt, QList<int>{9'750}); // with a little of what comes before
        // Beside the bubble there is nothing to hear, and the time below an answer opens its chart.
        QTest::mouseClick(page.view->viewport(), Qt::LeftButton, {}, callee.topRight() + QPoint(-10, callee.height() / 2));
        const QRect agent = page.lineAt(3);
        QTest::mouseClick(page.view->viewport(), Qt::LeftButton, {}, agent.bottomRight() - QPoint(80, 25));
        QCOMPARE(page.output->begunAt, QList<int>{9'750});
        QVERIFY(page.model.index(3).data(TranscriptModel::OpenRole).toBool());
    }

    void theKeyboardDoesTheSame()
    {
        Page page(2);
        QVERIFY(QTest::qWaitForWindowExposed(&page.window));
        page.view->setFocus();
        page.view->setCurrentIndex(page.model.index(1));
        QTest::keyClick(page.view, Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(page.output->begunAt, QList<int>{3'750});
        QTest::keyClick(page.view, Qt::Key_Space);
        QVERIFY(!page.output->isPlaying());
        QTest::keyClick(page.view, Qt::Key_Return);
        QVERIFY(page.model.index(1).data(TranscriptModel::OpenRole).toBool());
    }

    void theConversationFollows()
    {
        Page page(30);
        QVERIFY(QTest::qWaitForWindowExposed(&page.window));
        auto *bar = page.view->verticalScrollBar();
        QTRY_VERIFY(bar->maximum() > 500);
        page.bar->playFrom(0ms);
        QTRY_VERIFY(page.view->viewport()->rect().contains(page.lineAt(0).center()));
        page.output->now = 204'500ms; // the agent's 21st turn
        QTRY_VERIFY(page.view->viewport()->rect().contains(page.lineAt(41).center()));
        // Whoever scrolls away is left alone, until they ask for a moment again.
        bar->triggerAction(QAbstractSlider::SliderToMinimum);
        page.output->now = 250'500ms;
        QTRY_COMPARE(page.child<QSlider>("recordingPlace")->value(), 250'500);
        QCOMPARE(bar->value(), bar->minimum());
        page.view->setCurrentIndex(page.model.index(3));
        QTest::keyClick(page.view, Qt::Key_Return, Qt::ShiftModifier);
        page.output->now = 250s;
        QTRY_VERIFY(page.view->viewport()->rect().contains(page.lineAt(52).center()));
    }

    void theLineThatSoundsIsMarked()
    {
        Page page(2);
        QVERIFY(QTest::qWaitForWindowExposed(&page.window));
        const auto picture = [&page](int row) { return page.view->viewport()->grab(page.lineAt(row)).toImage(); };
        const QImage silent = picture(1);
        page.bar->playFrom(4'000ms);
        QTRY_VERIFY(picture(1) != silent);
        page.output->now = 6'000ms;
        QTRY_COMPARE(picture(1), silent);
    }

    void whyNothingCanBeHeardIsSaid()
    {
        Page page(2);
        QVERIFY(QTest::qWaitForWindowExposed(&page.window));
        auto *note = page.child<QLabel>("recordingNote");
        QVERIFY(!note->isVisible());
        page.output->missing = true;
        QTest::mouseClick(page.child<QPushButton>("playRecording"), Qt::LeftButton);
        QCOMPARE(note->text(), QString("This computer has no loudspeakers."));
        QVERIFY(note->isVisible());
        page.output->missing = false;
        QTest::mouseClick(page.child<QPushButton>("playRecording"), Qt::LeftButton);
        QVERIFY(page.output->isPlaying() && !note->isVisible());

        page.bar->setRecording(engine::failure(engine::Fault::Settings, "no_recording", "There is none."), {});
        QVERIFY(!page.output->isPlaying());
        QVERIFY(note->isVisible() && !page.child<QPushButton>("playRecording")->isVisible());
        QCOMPARE(note->text(), QString("There is none."));
        page.bar->playFrom(1s);
        QVERIFY(page.output->begunAt.size() == 1);
    }
};

DIALDESK_TEST(TestRecordingBar)
#include "tst_recording_bar.moc"
