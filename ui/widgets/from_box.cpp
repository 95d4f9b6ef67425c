#include "ui/widgets/from_box.h"

#include "ui/theme.h"
#include "ui/widgets/icons.h"

#include <QLineEdit>
#include <QPainter>
#include <QStyle>
#include <QStyledItemDelegate>

using namespace Qt::StringLiterals;

namespace ui::widgets {

namespace {

constexpr int kNameGap = 8;

/// "(415) 555-0199  Front desk", the name muted.
class NumberDelegate final : public QStyledItemDelegate
{
public:
    NumberDelegate(const Theme &theme, QObject *parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Tokens &t = m_theme.tokens();
        painter->save();
        painter->fillRect(option.rect, option.state & QStyle::State_Selected ? t.accentSoft : t.panel);
        painter->setFont(fontOf(metrics::kBaseFont));
        const QRect place = option.rect.adjusted(10, 0, -10, 0);
        const QString number = index.data(Qt::DisplayRole).toString();
        painter->setPen(t.text);
        painter->drawText(place, Qt::AlignVCenter | Qt::AlignLeading, number);
        const int width = painter->fontMetrics().horizontalAdvance(number) + kNameGap;
        const QRect rest = QStyle::visualRect(option.direction, place, place.adjusted(width, 0, 0, 0));
        painter->setPen(t.muted);
        painter->drawText(
            rest, Qt::AlignVCenter | Qt::AlignLeading,
            painter->fontMetrics().elidedText(index.data(Qt::UserRole).toString(), Qt::ElideRight, rest.width()));
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return {QStyledItemDelegate::sizeHint(option, index).width(), 34};
    }

private:
    const Theme &m_theme;
};

} // namespace

FromBox::FromBox(const Theme &theme, QWidget *parent) : ChoiceBox(theme, parent)
{
    setEditable(true);
    setInsertPolicy(QComboBox::NoInsert);
    setItemDelegate(new NumberDelegate(theme, this));
    connect(lineEdit(), &QLineEdit::textEdited, this, [this] { m_typed = true; });
    connect(this, &QComboBox::activated, this, [this] { m_typed = false; });
    connect(this, &QComboBox::editTextChanged, this, qOverload<>(&QWidget::update));
}

void FromBox::setNumbers(const QList<Number> &numbers, const QString &usual)
{
    if (numbers == m_numbers && usual == m_usual)
        return;
    const bool otherUsual = usual != m_usual;
    m_numbers = numbers;
    m_usual = usual;
    const QString shown = currentText();
    clear();
    for (const Number &number : numbers) {
        addItem(number.text, number.name);
        setItemData(count() - 1, QString(number.text + u' ' + number.name), Qt::AccessibleTextRole);
    }
    const bool known = findText(shown, Qt::MatchExactly) >= 0;
    const bool keep = !shown.isEmpty() && (m_typed || (known && !otherUsual));
    const QString text = keep ? shown : usual;
    setCurrentIndex(findText(text, Qt::MatchExactly));
    setEditText(text);
}

QString FromBox::nameOf(const QString &text) const
{
    for (const Number &number : m_numbers)
        if (number.text == text)
            return number.name;
    return {};
}

void FromBox::paintEvent(QPaintEvent *event)
{
    ChoiceBox::paintEvent(event);
    QPainter painter(this);
    // Behind the text: the line edit above is transparent.
    const QString name = nameOf(currentText());
    const int textWidth = fontMetrics().horizontalAdvance(currentText()) + kNameGap;
    const QRect field = lineEdit()->geometry().adjusted(4, 0, -4, 0);
    if (name.isEmpty() || textWidth + kNameGap >= field.width())
        return;
    const QRect place = QStyle::visualRect(layoutDirection(), field, field.adjusted(textWidth, 0, 0, 0));
    painter.setPen(theme().tokens().muted);
    painter.drawText(place, Qt::AlignVCenter | Qt::AlignLeading,
                     fontMetrics().elidedText(name, Qt::ElideRight, place.width()));
}

} // namespace ui::widgets
