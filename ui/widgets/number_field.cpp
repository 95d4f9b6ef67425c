#include "ui/widgets/number_field.h"

#include "ui/format/number_text.h"

#include <QKeyEvent>
#include <QPainter>
#include <QStyle>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui::widgets {

namespace {

constexpr int kCountryGap = 12;
constexpr int kTextLimit = 4'000; // a whole pasted signature, not a book

bool counts(QChar c)
{
    return c.isDigit() || c == u'+';
}

/// More than a number and the signs people write between its digits.
bool hasRubbish(const QString &text)
{
    return std::any_of(text.begin(), text.end(),
                       [](QChar c) { return !c.isDigit() && !c.isSpace() && !QStringLiteral("+()-./").contains(c); });
}

} // namespace

NumberField::NumberField(QWidget *parent) : QLineEdit(parent)
{
    setMaxLength(kTextLimit);
    setInputMethodHints(Qt::ImhDialableCharactersOnly);
    connect(this, &QLineEdit::textEdited, this, &NumberField::onTextEdited);
    connect(this, &QLineEdit::textChanged, this, &NumberField::readEntry);
}

void NumberField::setHomeRegion(const QString &region)
{
    if (region == m_homeRegion)
        return;
    m_homeRegion = region;
    // What was put here before the country was known is written the country's way now.
    if (!hasRubbish(text()) && !text().isEmpty() && !hasFocus())
        setNumberText(text());
    readEntry();
}

void NumberField::setNumberText(const QString &text)
{
    const bool isLink = text.startsWith("tel:"_L1, Qt::CaseInsensitive);
    const QString number = isLink ? QUrl::fromPercentEncoding(text.mid(4).toUtf8()) : text;
    if (const auto found = engine::findNumber(number, m_homeRegion))
        setText(found->display(m_homeRegion));
    else
        setText(number);
    m_before = this->text();
}

void NumberField::onTextEdited(const QString &text)
{
    const QString before = std::exchange(m_before, text);
    if (hasRubbish(text)) {
        // Pasted, not typed: more than one character came at once.
        if (text.size() - before.size() > 1) {
            if (const auto found = engine::findNumber(text, m_homeRegion))
                setText(m_before = found->display(m_homeRegion));
        }
        return;
    }
    const QString formatted = engine::formattedAsTyped(text, m_homeRegion);
    if (formatted == text)
        return;
    // Whoever takes away a bracket or a space wants the digit beside it gone; with the formatting back, the key would
    // do nothing.
    const auto digitsOf = [](const QString &t) { return std::count_if(t.begin(), t.end(), counts); };
    if (text.size() < before.size() && digitsOf(text) == digitsOf(before))
        return;
    const auto behindDigit = std::count_if(text.begin(), text.begin() + cursorPosition(), counts);
    const bool atEnd = cursorPosition() == text.size();
    setText(m_before = formatted);
    qsizetype position = 0;
    for (qsizetype seen = 0; position < formatted.size() && seen < behindDigit; ++position)
        seen += counts(formatted[position]) ? 1 : 0;
    setCursorPosition(atEnd ? static_cast<int>(formatted.size()) : static_cast<int>(position));
}

void NumberField::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Down)
        emit choiceAsked();
    else
        QLineEdit::keyPressEvent(event);
}

void NumberField::readEntry()
{
    const engine::NumberEntry entry = engine::readNumberEntry(text(), m_homeRegion);
    if (entry == m_entry)
        return;
    m_entry = entry;
    const QString country = ui::format::countryName(m_entry.region);
    QFont small = font();
    small.setPixelSize(12);
    small.setWeight(QFont::Medium);
    setTextMargins(0, 0, country.isEmpty() ? 0 : QFontMetrics(small).horizontalAdvance(country) + kCountryGap, 0);
    setAccessibleDescription(country);
    update();
    emit entryChanged();
}

void NumberField::paintEvent(QPaintEvent *event)
{
    QLineEdit::paintEvent(event);
    const QString country = ui::format::countryName(m_entry.region);
    if (country.isEmpty())
        return;
    QPainter painter(this);
    QFont small = font();
    small.setPixelSize(12);
    small.setWeight(QFont::Medium);
    painter.setFont(small);
    QColor ink = palette().color(QPalette::Text);
    ink.setAlphaF(0.75F);
    painter.setPen(ink);
    const QRect area = rect().adjusted(kCountryGap, 0, -kCountryGap, 0);
    painter.drawText(
        area, static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::AlignRight | Qt::AlignVCenter)), country);
}

} // namespace ui::widgets
