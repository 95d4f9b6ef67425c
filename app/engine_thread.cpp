#include "app/engine_thread.h"

#include "app/asked_call.h"
#include "engine/base/epoll_dispatcher.h"
#include "engine/practice/practice_line.h"

#include <QLoggingCategory>

#include <optional>

using namespace Qt::StringLiterals;

namespace app {

using engine::config::Environment;

Q_LOGGING_CATEGORY(lcEngineThread, "dialdesk.app")

struct EngineThread::Room
{
    PracticeHost practice;
    std::optional<EngineHost> host;
    std::optional<AskedCall> askedCall;
};

EngineThread::EngineThread(Setup setup) : m_anchor(new QObject), m_setup(std::move(setup))
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
    m_thread.setEventDispatcher(new engine::EpollDispatcher);
    m_thread.start();
    QMetaObject::invokeMethod(
        m_anchor,
        [this] {
            if (const auto made = furnish(m_setup, {}); !made) {
                qCCritical(lcEngineThread).noquote() << made.error().message;
                emit failed(made.error());
                return;
            }
            emit ready(&m_room->host->engine());
        },
        Qt::QueuedConnection);
}

engine::Result<engine::Done> EngineThread::furnish(const Setup &setup, std::optional<Environment> switchedTo)
{
    m_room.reset(); // before the next one is made: both want the same port
    m_room = std::make_unique<Room>();
    Setup pointed = setup;
    pointed.config.environment = switchedTo.value_or(setup.config.environment);
    if (const auto started = startPractice(m_room->practice, pointed); !started)
        return started;
    m_room->host.emplace(pointed);
    engine::Engine &engine = m_room->host->engine();
    logListening(engine);
    connect(
        &engine, &engine::Engine::idle, m_anchor, [this] { replaceWhenIdle(); }, Qt::QueuedConnection);
    m_room->askedCall.emplace(engine, setup.commandLine);
    connect(&*m_room->askedCall, &AskedCall::placed, this, &EngineThread::askedCallPlaced);
    connect(&*m_room->askedCall, &AskedCall::refused, this, &EngineThread::askedCallRefused);
    connect(&*m_room->askedCall, &AskedCall::over, this, &EngineThread::askedCallOver);
    return engine::Done{};
}

engine::Result<engine::Done> EngineThread::listen()
{
    const auto port = m_room->host->engine().listen();
    return port.map([](quint16) { return engine::Done{}; });
}

void EngineThread::open()
{
    QMetaObject::invokeMethod(
        m_anchor,
        [this] {
            if (const auto listening = listen(); !listening) {
                qCCritical(lcEngineThread).noquote() << listening.error().message;
                emit failed(listening.error());
                return;
            }
            m_room->askedCall->place();
        },
        Qt::QueuedConnection);
}

void EngineThread::applySettings(const engine::config::Config &config)
{
    QMetaObject::invokeMethod(
        m_anchor,
        [this, config] {
            m_wanted = withConfig(m_setup, config);
            replaceWhenIdle();
        },
        Qt::QueuedConnection);
}

void EngineThread::replaceWhenIdle()
{
    if (m_wanted && (!hasEngine() || m_room->host->engine().isIdle()))
        emit replacing();
}

void EngineThread::replace()
{
    QMetaObject::invokeMethod(
        m_anchor, [this] { replaceNow(); }, Qt::QueuedConnection);
}

void EngineThread::replaceNow()
{
    if (!m_wanted)
        return;
    if (hasEngine() && !m_room->host->engine().isIdle()) { // a call got in between; its end asks again
        emit replaced(&m_room->host->engine());
        return;
    }
    const Setup wanted = *std::exchange(m_wanted, std::nullopt);
    // What the window was switched to stays, unless it is what was changed.
    std::optional<Environment> switchedTo;
    if (hasEngine() && wanted.config.environment == m_setup.config.environment)
        switchedTo = m_room->host->engine().config().environment;

    const auto taken = furnish(wanted, switchedTo).and_then([this](engine::Done) { return listen(); });
    engine::Result<engine::Done> working = taken;
    if (taken) {
        m_setup = wanted;
        qCInfo(lcEngineThread) << "new settings are in use";
    } else {
        qCWarning(lcEngineThread).noquote() << "new settings cannot be used:" << taken.error().message;
        working = furnish(m_setup, switchedTo).and_then([this](engine::Done) { return listen(); });
    }
    if (hasEngine())
        emit replaced(&m_room->host->engine());
    if (!working)
        emit failed(working.error());
    emit settingsTaken(taken);
}

bool EngineThread::hasEngine() const
{
    return m_room && m_room->host;
}

} // namespace app
