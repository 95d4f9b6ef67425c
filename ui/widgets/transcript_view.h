#pragma once

#include <QListView>

class QPushButton;

namespace ui {
class Theme;
}
namespace ui::models {
class TranscriptModel;
}

namespace ui::widgets {

class TranscriptDelegate;

/// A conversation that follows its end, unless the reader scrolled up. Lines can be selected and copied.
class TranscriptView : public QListView
{
    Q_OBJECT
public:
    /// @param theme  outlives the view
    explicit TranscriptView(const Theme &theme, QWidget *parent = nullptr);

    void setTranscript(models::TranscriptModel *transcript);
    void copySelected() const;
    void copyAll() const;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void follow();
    void placeButton();

    TranscriptDelegate *m_delegate = nullptr;
    QPushButton *m_newest = nullptr;
    bool m_following = true;
};

} // namespace ui::widgets
