#pragma once

#include <QListView>
#include <QTimer>

#include <chrono>
#include <optional>

class QPushButton;

namespace ui {
class Theme;
}
namespace ui::models {
class TranscriptModel;
}

namespace ui::widgets {

class TranscriptDelegate;

/// A conversation that follows its end, unless the reader scrolled up. Lines or words of one line can be selected and
/// copied; a click on the time below an answer, or Enter, opens its chart. When the call's recording can be played, a click on a line,
/// or Shift+Enter, asks for its moment, and the view follows the line that sounds.
class TranscriptView : public QListView
{
    Q_OBJECT
public:
    /// @param theme  outlives the view
    explicit TranscriptView(const Theme &theme, QWidget *parent = nullptr);

    void setTranscript(models::TranscriptModel *transcript);
    void copySelected() const;
    void copyAll() const;

    /// Lights up these words and shows the newest line with them; "" ends the search.
    void setSearch(const QString &words);
    /// @param step  1 or -1: to the next or previous line found, around the end
    void showFound(int step);

    /// Whether the lines can be listened to.
    void setAudible(bool audible);
    /// The recording is here; the line that sounds lights up and stays in view, unless the reader scrolled away since it was started.
    void setMoment(std::optional<std::chrono::milliseconds> position);

signals:
    /// A line's moment of the recording is wanted.
    void listenAsked(std::chrono::milliseconds position);
    void playOrPauseAsked();
    /// Which of the lines found is shown, and how many there are.
    void found(int current, int count);

protected:
    void dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight, const QList<int> &roles) override;
    void rowsInserted(const QModelIndex &parent, int start, int end) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void follow();
    void listen(const QModelIndex &index);
    void placeButton();
    void searchAgain();
    QStyleOptionViewItem optionOf(const QModelIndex &index) const;
    void selectWords(int from, int to);

    TranscriptDelegate *m_delegate = nullptr;
    QPushButton *m_newest = nullptr;
    bool m_following = true;
    bool m_audible = false;
    int m_sounding = -1;
    bool m_followingSound = true;
    QString m_search;
    QList<int> m_foundRows;
    int m_foundShown = -1;   // index into m_foundRows
    QTimer m_searchTimer;    // while words come in, a search is repeated a few times a second at most
    QPersistentModelIndex m_pressedAt; // of a press that may become a selection of words
    int m_pressedCharacter = -1;
};

} // namespace ui::widgets
