#pragma once

#include "app/bootstrap.h"
#include "engine/engine.h"

#include <QObject>
#include <QThread>

#include <memory>
#include <optional>

namespace app {

/// By how much the window's thread gives way (engine::giveWay) once the engine has its own: a window can wait some milliseconds for a
/// core, a person on the telephone hears them. What it is worth is measured by `bench_calls --window`; see README.
inline constexpr int kNiceOfTheWindow = 10;

/// The engine, and the practice line when it is on, away from the window's thread.
///
/// Lives on the window's thread. What it makes lives on a thread of its own, where every command goes queued and from
/// where every signal comes queued.
///
/// New settings lead to a new engine, never to a changed one: as soon as nothing is under way the old one goes and
/// another takes its place, or again one with the old settings when nothing can listen with the new. replacing() comes
/// first, so that whoever posts to the old engine can let go of it; replace() answers.
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
    /// From now on these settings are wanted; replacing() follows once no call is under way.
    void applySettings(const engine::config::Config &config);
    /// The engine is in nobody's hands any more: it may go. replaced() and settingsTaken() follow.
    void replace();

signals:
    /// @param engine  for queued commands and connections only; gone with this object or after replace()
    void ready(engine::Engine *engine);
    void failed(const engine::Error &error);
    /// The engine is about to go: forget it, then call replace().
    void replacing();
    /// This is the engine from now on, and it listens already.
    void replaced(engine::Engine *engine);
    /// Whether the settings last wanted are in use; if not, why, and those before them are.
    void settingsTaken(const engine::Result<engine::Done> &taken);
    void askedCallPlaced(const engine::CallSid &sid);
    void askedCallRefused(const engine::Error &error);
    void askedCallOver(int exitCode);

private:
    struct Room;
    // All of these run on m_thread.
    [[nodiscard]] engine::Result<engine::Done> furnish(const Setup &setup,
                                                       std::optional<engine::config::Environment> switchedTo);
    [[nodiscard]] engine::Result<engine::Done> listen();
    void replaceWhenIdle();
    void replaceNow();
    [[nodiscard]] bool hasEngine() const;

    QThread m_thread;
    QObject *m_anchor = nullptr; // lives on m_thread; what is run there is posted to it

    // Used on m_thread alone, once it runs.
    Setup m_setup;                 // of the engine there is
    std::optional<Setup> m_wanted; // of the engine to come
    std::unique_ptr<Room> m_room;
};

} // namespace app
