#pragma once

#include "app/bootstrap.h"
#include "engine/engine.h"

#include <QObject>
#include <QThread>

#include <memory>

namespace app {

/// The engine, and the practice line when it is on, away from the window's thread.
///
/// Lives on the window's thread. What it makes lives on a thread of its own, where every command goes queued and from
/// where every signal comes queued.
class EngineThread : public QObject
{
    Q_OBJECT
public:
    explicit EngineThread(Setup setup);
    /// Ends the thread. Calls should be over by then: Engine::shutDown().
    ~EngineThread() override;

    /// Returns at once; ready() or failed() follows.
    void start();
    /// Opens the server and places the call asked for on the command line. After ready(), when all listeners are
    /// connected.
    void open();

signals:
    /// @param engine  for queued commands and connections only; gone with this object
    void ready(engine::Engine *engine);
    void failed(const engine::Error &error);
    void askedCallPlaced(const engine::CallSid &sid);
    void askedCallRefused(const engine::Error &error);
    void askedCallOver(int exitCode);

private:
    struct Room;
    void furnish();

    Setup m_setup;
    QThread m_thread;
    QObject *m_anchor = nullptr;  // lives on m_thread; what is run there is posted to it
    std::unique_ptr<Room> m_room; // made, used and destroyed on m_thread
};

} // namespace app
