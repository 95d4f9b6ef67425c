#include "ui/widgets/bubble_words.h"

#include "ui/models/transcript_model.h"
#include "ui/theme.h"

#include <cmath>

namespace ui::widgets {

using models::TranscriptModel;
using Kind = TranscriptModel::Kind;

namespace {

constexpr int kLineGap = 2;
constexpr int kPillFont = 12;

QTextLayout::FormatRange lit(int from, int length, const QColor &ink, const QColor &paper)
{
    QTextCharFormat look;
    look.setForeground(ink);
    look.setBackground(paper);
    return {from, length, look};
}

} // namespace

BubbleWords::BubbleWords(const QModelIndex &index, const Tokens &tokens, int widest)
    : m_tokens(tokens), m_layout(std::make_unique<QTextLayout>())
{
    const auto kind = static_cast<Kind>(index.data(TranscriptModel::KindRole).toInt());
    const bool spoken = kind == Kind::Callee || kind == Kind::Agent;
    QString text;
    QList<QTextLayout::FormatRange> ranges;
    const auto add = [&](const QString &part, const QTextCharFormat &look) {
        if (part.isEmpty())
            return;
        if (!text.isEmpty())
            text += u' ';
        ranges.append({static_cast<int>(text.size()), static_cast<int>(part.size()), look});
        text += part;
    };
    QTextCharFormat plain, waiting, lost;
    waiting.setForeground(tokens.muted);
    waiting.setFontItalic(kind == Kind::Callee);
    lost.setForeground(tokens.muted);
    lost.setFontStrikeOut(true);
    add(index.data(TranscriptModel::SettledRole).toString(), plain);
    add(index.data(TranscriptModel::PendingRole).toString(), waiting);
    add(index.data(TranscriptModel::CutRole).toString(), lost);

    m_layout->setText(text);
    m_layout->setFont(fontOf(spoken ? metrics::kTranscriptFont : kPillFont));
    m_layout->setFormats(ranges);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    option.setTextDirection(text.isRightToLeft() ? Qt::RightToLeft : Qt::LeftToRight);
    if (!spoken)
        option.setAlignment(Qt::AlignHCenter);
    m_layout->setTextOption(option);

    // Twice: first to learn how wide the words are, then to align them within that.
    for (int pass = 0; pass < 2; ++pass) {
        const double width = pass == 0 ? widest : m_size.width();
        m_layout->beginLayout();
        double height = 0, natural = 0;
        for (QTextLine line = m_layout->createLine(); line.isValid(); line = m_layout->createLine()) {
            line.setLineWidth(width);
            line.setPosition({0, height});
            height += line.height() + kLineGap;
            natural = std::max(natural, line.naturalTextWidth());
        }
        m_layout->endLayout();
        m_size = {std::min<double>(widest, std::ceil(natural) + 1), std::ceil(height)};
    }
}

int BubbleWords::positionAt(const QPointF &place) const
{
    for (int i = 0; i < m_layout->lineCount(); ++i) {
        const QTextLine line = m_layout->lineAt(i);
        if (place.y() < line.y() + line.height() + kLineGap || i == m_layout->lineCount() - 1)
            return line.xToCursor(place.x());
    }
    return 0;
}

void BubbleWords::draw(QPainter &painter, const QPointF &at, const QString &search, int from, int to) const
{
    QList<QTextLayout::FormatRange> lights;
    const QString words = m_layout->text();
    if (!search.isEmpty())
        for (qsizetype found = words.indexOf(search, 0, Qt::CaseInsensitive); found >= 0;
             found = words.indexOf(search, found + search.size(), Qt::CaseInsensitive))
            lights.append(
                lit(static_cast<int>(found), static_cast<int>(search.size()), m_tokens.warn, m_tokens.warnSoft));
    if (to > from)
        lights.append(lit(from, to - from, m_tokens.onAccent, m_tokens.accent));
    m_layout->draw(&painter, at, lights);
}

} // namespace ui::widgets
