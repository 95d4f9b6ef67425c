#include "ui/widgets/recording_bar.h"

#include "ui/format/time_text.h"
#include "ui/theme.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/pill.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QStyle>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace ui::widgets {

namespace {

constexpr int kStepMs = 5'000;
constexpr int kPageMs = 30'000;
constexpr int kHandle = 14; ///< as in the style sheet

/// A slider that goes where one clicks.
class TimeSlider : public QSlider
{
public:
    TimeSlider(RecordingBar &bar, QWidget *parent) : QSlider(Qt::Horizontal, parent), m_bar(bar) {}

protected:
    void mousePressEvent(QMouseEvent *event) override
    {
        if (event->button() == Qt::LeftButton) {
            const int room = std::max(1, width() - kHandle);
            setValue(QStyle::sliderValueFromPosition(minimum(), maximum(),
                                                     static_cast<int>(event->position().x()) - kHandle / 2, room,
                                                     layoutDirection() == Qt::RightToLeft));
        }
        QSlider::mousePressEvent(event);
    }
    void keyPressEvent(QKeyEvent *event) override
    {
        if (event->key() == Qt::Key_Space)
            m_bar.playOrPause();
        else
            QSlider::keyPressEvent(event);
    }

private:
    RecordingBar &m_bar;
};

double seconds(std::chrono::milliseconds time)
{
    return static_cast<double>(time.count()) / 1000.0;
}

} // namespace

RecordingBar::RecordingBar(const Theme &theme, std::unique_ptr<SoundOutput> output, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_player(std::move(output))
{
    setObjectName(u"recordingBar"_s);
    setAttribute(Qt::WA_StyledBackground);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(20, 8, 20, 8);
    rows->setSpacing(4);
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    m_play = new QPushButton(this);
    m_play->setObjectName(u"playRecording"_s);
    m_play->setFixedSize(34, 34);
    m_place = new TimeSlider(*this, this);
    m_place->setObjectName(u"recordingPlace"_s);
    m_place->setAccessibleName(tr("Place in the recording"));
    m_place->setToolTip(tr("Where the recording is; the arrow keys move by 5 s"));
    m_place->setTracking(false); // while it is dragged only the time follows
    m_place->setSingleStep(kStepMs);
    m_place->setPageStep(kPageMs);
    m_time = new QLabel(this);
    m_time->setObjectName(u"recordingTime"_s);
    m_time->setProperty("role", u"small"_s);
    row->addWidget(m_play);
    row->addWidget(m_place, 1);
    row->addWidget(m_time);
    rows->addLayout(row);
    m_note = new QLabel(this);
    m_note->setObjectName(u"recordingNote"_s);
    m_note->setWordWrap(true);
    rows->addWidget(m_note);

    connect(m_play, &QPushButton::clicked, this, &RecordingBar::playOrPause);
    connect(m_place, &QSlider::sliderMoved, this, [this](int ms) { showTime(milliseconds(ms)); });
    connect(m_place, &QSlider::valueChanged, this, [this](int ms) {
        m_touched = true;
        m_player.seek(milliseconds(ms));
    });
    connect(&m_player, &RecordingPlayer::moved, this, &RecordingBar::onMoved);
    connect(&m_player, &RecordingPlayer::failed, this, [this](const engine::Error &error) { say(error.message, true); });
    connect(&theme, &Theme::changed, this, &RecordingBar::applyTheme);
    clear();
}

void RecordingBar::setRecording(const engine::Result<QByteArray> &wav, const QString &hint)
{
    clear();
    const auto loaded = wav ? m_player.load(*wav) : engine::Result<engine::Done>(tl::unexpected(wav.error()));
    if (loaded) {
        const QSignalBlocker quiet(m_place);
        m_place->setRange(0, static_cast<int>(m_player.duration().count()));
        m_place->setValue(0);
    }
    for (QWidget *control : {static_cast<QWidget *>(m_play), static_cast<QWidget *>(m_place), static_cast<QWidget *>(m_time)})
        control->setVisible(loaded.has_value());
    say(loaded ? hint : loaded.error().message, false);
    onMoved();
    show();
}

void RecordingBar::clear()
{
    m_touched = false;
    hide();
    m_player.clear();
    say({}, false);
    onMoved();
}

void RecordingBar::playOrPause()
{
    if (!m_player.isLoaded())
        return;
    m_touched = true;
    say({}, false);
    if (m_player.isPlaying())
        m_player.pause();
    else
        m_player.play();
}

void RecordingBar::playFrom(milliseconds position)
{
    if (!m_player.isLoaded())
        return;
    m_touched = true;
    say({}, false);
    m_player.seek(position);
    m_player.play();
}

void RecordingBar::onMoved()
{
    applyTheme();
    if (!m_place->isSliderDown()) {
        const QSignalBlocker quiet(m_place);
        m_place->setValue(static_cast<int>(m_player.position().count()));
        showTime(m_player.position());
    }
    emit moved(m_touched && m_player.isLoaded() ? std::optional(m_player.position()) : std::nullopt);
}

void RecordingBar::applyTheme()
{
    const bool playing = m_player.isPlaying();
    const QString name = playing ? tr("Pause (Space)") : tr("Play the recording (Space)");
    m_play->setIcon(icon(playing ? u"pause"_s : u"play"_s, m_theme.tokens().onAccent));
    m_play->setAccessibleName(name);
    m_play->setToolTip(name);
}

void RecordingBar::showTime(milliseconds position)
{
    m_time->setText(tr("%1 / %2", "a place in the recording, its length")
                        .arg(format::runningTime(seconds(position)), format::runningTime(seconds(m_player.duration()))));
}

void RecordingBar::say(const QString &text, bool bad)
{
    m_note->setVisible(!text.isEmpty());
    m_note->setText(text);
    setStyleProperty(m_note, "tone", bad ? u"bad"_s : u"muted"_s);
}

} // namespace ui::widgets
