#include "ui/widgets/variable_highlighter.h"

#include "ui/theme.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace ui::widgets {

VariableHighlighter::VariableHighlighter(QTextDocument *document, const Theme &theme)
    : QSyntaxHighlighter(document), m_theme(theme)
{
    connect(&theme, &Theme::changed, this, &VariableHighlighter::rehighlight);
}

void VariableHighlighter::highlightBlock(const QString &text)
{
    if (!text.contains("{{"_L1))
        return;
    static const QRegularExpression kVariable(u"\\{\\{[^{}]*\\}\\}"_s);
    QTextCharFormat format;
    format.setForeground(m_theme.tokens().accent);
    format.setBackground(m_theme.tokens().accentSoft);
    format.setFontWeight(QFont::DemiBold);
    for (auto it = kVariable.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        setFormat(static_cast<int>(match.capturedStart()), static_cast<int>(match.capturedLength()), format);
    }
}

} // namespace ui::widgets
