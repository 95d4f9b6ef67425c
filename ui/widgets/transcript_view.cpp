#include "ui/widgets/transcript_view.h"

#include "ui/models/transcript_model.h"
#include "ui/theme.h"
#include "ui/widgets/transcript_delegate.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QFocusEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPushButton>
#include <QScrollBar>

#include <algorithm>
#include <chrono>

namespace ui::widgets {

namespace {

constexpr int kAtEnd = 24; ///< this near the end still counts as there
constexpr std::chrono::milliseconds kSearchPeriod{250};
/// A line is heard from a little before it: speech is noticed when its first sound is over.
constexpr std::chrono::milliseconds kLeadIn{250};

} // namespace

TranscriptView::TranscriptView(const Theme &theme, QWidget *parent)
    : QListView(parent), m_delegate(new TranscriptDelegate(theme, this)),
      m_newest(new QPushButton(tr("Newest ↓"), this))
{
    setObjectName(QStringLiteral("transcriptView"));
    setAccessibleName(tr("Conversation"));
    setItemDelegate(m_delegate);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setResizeMode(Adjust);
    setUniformItemSizes(false);
    setViewportMargins(0, 8, 0, 8);
    viewport()->setAttribute(Qt::WA_Hover);

    m_newest->setObjectName(QStringLiteral("newestButton"));
    m_newest->setToolTip(tr("Go to the newest words and follow them (End)"));
    m_newest->hide();
    connect(m_newest, &QPushButton::clicked, this, [this] {
        m_following = true;
        follow();
    });
    QScrollBar *bar = verticalScrollBar();
    // Only what the reader does decides; a conversation that grows does not.
    connect(bar, &QScrollBar::actionTriggered, this, [this, bar] {
        m_following = bar->sliderPosition() >= bar->maximum() - kAtEnd;
        m_followingSound = false;
        placeButton();
    });
    connect(bar, &QScrollBar::rangeChanged, this, &TranscriptView::follow);
    connect(bar, &QScrollBar::valueChanged, this, [this, bar] {
        if (bar->value() >= bar->maximum() - kAtEnd)
            m_following = true;
        placeButton();
    });
    m_searchTimer.setSingleShot(true);
    m_searchTimer.setInterval(kSearchPeriod);
    connect(&m_searchTimer, &QTimer::timeout, this, &TranscriptView::searchAgain);
    connect(&theme, &Theme::changed, this, [this] {
        m_delegate->reset();
        viewport()->update();
    });
}

void TranscriptView::setTranscript(models::TranscriptModel *transcript)
{
    if (model() == transcript)
        return;
    m_delegate->reset();
    m_delegate->setSelection({});
    m_following = true;
    setAudible(false);
    setMoment(std::nullopt);
    QItemSelectionModel *before = selectionModel();
    setModel(transcript);
    delete before;
    searchAgain();
    follow();
}

void TranscriptView::follow()
{
    if (m_following)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    placeButton();
}

void TranscriptView::placeButton()
{
    const bool wanted = !m_following && verticalScrollBar()->maximum() > 0;
    m_newest->setVisible(wanted);
    if (!wanted)
        return;
    m_newest->adjustSize();
    m_newest->move((width() - m_newest->width()) / 2, height() - m_newest->height() - 12);
    m_newest->raise();
}

void TranscriptView::resizeEvent(QResizeEvent *event)
{
    m_delegate->setWidth(viewport()->width());
    QListView::resizeEvent(event);
    scheduleDelayedItemsLayout();
    placeButton();
}

void TranscriptView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        copySelected();
        return;
    }
    auto *transcript = qobject_cast<models::TranscriptModel *>(model());
    if (transcript && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        if (event->modifiers() & Qt::ShiftModifier)
            listen(currentIndex());
        else
            transcript->toggleOpen(currentIndex().row());
        return;
    }
    if (m_audible && event->key() == Qt::Key_Space) {
        emit playOrPauseAsked();
        return;
    }
    QListView::keyPressEvent(event);
    const QScrollBar *bar = verticalScrollBar();
    m_following = bar->value() >= bar->maximum() - kAtEnd;
    placeButton();
}

