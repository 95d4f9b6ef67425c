#include "ui/widgets/transcript_view.h"

#include "ui/models/transcript_model.h"
#include "ui/theme.h"
#include "ui/widgets/transcript_delegate.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>

#include <algorithm>

namespace ui::widgets {

namespace {

constexpr int kAtEnd = 24; ///< this near the end still counts as there

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
        placeButton();
    });
    connect(bar, &QScrollBar::rangeChanged, this, &TranscriptView::follow);
    connect(bar, &QScrollBar::valueChanged, this, [this, bar] {
        if (bar->value() >= bar->maximum() - kAtEnd)
            m_following = true;
        placeButton();
    });
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
    m_following = true;
    QItemSelectionModel *before = selectionModel();
    setModel(transcript);
    delete before;
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
    QListView::keyPressEvent(event);
    const QScrollBar *bar = verticalScrollBar();
    m_following = bar->value() >= bar->maximum() - kAtEnd;
    placeButton();
}

void TranscriptView::contextMenuEvent(QContextMenuEvent *event)
{
    if (!model() || model()->rowCount() == 0)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *copy = menu->addAction(tr("Copy"), this, &TranscriptView::copySelected);
    copy->setShortcut(QKeySequence::Copy);
    copy->setEnabled(selectionModel()->hasSelection());
    menu->addAction(tr("Copy conversation"), this, &TranscriptView::copyAll);
    menu->popup(event->globalPos());
}

void TranscriptView::copySelected() const
{
    const auto *transcript = qobject_cast<const models::TranscriptModel *>(model());
    if (!transcript)
        return;
    QList<int> rows;
    for (const QModelIndex &index : selectionModel()->selectedIndexes())
        rows.append(index.row());
    std::sort(rows.begin(), rows.end());
    if (!rows.isEmpty())
        QGuiApplication::clipboard()->setText(transcript->plainText(rows));
}

void TranscriptView::copyAll() const
{
    if (const auto *transcript = qobject_cast<const models::TranscriptModel *>(model()))
        QGuiApplication::clipboard()->setText(transcript->plainText());
}

} // namespace ui::widgets
