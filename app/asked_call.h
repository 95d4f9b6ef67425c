#pragma once

#include "app/call_printer.h"
#include "engine/config/command_line.h"
#include "engine/engine.h"

#include <QObject>

namespace app {

/// The call asked for with --dial, and with --wait its transcript on standard output.
///
/// Lives on the engine's thread; the engine outlives it.
class AskedCall : public QObject
{
    Q_OBJECT
public:
    AskedCall(engine::Engine &engine, const engine::config::CommandLine &commandLine, QObject *parent = nullptr);

    /// Dials, once; does nothing when no call was asked for.
    void place();

signals:
    void placed(const engine::CallSid &sid);
    void refused(const engine::Error &error);
    /// With --wait: the call is over or never came to be. @param exitCode  of the program, contract.md section 1
    void over(int exitCode);

private:
    void onAnswered(const engine::Result<engine::CallSid> &sid);

    engine::Engine &m_engine;
    engine::DialRequest m_request;
    bool m_wait = false;
    CallPrinter m_printer;
};

} // namespace app