void TranscriptView::focusInEvent(QFocusEvent *event)
{
    QListView::focusInEvent(event);
    // Whoever comes by keyboard sees where they are.
    const bool byKeyboard = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    if (byKeyboard && model() && selectionModel()->selectedIndexes().isEmpty())
        setCurrentIndex(model()->index(model()->rowCount() - 1, 0));
}

void TranscriptView::contextMenuEvent(QContextMenuEvent *event)
{
    if (!model() || model()->rowCount() == 0)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *copy = menu->addAction(tr("Copy"), this, &TranscriptView::copySelected);
    copy->setShortcut(QKeySequence::Copy);
    copy->setEnabled(selectionModel()->hasSelection() || m_delegate->selection().row >= 0);
    menu->addAction(tr("Copy conversation"), this, &TranscriptView::copyAll);
    const QPersistentModelIndex at = indexAt(event->pos());
    if (m_audible && at.data(models::TranscriptModel::RecordingRole).isValid()) {
        menu->addSeparator();
        QAction *hear = menu->addAction(tr("Hear this moment"), this, [this, at] { listen(at); });
        hear->setShortcut(Qt::SHIFT | Qt::Key_Return);
    }
    menu->popup(event->globalPos());
}

void TranscriptView::copySelected() const
{
    const auto *transcript = qobject_cast<const models::TranscriptModel *>(model());
    if (!transcript)
        return;
    if (const auto &words = m_delegate->selection(); words.row >= 0) {
        QGuiApplication::clipboard()->setText(
            m_delegate->textOf(model()->index(words.row, 0)).mid(words.from, words.to - words.from));
        return;
    }
    QList<int> rows;
    for (const QModelIndex &index : selectionModel()->selectedIndexes())
        rows.append(index.row());
    std::sort(rows.begin(), rows.end());
    if (!rows.isEmpty())
        QGuiApplication::clipboard()->setText(transcript->plainText(rows));
}

void TranscriptView::dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight, const QList<int> &roles)
{
    if (!m_search.isEmpty() && !m_searchTimer.isActive())
        m_searchTimer.start();
    // Words come in several times a second; only those that need another line move what is below.
    if (topLeft == bottomRight && m_delegate->keepsHeight(topLeft))
        update(topLeft);
    else
        QListView::dataChanged(topLeft, bottomRight, roles);
}

void TranscriptView::rowsInserted(const QModelIndex &parent, int start, int end)
{
    QListView::rowsInserted(parent, start, end);
    if (!m_search.isEmpty() && !m_searchTimer.isActive())
        m_searchTimer.start();
}

QStyleOptionViewItem TranscriptView::optionOf(const QModelIndex &index) const
{
    QStyleOptionViewItem option;
    option.rect = visualRect(index);
    option.direction = layoutDirection();
    return option;
}

void TranscriptView::selectWords(int from, int to)
{
    m_delegate->setSelection({from == to ? -1 : m_pressedAt.row(), std::min(from, to), std::max(from, to)});
    viewport()->update();
}

void TranscriptView::mousePressEvent(QMouseEvent *event)
{
    const QPoint place = event->position().toPoint();
    m_pressedAt = indexAt(place);
    m_pressedCharacter = -1;
    if (event->button() == Qt::LeftButton) {
        selectWords(0, 0);
        if (m_pressedAt.isValid())
            m_pressedCharacter = m_delegate->characterAt(optionOf(m_pressedAt), m_pressedAt, place, false);
    }
    QListView::mousePressEvent(event);
}

