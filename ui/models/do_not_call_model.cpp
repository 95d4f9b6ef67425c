#include "ui/models/do_not_call_model.h"

#include "ui/format/number_text.h"

#include <QLocale>

using namespace Qt::StringLiterals;

namespace ui::models {

using engine::records::DoNotCallEntry;

void DoNotCallModel::setEntries(const QList<DoNotCallEntry> &entries, const QString &homeRegion)
{
    beginResetModel();
    m_entries = entries;
    m_homeRegion = homeRegion;
    endResetModel();
}

int DoNotCallModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int DoNotCallModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : Columns;
}

QVariant DoNotCallModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const DoNotCallEntry &entry = m_entries[index.row()];
    const QString number = entry.number.value();
    if (role == SoughtRole)
        return QStringList{number, format::numberText(number, m_homeRegion), entry.reason}.join(u' ');
    if (role == SortRole)
        return index.column() == Number  ? QVariant(number)
               : index.column() == Since ? QVariant(entry.date)
                                         : QVariant(entry.reason);
    if (role == Qt::ToolTipRole)
        return index.column() == Number ? number : entry.reason;
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Number:
        return format::numberText(number, m_homeRegion);
    case Since:
        return entry.date.isValid() ? QLocale().toString(entry.date, QLocale::ShortFormat) : tr("not known");
    default:
        return entry.reason;
    }
}

QVariant DoNotCallModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Number ? tr("Number") : section == Since ? tr("Since") : tr("Why");
}

} // namespace ui::models
