#include "app/bootstrap.h"
#include "app/desktop/keychain.h"
#include "app/engine_thread.h"
#include "app/exit_codes.h"
#include "app/number_handover.h"
#include "app/unix_signals.h"
#include "engine/base/thread_priority.h"
#include "ui/main_window.h"
#include "ui/models/settings_model.h"
#include "ui/theme.h"

#include <QApplication>
#include <QSettings>

#include <cstdio>
#include <optional>

namespace {

/// Reads options and settings under a QCoreApplication of its own, since nothing may touch a display before it is known
/// that a window is wanted. @return nothing when the program has done its work already, then `exitCode` says how
std::optional<app::Setup> setUpOrRunHeadless(int &argc, char **argv, int &exitCode)
{
    QCoreApplication application(argc, argv);
    const auto keychain = app::Keychain::ofThisSession();
    auto setup = app::setUp(QCoreApplication::arguments(), QStringLiteral("dialdesk"), keychain.get());
    if (!setup) {
        std::fputs(qPrintable(setup.error().text), setup.error().exitCode == 0 ? stdout : stderr);
        exitCode = setup.error().exitCode;
        return std::nullopt;
    }
    if (setup->commandLine.server) {
        exitCode = app::runHeadless(*setup);
        return std::nullopt;
    }
    return *setup;
}

bool hasDisplay()
{
#ifdef Q_OS_LINUX
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") ||
           !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
#else
    return true;
#endif
}

int runWindow(const app::Setup &setup, int &argc, char **argv)
{
    QApplication application(argc, argv);
    QApplication::setStyle(QStringLiteral("Fusion")); // the one style whose every part follows palette and style sheet
    QApplication::setQuitOnLastWindowClosed(false);

    app::NumberHandover handover(app::NumberHandover::defaultPath());
    if (!setup.commandLine.number.isEmpty() && handover.give(setup.commandLine.number))
        return 0;
    handover.listen();

    ui::Theme theme;
    QSettings settings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("dialdesk"),
                       QStringLiteral("dialdesk"));
    ui::models::EngineLink link;
    const auto keychain = app::Keychain::ofThisSession();
    ui::models::SettingsModel settingsModel(setup.settings, setup.commandLine.practice, keychain.get());
    ui::MainWindow window(link, theme, settings);
    window.useSettings(settingsModel);
    window.setNumber(setup.commandLine.number);
    window.show();
    QObject::connect(&handover, &app::NumberHandover::received, &window, [&window](const QString &number) {
        window.setNumber(number);
        window.setWindowState(window.windowState() & ~Qt::WindowMinimized);
        window.raise();
        window.activateWindow();
    });

    app::EngineThread engine(setup);
    int exitCode = 0;
    QObject::connect(&engine, &app::EngineThread::ready, &link, [&](engine::Engine *made) {
        link.attach(made);
        engine.open();
        engine::giveWay(app::kNiceOfTheWindow); // not earlier: the engine's threads run by now
    });
    QObject::connect(&settingsModel, &ui::models::SettingsModel::saved, &link,
                     [&](const engine::config::Config &config) {
                         link.reportSettingsWaiting();
                         engine.applySettings(config);
                     });
    QObject::connect(&engine, &app::EngineThread::replacing, &link, [&] {
        if (link.detach())
            engine.replace();
    });
    QObject::connect(&engine, &app::EngineThread::replaced, &link, &ui::models::EngineLink::attach);
    QObject::connect(&engine, &app::EngineThread::settingsTaken, &link, &ui::models::EngineLink::reportSettingsTaken);
    QObject::connect(&engine, &app::EngineThread::failed, &link, &ui::models::EngineLink::reportTrouble);
    QObject::connect(&engine, &app::EngineThread::askedCallPlaced, &link,
                     [&link](const engine::CallSid &sid) { link.reportDialed(sid); });
    QObject::connect(&engine, &app::EngineThread::askedCallRefused, &link,
                     [&link](const engine::Error &error) { link.reportDialed(tl::unexpected(error)); });
    bool toldToStop = false;
    QObject::connect(&engine, &app::EngineThread::askedCallOver, &link, [&](int code) {
        exitCode = toldToStop ? 0 : code; // stopping when told to is success, however far the call had come
        link.shutDown();
    });
    QObject::connect(&window, &ui::MainWindow::closed, &link, &ui::models::EngineLink::shutDown);
    QObject::connect(&link, &ui::models::EngineLink::stopped, &application, [&] { QCoreApplication::exit(exitCode); });
    app::UnixSignals signalsSeen;
    QObject::connect(&signalsSeen, &app::UnixSignals::asked, &link, [&] {
        toldToStop = true;
        link.shutDown();
    });

    // After the first paint: a person sees the window while the engine is being made.
    QMetaObject::invokeMethod(&engine, &app::EngineThread::start, Qt::QueuedConnection);
    return QApplication::exec();
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication::setApplicationName(QStringLiteral("dialdesk"));
    QCoreApplication::setApplicationVersion(QStringLiteral(DIALDESK_VERSION));
    app::installLog();
    int exitCode = 0;
    const auto setup = setUpOrRunHeadless(argc, argv, exitCode);
    if (!setup)
        return exitCode;
    if (!hasDisplay()) {
        std::fputs("dialdesk: there is no display for a window. Start it with --server to run without one.\n", stderr);
        return app::kWrongSettings;
    }
    for (const QString &warning : setup->warnings)
        qWarning("%s", qPrintable(warning));
    return runWindow(*setup, argc, argv);
}
