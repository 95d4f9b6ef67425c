#pragma once

#include "engine/records/events.h"

#include <QAbstractListModel>

#include <vector>

namespace ui::models {

/// One call as a conversation: what each side said, what was heard of it, and what happened in between.
///
/// Fed with the engine's events of that call alone, in their order. Lives on the window's thread.
class TranscriptModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum class Kind
    {
        Callee,
        Agent,
        State,
        Tool,
        Incident
    };
    Q_ENUM(Kind)
    enum Role
    {
        KindRole = Qt::UserRole, ///< int, Kind
        SettledRole,             ///< words that will not change: said by the callee, heard by the callee
        PendingRole,             ///< words under way: the callee's interim ones, the agent's queued ones
        CutRole,                 ///< the agent's words that were never heard
        LatencyRole,             ///< double, ms; invalid for an answer nobody waited for
        LatencyDetailRole,       ///< where the time went, in words
        LatencyStepsRole,        ///< engine::records::TurnLatency, for the answer's chart
        OpenRole,                ///< bool: the answer's chart is wanted
        NoteRole,                ///< beside the time: "all heard", "speaking", "interrupted, 15 words not heard"
        AtRole,
        FaultRole,     ///< int, engine::Fault, of an incident
        RecordingRole, ///< double, ms: where in the call's recording it begins; invalid when that is not known
        RevisionRole ///< grows whenever the item changes; what a view may keep sizes by
    };

    explicit TranscriptModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

    void apply(const engine::records::Event &event);
    /// The rows as text to paste elsewhere, one line each.
    [[nodiscard]] QString plainText(const QList<int> &rows) const;
    [[nodiscard]] QString plainText() const;
    /// The rows these words stand in, whatever their case.
    [[nodiscard]] QList<int> rowsWith(const QString &words) const;
    /// The row that sounds at this moment of the recording: the last that has begun; -1 before the first.
    [[nodiscard]] int rowAt(double recordingMs) const;
    /// Opens or closes the chart of an answer; nothing happens for rows without one.
    void toggleOpen(int row);

private:
    struct Item
    {
        Kind kind = Kind::State;
        int turn = 0;
        QString settled;
        QString pending;
        QString cut;
        QString queued; ///< agent, while it speaks: all of the turn
        bool open = false;
        bool over = true; ///< agent: nothing more will change
        bool interrupted = false;
        engine::records::TurnLatency latency;
        engine::Fault fault = engine::Fault::Program;
        QDateTime at;
        std::optional<double> recordingMs;
        int revision = 0;
    };
    void on(const engine::records::CallStateChanged &event);
    void on(const engine::records::CalleeSaid &event);
    void on(const engine::records::AgentSpeaking &event);
    void on(const engine::records::AgentProgress &event);
    void on(const engine::records::AgentTurn &event);
    void on(const engine::records::ToolCalled &event);
    void on(const engine::records::IncidentHappened &event);
    void on(const engine::records::CallNoted &) {} // for the details
    void on(const engine::records::CallEnded &event);

    void append(Item item);
    void changed(size_t row);
    int lastSpoken() const;
    int agentRow(int turn) const;
    static QString textOf(const Item &item);
    QString noteOf(const Item &item) const;
    QString lineOf(const Item &item) const;

    std::vector<Item> m_items;
    int m_stateRow = -1; // the pill that tells how the call came to be answered
    QDateTime m_ringingAt;
};

} // namespace ui::models

Q_DECLARE_METATYPE(engine::records::TurnLatency)
