#include "engine/calls/call_state.h"
#include "tests/support/test_program.h"
#include "ui/models/call_list_model.h"
#include "ui/theme.h"
#include "ui/widgets/call_list_view.h"

#include <QPaintEvent>
#include <QStandardItemModel>

using namespace engine::records;
using engine::CallSid;
using ui::models::CallListModel;
using ui::widgets::CallListView;

/// The list of calls as it is painted.
class TestCallListView : public QObject
{
    Q_OBJECT

    /// Counts what it watches being painted.
    class Paints : public QObject
    {
    public:
        explicit Paints(QWidget *watched) { watched->installEventFilter(this); }
        bool eventFilter(QObject *watched, QEvent *event) override
        {
            count += event->type() == QEvent::Paint ? 1 : 0;
            return QObject::eventFilter(watched, event);
        }
        int count = 0;
    };

    /// A list with one live call.
    struct LiveCall
    {
        ui::Theme theme;
        CallListModel model;
        CallListView view{theme};

        bool show()
        {
            view.setModel(&model);
            view.resize(300, 600);
            view.show();
            const bool exposed = QTest::qWaitForWindowExposed(&view);
            model.apply(CallStateChanged{CallSid("a"), "in-progress", "+14155550101", "+14155550199", "local", true,
                                         QDateTime::currentDateTimeUtc()});
            QCoreApplication::processEvents();
            return exposed;
        }
    };

private slots:
    void aBusyCallIsNotPaintedWithEveryWord()
    {
        constexpr int kWords = 50;
        LiveCall call;
        QVERIFY(call.show());
        Paints paints(call.view.viewport());
        const auto say = [&call](const QString &words) {
            call.model.apply(CalleeSaid{CallSid("a"), 1, words, false, {}, {}, {}});
        };
        for (int word = 1; word <= kWords; ++word) {
            say(QString("word ").repeated(word));
            QCoreApplication::processEvents();
        }
        QVERIFY2(paints.count < kWords, qPrintable(QString::number(paints.count)));
        const int painted = paints.count;
        say("The last words.");
        QTRY_VERIFY(paints.count > painted); // and the last words are not forgotten
    }

    void theTimeOfALiveCallGoesOn()
    {
        LiveCall call;
        QVERIFY(call.show());
        Paints paints(call.view.viewport());
        QTRY_VERIFY(paints.count >= 3); // and nothing has happened
    }

    void aCallWhoseLevelsAreUnknownHasNoMeters()
    {
        ui::Theme theme;
        QStandardItemModel model; // as the history, which knows of a live call what is written of it
        auto *call = new QStandardItem("(415) 555-0101");
        call->setData(true, CallListModel::LiveRole);
        call->setData(static_cast<int>(engine::calls::CallState::InProgress), CallListModel::StateRole);
        call->setData(QDateTime::currentDateTimeUtc(), CallListModel::StartedAtRole);
        model.appendRow(call);
        CallListView view(theme);
        view.setModel(&model);
        view.resize(300, 100);
        const auto meterIsPainted = [&] {
            const QImage image = view.grab().toImage();
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    if (image.pixelColor(x, y) == theme.tokens().accent)
                        return true;
            return false;
        };
        QVERIFY(!meterIsPainted());
        call->setData(-10.0, CallListModel::CalleeLevelRole);
        call->setData(-10.0, CallListModel::AgentLevelRole);
        QVERIFY(meterIsPainted());
    }
};

DIALDESK_TEST(TestCallListView)
#include "tst_call_list_view.moc"
