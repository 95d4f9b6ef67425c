#pragma once

#include "app/engine_thread.h"
#include "ui/main_window.h"
#include "ui/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDir>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>

#include <memory>
#include <utility>

/// The real window over the real engine, calling the practice line of this process; can be started again, as by the next run of the
/// program in the same folder.
class WindowRig
{
public:
    /// @param folder  for the window's settings and the engine's data; outlives this
    explicit WindowRig(const QString &folder)
    {
        QApplication::setStyle("Fusion");
        QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        QDir().mkpath(DIALDESK_SCREENSHOTS);
        m_windowFile = folder + "/window.ini";
        setup.practice = true;
        setup.config.server.port = 0;
        setup.config.dataDir = folder + "/data";
        setup.config.limits.callsPerSecond = 20;
    }

    /// @return whether calls can be placed
    [[nodiscard]] bool start()
    {
        settings = std::make_unique<QSettings>(m_windowFile, QSettings::IniFormat);
        theme = std::make_unique<ui::Theme>();
        link = std::make_unique<ui::models::EngineLink>();
        window = std::make_unique<ui::MainWindow>(*link, *theme, *settings);
        if (!settings->contains("window/geometry"))
            window->resize(ui::MainWindow::kFirstSize); // the tests' screen has no room for it
        m_engine = std::make_unique<app::EngineThread>(setup);
        QObject::connect(m_engine.get(), &app::EngineThread::ready, link.get(), [this](engine::Engine *engine) {
            link->attach(engine);
            m_engine->open();
        });
        QObject::connect(window.get(), &ui::MainWindow::closed, link.get(), &ui::models::EngineLink::shutDown);
        m_engine->start();
        window->show();
        return QTest::qWaitForWindowExposed(window.get()) &&
               QTest::qWaitFor([this] { return link->facts().light().text == "Ready to dial"; }, 10'000);
    }

    /// @return whether the engine has stopped in time
    [[nodiscard]] bool stop()
    {
        QSignalSpy stopped(link.get(), &ui::models::EngineLink::stopped);
        link->shutDown();
        const bool inTime = QTest::qWaitFor([&stopped] { return stopped.count() >= 1; }, 12'000);
        m_engine.reset();
        window.reset();
        link.reset();
        theme.reset();
        return inTime;
    }

    template <typename T>
    T *child(const char *name) const
    {
        auto *found = window->findChild<T *>(name);
        if (!found)
            qFatal("the window has no %s", name);
        return found;
    }
    void click(const char *button) const { QTest::mouseClick(child<QAbstractButton>(button), Qt::LeftButton); }

    /// Pictures of the window, or of a dialog of it, to be looked at: in light and dark.
    void savePictures(const QString &name, QWidget *of = nullptr)
    {
        for (const auto &[appearance, word] :
             {std::pair(ui::Theme::Appearance::Light, "light"), {ui::Theme::Appearance::Dark, "dark"}}) {
            theme->setAppearance(appearance);
            QApplication::processEvents();
            QVERIFY((of ? of : window.get())->grab().save(QString("%1/%2_%3.png").arg(DIALDESK_SCREENSHOTS, name, word)));
        }
        theme->setAppearance(ui::Theme::Appearance::System);
    }

    app::Setup setup;
    std::unique_ptr<QSettings> settings; ///< where the window keeps its own
    std::unique_ptr<ui::Theme> theme;
    std::unique_ptr<ui::models::EngineLink> link;
    std::unique_ptr<ui::MainWindow> window;

private:
    QString m_windowFile;
    std::unique_ptr<app::EngineThread> m_engine;
};
