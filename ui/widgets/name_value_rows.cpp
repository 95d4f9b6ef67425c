#include "ui/widgets/name_value_rows.h"

#include <QGridLayout>
#include <QLineEdit>

#include <algorithm>

namespace ui::widgets {

namespace {

constexpr size_t kMaxRows = 20;
constexpr int kRowsShown = 2; ///< without scrolling
constexpr int kFieldGap = 8;
constexpr int kValueLimit = 1'000; ///< the carrier takes no more in one parameter

} // namespace

NameValueRows::NameValueRows(QWidget *parent) : QScrollArea(parent)
{
    auto *content = new QWidget(this);
    content->setObjectName(QStringLiteral("nameValueContent"));
    m_grid = new QGridLayout(content);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(kFieldGap);
    m_grid->setColumnStretch(0, 2);
    m_grid->setColumnStretch(1, 3);
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setFocusPolicy(Qt::NoFocus);
    addRow();
}

void NameValueRows::addRow()
{
    const auto row = static_cast<int>(m_rows.size());
    const auto makeField = [this](const QString &placeholder, const QString &accessibleName) {
        auto *field = new QLineEdit(widget());
        field->setPlaceholderText(placeholder);
        field->setAccessibleName(accessibleName);
        field->setMaxLength(kValueLimit);
        connect(field, &QLineEdit::textChanged, this, &NameValueRows::grow);
        return field;
    };
    Row fields;
    fields.name = makeField(tr("name"), tr("Name %1 of what the agent knows").arg(row + 1));
    fields.value = makeField(tr("value"), tr("Value %1 of what the agent knows").arg(row + 1));
    m_grid->addWidget(fields.name, row, 0);
    m_grid->addWidget(fields.value, row, 1);
    m_rows.push_back(fields);
    updateGeometry();
    // A new row below the border would be there without being seen.
    QMetaObject::invokeMethod(
        this, [this, field = fields.name] { ensureWidgetVisible(field, 0, 0); }, Qt::QueuedConnection);
}

void NameValueRows::grow()
{
    const Row &last = m_rows.back();
    if (m_rows.size() < kMaxRows && !last.name->text().isEmpty() && !last.value->text().isEmpty())
        addRow();
}

QMap<QString, QString> NameValueRows::values() const
{
    QMap<QString, QString> values;
    for (const Row &row : m_rows)
        if (const QString name = row.name->text().trimmed(); !name.isEmpty())
            values.insert(name, row.value->text().trimmed());
    return values;
}

void NameValueRows::setValues(const QMap<QString, QString> &values)
{
    for (const Row &row : m_rows) {
        row.name->clear();
        row.value->clear();
    }
    size_t row = 0;
    for (auto it = values.cbegin(); it != values.cend() && row < kMaxRows; ++it, ++row) {
        if (row == m_rows.size())
            addRow();
        m_rows[row].name->setText(it.key());
        m_rows[row].value->setText(it.value());
    }
}

bool NameValueRows::hasNamelessValue() const
{
    return std::any_of(m_rows.begin(), m_rows.end(), [](const Row &row) {
        return row.name->text().trimmed().isEmpty() && !row.value->text().trimmed().isEmpty();
    });
}

QSize NameValueRows::minimumSizeHint() const
{
    return {0, sizeHint().height()};
}

QSize NameValueRows::sizeHint() const
{
    const int rows = std::min(kRowsShown, static_cast<int>(m_rows.size()));
    const int rowHeight = m_rows.front().name->sizeHint().height();
    return {QScrollArea::sizeHint().width(), rows * rowHeight + (rows - 1) * kFieldGap};
}

} // namespace ui::widgets
