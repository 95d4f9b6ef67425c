#include "app/asked_call.h"

#include "app/exit_codes.h"

#include <QLoggingCategory>

namespace app {

Q_LOGGING_CATEGORY(lcAskedCall, "dialdesk.app")

AskedCall::AskedCall(engine::Engine &engine, const engine::config::CommandLine &commandLine, QObject *parent)
    : QObject(parent), m_engine(engine), m_wait(commandLine.wait),
      m_printer(commandLine.json ? CallPrinter::Form::Json : CallPrinter::Form::Text)
{
    m_request.to = commandLine.dial;
    m_request.from = commandLine.from;
    m_request.customData = commandLine.data;
}

void AskedCall::place()
{
    if (m_request.to.isEmpty())
        return;
    if (m_wait) {
        // Connected before dialing: the first events come before the answer that names the call.
        connect(&m_engine, &engine::Engine::event, &m_printer, &CallPrinter::print);
        connect(&m_printer, &CallPrinter::callOver, this, &AskedCall::over);
    }
    auto *job = m_engine.dial(m_request, &m_engine);
    connect(job, &engine::DialJob::finished, this, &AskedCall::onAnswered);
}

void AskedCall::onAnswered(const engine::Result<engine::CallSid> &sid)
{
    if (sid) {
        m_printer.follow(*sid);
        emit placed(*sid);
        return;
    }
    qCCritical(lcAskedCall).noquote() << sid.error().message;
    emit refused(sid.error());
    if (m_wait)
        emit over(sid.error().fault == engine::Fault::Settings ? kWrongSettings : kCallFailed);
}

} // namespace app
