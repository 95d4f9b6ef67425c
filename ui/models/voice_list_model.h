#pragma once

#include "engine/speech/voice.h"

#include <QAbstractListModel>
#include <QSortFilterProxyModel>

namespace ui::models {

/// The voices the speech vendor offers, in its order.
class VoiceListModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role
    {
        IdRole = Qt::UserRole + 1,
        NameRole,
        DetailRole, ///< language, gender and what the vendor says of it, one line
        SoughtRole  ///< what a search looks in
    };
    using QAbstractListModel::QAbstractListModel;

    void setVoices(const QList<engine::speech::Voice> &voices);
    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    QList<engine::speech::Voice> m_voices;
};

/// Those voices that hold every word of a search, in any order: "british female" finds what it should.
class VoiceFilter : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setSearch(const QString &words);

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QStringList m_words;
};

} // namespace ui::models
