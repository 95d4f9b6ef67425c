#include "app/engine_thread.h"

#include "app/asked_call.h"
#include "engine/practice/practice_line.h"

#include <QLoggingCategory>

#include <optional>

using namespace Qt::StringLiterals;

namespace app {

Q_LOGGING_CATEGORY(lcEngineThread, "dialdesk.app")

struct EngineThread::Room
{
    PracticeHost practice;
    std::optional<EngineHost> host;
    std::optional<AskedCall> askedCall;
};

EngineThread::EngineThread(Setup setup) : m_setup(std::move(setup)), m_anchor(new QObject)
{
    m_thread.setObjectName(u"engine"_s);
    m_anchor->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_anchor, &QObject::deleteLater);
}

EngineThread::~EngineThread()
{
    if (!m_thread.isRunning()) {
        delete m_anchor;
        return;
    }
    QMetaObject::invokeMethod(
        m_anchor, [this] { m_room.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

void EngineThread::start()
{
    m_thread.start();
    QMetaObject::invokeMethod(
        m_anchor, [this] { furnish(); }, Qt::QueuedConnection);
}

void EngineThread::furnish()
{
    m_room = std::make_unique<Room>();
    if (const auto started = startPractice(m_room->practice, m_setup); !started) {
        qCCritical(lcEngineThread).noquote() << started.error().message;
        emit failed(started.error());
        return;
    }
    m_room->host.emplace(m_setup);
    engine::Engine &engine = m_room->host->engine();
    logListening(engine);
    m_room->askedCall.emplace(engine, m_setup.commandLine);
    connect(&*m_room->askedCall, &AskedCall::placed, this, &EngineThread::askedCallPlaced);
    connect(&*m_room->askedCall, &AskedCall::refused, this, &EngineThread::askedCallRefused);
    connect(&*m_room->askedCall, &AskedCall::over, this, &EngineThread::askedCallOver);
    emit ready(&engine);
}

void EngineThread::open()
{
    QMetaObject::invokeMethod(
        m_anchor,
        [this] {
            if (const auto port = m_room->host->engine().listen(); !port) {
                qCCritical(lcEngineThread).noquote() << port.error().message;
                emit failed(port.error());
                return;
            }
            m_room->askedCall->place();
        },
        Qt::QueuedConnection);
}

} // namespace app