void TranscriptView::mouseMoveEvent(QMouseEvent *event)
{
    if (!(event->buttons() & Qt::LeftButton) || m_pressedCharacter < 0 || !m_pressedAt.isValid()) {
        QListView::mouseMoveEvent(event);
        return;
    }
    const int character =
        m_delegate->characterAt(optionOf(m_pressedAt), m_pressedAt, event->position().toPoint(), true);
    clearSelection();
    selectWords(m_pressedCharacter, character);
}

void TranscriptView::mouseReleaseEvent(QMouseEvent *event)
{
    const QPoint place = event->position().toPoint();
    const QModelIndex at = indexAt(place);
    auto *transcript = qobject_cast<models::TranscriptModel *>(model());
    if (transcript && event->button() == Qt::LeftButton && at.isValid() && at == m_pressedAt &&
        m_delegate->isFooterAt(optionOf(at), at, place))
        transcript->toggleOpen(at.row());
    else if (event->button() == Qt::LeftButton && event->modifiers() == Qt::NoModifier && at.isValid() && at == m_pressedAt &&
             m_delegate->selection().row < 0 && m_delegate->isListenedAt(optionOf(at), at, place))
        listen(at);
    m_pressedAt = QModelIndex();
    m_pressedCharacter = -1;
    QListView::mouseReleaseEvent(event);
}

void TranscriptView::setAudible(bool audible)
{
    m_audible = audible;
    m_delegate->setAudible(audible);
    viewport()->update();
}

void TranscriptView::listen(const QModelIndex &index)
{
    const QVariant from = index.data(models::TranscriptModel::RecordingRole);
    if (!m_audible || !from.isValid())
        return;
    m_followingSound = true;
    const std::chrono::milliseconds begin(static_cast<qint64>(from.toDouble()));
    emit listenAsked(std::max(begin - kLeadIn, std::chrono::milliseconds(0)));
}

void TranscriptView::setMoment(std::optional<std::chrono::milliseconds> position)
{
    const auto *transcript = qobject_cast<const models::TranscriptModel *>(model());
    const int row = transcript && position ? transcript->rowAt(static_cast<double>((*position + kLeadIn).count())) : -1;
    if (!position)
        m_followingSound = true;
    if (row == m_sounding)
        return;
    m_sounding = row;
    m_delegate->setSounding(row);
    viewport()->update();
    if (row < 0 || !m_followingSound)
        return;
    m_following = false;
    scrollTo(model()->index(row, 0), EnsureVisible);
    placeButton();
}

void TranscriptView::setSearch(const QString &words)
{
    if (words == m_search)
        return;
    m_search = words;
    m_delegate->setSearch(words);
    m_foundShown = -1;
    searchAgain();
    if (!m_foundRows.isEmpty())
        showFound(-1); // from the end: the newest
}

void TranscriptView::searchAgain()
{
    const auto *transcript = qobject_cast<const models::TranscriptModel *>(model());
    const int shownRow = m_foundRows.value(m_foundShown, -1);
    m_foundRows = transcript && !m_search.isEmpty() ? transcript->rowsWith(m_search) : QList<int>();
    m_foundShown = static_cast<int>(m_foundRows.indexOf(shownRow));
    viewport()->update();
    emit found(m_foundShown, static_cast<int>(m_foundRows.size()));
}

void TranscriptView::showFound(int step)
{
    const auto count = static_cast<int>(m_foundRows.size());
    if (count == 0)
        return;
    m_foundShown = m_foundShown < 0 ? (step > 0 ? 0 : count - 1) : (m_foundShown + step + count) % count;
    const QModelIndex index = model()->index(m_foundRows.at(m_foundShown), 0);
    m_following = false;
    setCurrentIndex(index);
    scrollTo(index, PositionAtCenter);
    placeButton();
    emit found(m_foundShown, count);
}

void TranscriptView::copyAll() const
{
    if (const auto *transcript = qobject_cast<const models::TranscriptModel *>(model()))
        QGuiApplication::clipboard()->setText(transcript->plainText());
}

} // namespace ui::widgets
