#pragma once

#include "engine/records/events.h"

#include <QObject>

#include <optional>
#include <vector>

namespace app {

/// Writes one call to standard output as it happens, for --wait: a conversation to read, or the contract's events one a line.
class CallPrinter : public QObject
{
    Q_OBJECT
public:
    enum class Form { Text, Json };
    explicit CallPrinter(Form form, QObject *parent = nullptr);

    /// Which call to print. Events that came before this are kept and printed now.
    void follow(const engine::CallSid &sid);
    void print(const engine::records::Event &event);

    /// The conversation's lines for an event; none for those a reader does not need. Pure.
    /// @param secondsSinceStart  shown in front of states and incidents
    [[nodiscard]] static QStringList linesFor(const engine::records::Event &event, double secondsSinceStart);
    /// Exit status for a call's end: contract.md section 1.
    [[nodiscard]] static int exitCodeFor(const engine::records::CallEnded &ended);

signals:
    /// The call is over. @param exitCode  of the program
    void callOver(int exitCode);

private:
    void write(const engine::records::Event &event);
    void flushCallee();

    Form m_form;
    std::optional<engine::CallSid> m_sid;
    std::vector<engine::records::Event> m_early;
    QDateTime m_startedAt;
    QString m_calleeText; // finals of the turn the callee is in: printed as one line once somebody else acts
};

} // namespace app
