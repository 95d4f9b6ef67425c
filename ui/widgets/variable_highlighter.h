#pragma once

#include <QSyntaxHighlighter>

namespace ui {
class Theme;
}

namespace ui::widgets {

/// Colours {{name}} in a text being edited.
class VariableHighlighter : public QSyntaxHighlighter
{
    Q_OBJECT
public:
    /// @param theme  outlives the highlighter
    VariableHighlighter(QTextDocument *document, const Theme &theme);

protected:
    void highlightBlock(const QString &text) override;

private:
    const Theme &m_theme;
};

} // namespace ui::widgets
