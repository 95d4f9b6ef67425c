#pragma once

#include "engine/records/call_store.h"

#include <QAbstractListModel>

#include <vector>

namespace ui::models {

/// Calls of the history that pass a filter, newest first, asked for page by page as a view scrolls down.
///
/// Has the roles of CallListModel; a heading stands above the first call of each day. Each pageAsked() is answered by
/// addPage(), later. Lives on the window's thread.
class HistoryModel : public QAbstractListModel
{
    Q_OBJECT
public:
    using Page = engine::Result<std::vector<engine::records::CallSummary>>;

    explicit HistoryModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

    /// Starts from the newest call that passes; the calls there stay until the answer comes.
    void setFilter(const engine::records::CallFilter &filter);
    /// As the filter that was set; where pages begin and end is the model's affair.
    const engine::records::CallFilter &filter() const { return m_filter; }
    void addPage(const engine::records::CallFilter &asked, const Page &page);
    void remove(const engine::CallSid &sid);
    /// Numbers of this country are written without its code.
    void setHomeRegion(const QString &region);

    int rowOf(const engine::CallSid &sid) const; ///< -1 when it is not there
    bool isAsking() const { return m_asking; }
    /// Why there are no more calls to see; "" normally.
    const QString &trouble() const { return m_trouble; }

signals:
    void pageAsked(const engine::records::CallFilter &filter);
    /// An answer came, or a question was asked.
    void stateChanged();

private:
    void ask(std::optional<engine::CallSid> before);
    QString sectionOf(int row) const;

    std::vector<engine::records::CallSummary> m_calls;
    engine::records::CallFilter m_filter;
    engine::records::CallFilter m_asked; // of the page to come
    bool m_asking = false;
    bool m_atEnd = true;
    QString m_trouble;
    QString m_homeRegion;
};

} // namespace ui::models
