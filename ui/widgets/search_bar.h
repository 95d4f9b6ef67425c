#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace ui {
class Theme;
}

namespace ui::widgets {

/// Asks for words and walks through where they were found. Knows nothing of what is searched.
class SearchBar : public QWidget
{
    Q_OBJECT
public:
    /// @param theme  outlives the bar
    explicit SearchBar(const Theme &theme, QWidget *parent = nullptr);

    QString words() const;
    /// Shows the bar and waits for words.
    void open();
    void close();
    /// @param current  from 0; -1 when none is shown
    void setFound(int current, int count);

signals:
    void wordsChanged(const QString &words); ///< "" when the bar was closed
    void nextAsked();
    void previousAsked();

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void applyTheme();

    const Theme &m_theme;
    QLineEdit *m_field = nullptr;
    QLabel *m_count = nullptr;
    QPushButton *m_previous = nullptr;
    QPushButton *m_next = nullptr;
    QPushButton *m_close = nullptr;
};

} // namespace ui::widgets
