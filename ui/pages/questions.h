#pragma once

#include "ui/models/engine_link.h"

#include <functional>

class QWidget;

/// The message boxes of the window: each opens over it and deletes itself when closed.
namespace ui::pages {

/// @param yes  called on the window's behalf when the person agrees
void askForEnvironment(const models::DeskFacts &facts, bool production, int liveCalls, QWidget *window,
                       std::function<void()> yes);
/// Asks before closing ends live calls.
void askToClose(int liveCalls, QWidget *window, std::function<void()> yes);
/// Asks before everything about a call is deleted. @param number  as people write it
void askToDelete(const QString &number, QWidget *window, std::function<void()> yes);
/// Asks before a number is taken off the do-not-call list. @param what  a number as people write it, or "3 numbers"
void askToCallAgain(const QString &what, QWidget *window, std::function<void()> yes);
/// Says why what was asked for could not be done. @param title  what it was
void showFailure(const QString &title, const engine::Error &error, QWidget *window);
/// @param name  of the setting, as in .env
void showWhereSettingsAre(const models::DeskFacts &facts, const QString &name, QWidget *window);
void showAbout(QWidget *window);

} // namespace ui::pages
