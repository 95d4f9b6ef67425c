#pragma once

#include "engine/calls/call_state.h"
#include "engine/records/call_level.h"
#include "engine/records/call_record.h"

#include <QAbstractListModel>

#include <vector>

namespace ui::models {

/// Calls: live ones first, newest on top; below them those that ended, last ended on top.
///
/// Fed with the engine's events, and with records of calls that ended before. Lives on the window's thread.
class CallListModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role
    {
        SidRole = Qt::UserRole, ///< QString
        NumberRole,             ///< as written at home
        StateRole,              ///< int, engine::calls::CallState
        StateTextRole,
        LiveRole,
        LineRole,      ///< below the number: the last words, or how the call ended
        StartedAtRole, ///< when it was answered, before that when it was queued; what a running time counts from
        DurationRole,  ///< ended calls: seconds
        EndedAtRole,
        EnvironmentRole, ///< "local", "production"
        PracticeRole,
        CalleeLevelRole, ///< double, dBFS; live calls with sound
        AgentLevelRole,
        SectionRole ///< the heading above this row; "" unless the row is the first of its section
    };

    /// So many calls that have ended are in the list; older ones are in the history alone.
    static constexpr int kEndedKept = 200;

    explicit CallListModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

    /// What a list shows of a call by its record alone: no last words, no levels, no heading.
    [[nodiscard]] static QVariant dataOf(const engine::records::CallRecord &record, int role,
                                         const QString &homeRegion);

    void apply(const engine::records::Event &event);
    /// Adds calls that have ended; those known already stay as they are.
    void addPast(const std::vector<engine::records::CallRecord> &records);
    /// Takes a call that has ended out of the list.
    void forget(const engine::CallSid &sid);
    /// How loud the live calls are now; the rest have no sound.
    void setLevels(const engine::records::CallLevels &levels);
    /// Numbers of this country are written without its code.
    void setHomeRegion(const QString &region);
    const QString &homeRegion() const { return m_homeRegion; }

    /// All that is known of a call; nullptr for one not in the list. Valid until the next apply().
    const engine::records::CallRecord *record(const engine::CallSid &sid) const;
    /// -1 when it is not in the list
    int rowOf(const engine::CallSid &sid) const;
    int liveCount() const { return m_live; }

signals:
    void callChanged(const engine::CallSid &sid);
    void liveCountChanged(int count);
    /// An ended call left the list.
    void callForgotten(const engine::CallSid &sid);

private:
    struct Entry
    {
        engine::records::CallRecord record;
        QString lastWords;
        engine::records::CallLevel level;
    };
    void open(const engine::CallSid &sid);
    void close(int row);
    void makeRoom();
    void sectionsChanged();
    QString lineOf(const Entry &entry) const;
    QString sectionOf(int row) const;

    std::vector<Entry> m_entries; // [0, m_live) run, the rest ended
    int m_live = 0;
    int m_today = 0; // of the ended ones
    QString m_homeRegion;
};

} // namespace ui::models
