#pragma once

#include "engine/records/do_not_call_csv.h"

#include <QAbstractTableModel>

namespace ui::models {

/// The numbers that must not be called, one a row. Lives on the window's thread.
class DoNotCallModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column
    {
        Number,
        Since,
        Why,
        Columns
    };
    enum Role
    {
        SoughtRole = Qt::UserRole, ///< what a search looks in: the number in both spellings, and why
        SortRole
    };
    using QAbstractTableModel::QAbstractTableModel;

    void setEntries(const QList<engine::records::DoNotCallEntry> &entries, const QString &homeRegion);
    const engine::records::DoNotCallEntry &entry(int row) const { return m_entries[row]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QList<engine::records::DoNotCallEntry> m_entries;
    QString m_homeRegion;
};

} // namespace ui::models
