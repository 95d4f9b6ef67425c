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
constexpr int kCursorRoom = 6;
constexpr int kPasteLimit = 4'000; // a whole pasted signature, not a book

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

QFont countryFont(QFont font)
{
    font.setPixelSize(12);
    font.setWeight(QFont::Medium);
    return font;
}

} // namespace

NumberField::NumberField(QWidget *parent) : QLineEdit(parent)
{
    setMaxLength(kPasteLimit);
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
    const bool isAnother = entry != m_entry;
    m_entry = entry;
    placeCountry(); // the same number may be written longer
    if (isAnother)
        emit entryChanged();
}

void NumberField::placeCountry()
{
    const QString name = ui::format::countryName(m_entry.region);
    const QFontMetrics metrics(countryFont(font()));
    const int room = width() - 2 * kCountryGap - fontMetrics().horizontalAdvance(text()) - kCursorRoom;
    const bool fits = metrics.horizontalAdvance(name) + kCountryGap <= room;
    m_country = fits || name.isEmpty() ? name : m_entry.region;
    setTextMargins(0, 0, m_country.isEmpty() ? 0 : metrics.horizontalAdvance(m_country) + kCountryGap, 0);
    setAccessibleDescription(name);
    setToolTip(m_country == name ? QString() : name);
    update();
}

void NumberField::resizeEvent(QResizeEvent *event)
{
    QLineEdit::resizeEvent(event);
    placeCountry();
}

void NumberField::paintEvent(QPaintEvent *event)
{
    QLineEdit::paintEvent(event);
    if (m_country.isEmpty())
        return;
    QPainter painter(this);
    painter.setFont(countryFont(font()));
    QColor ink = palette().color(QPalette::Text);
    ink.setAlphaF(0.75F);
    painter.setPen(ink);
    const QRect area = rect().adjusted(kCountryGap, 0, -kCountryGap, 0);
    painter.drawText(
        area, static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::AlignRight | Qt::AlignVCenter)), m_country);
}

} // namespace ui::widgets
