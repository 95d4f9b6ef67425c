#include "ui/pages/questions.h"

#include "ui/widgets/icons.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace ui::pages {

namespace {

struct Questions
{
    Q_DECLARE_TR_FUNCTIONS(Questions)
};

/// @param name  objectName; @param title  also the first line, in bold
QMessageBox *makeBox(const QString &name, const QString &title, const QString &words, QWidget *window)
{
    auto *box = new QMessageBox(window);
    box->setObjectName(name);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setIcon(QMessageBox::NoIcon);
    box->setWindowTitle(title);
    box->setText(u"<b>%1</b>"_s.arg(title.toHtmlEscaped()));
    box->setInformativeText(words);
    return box;
}

struct Answer
{
    QString text;
    QMessageBox::ButtonRole role;
    std::function<void()> chosen;
};

enum class Default
{
    Yes,
    No
};

/// No is what Escape means.
void ask(QMessageBox *box, const Answer &yes, const QString &no, Default usual)
{
    QPushButton *yesButton = box->addButton(yes.text, yes.role);
    QPushButton *noButton = box->addButton(no, QMessageBox::RejectRole);
    box->setDefaultButton(usual == Default::Yes ? yesButton : noButton);
    box->setEscapeButton(noButton);
    QObject::connect(yesButton, &QPushButton::clicked, box->parentWidget(), yes.chosen);
    box->open();
}

void tell(QMessageBox *box)
{
    box->addButton(QMessageBox::Close);
    box->open();
}

} // namespace

void askForEnvironment(const models::DeskFacts &facts, bool production, int liveCalls, QWidget *window,
                       std::function<void()> yes)
{
    QString words = Questions::tr("This computer holds the conversation of the next calls.");
    if (production)
        words = facts.agentName.isEmpty()
                    ? Questions::tr("The next calls would be held by Pipecat Cloud, but AGENT_NAME and "
                                    "ORGANIZATION_NAME are not set: nothing can be dialed until they are.")
                    : Questions::tr("The next calls are held by the agent %1 on Pipecat Cloud, not by this computer.")
                          .arg(facts.agentName);
    if (liveCalls > 0)
        words += u' ' + Questions::tr("Calls under way stay as they are.");
    QMessageBox *box =
        makeBox(u"environmentConfirmation"_s,
                production ? Questions::tr("Switch to PRODUCTION?") : Questions::tr("Switch to LOCAL?"), words, window);
    ask(box,
        {production ? Questions::tr("Use PRODUCTION") : Questions::tr("Use LOCAL"), QMessageBox::AcceptRole,
         std::move(yes)},
        Questions::tr("Cancel"), production ? Default::No : Default::Yes);
}

void askToClose(int liveCalls, QWidget *window, std::function<void()> yes)
{
    const bool one = liveCalls == 1;
    QMessageBox *box =
        makeBox(u"closeConfirmation"_s,
                one ? Questions::tr("A call is still under way")
                    : Questions::tr("%n calls are still under way", nullptr, liveCalls),
                one ? Questions::tr("Closing Dialdesk ends it now.") : Questions::tr("Closing Dialdesk ends them now."),
                window);
    const QString end = one ? Questions::tr("End it and close") : Questions::tr("End them and close");
    ask(box, {end, QMessageBox::DestructiveRole, std::move(yes)}, Questions::tr("Keep talking"), Default::No);
}

void askToDelete(const QString &number, QWidget *window, std::function<void()> yes)
{
    QMessageBox *box = makeBox(u"deleteConfirmation"_s, Questions::tr("Delete the call to %1?").arg(number),
                               Questions::tr("Its words, times and recording are deleted for good."), window);
    ask(box, {Questions::tr("Delete"), QMessageBox::DestructiveRole, std::move(yes)}, Questions::tr("Keep"),
        Default::No);
}

void askToCallAgain(const QString &what, QWidget *window, std::function<void()> yes)
{
    QMessageBox *box =
        makeBox(u"callAgainConfirmation"_s, Questions::tr("Let %1 be called again?").arg(what),
                Questions::tr("Only do this when whom it belongs to has agreed: calling people who asked not to be "
                              "called is against the law in many countries."),
                window);
    ask(box, {Questions::tr("Take off the list"), QMessageBox::DestructiveRole, std::move(yes)}, Questions::tr("Keep"),
        Default::No);
}

void showFailure(const QString &title, const engine::Error &error, QWidget *window)
{
    tell(makeBox(u"failureBox"_s, title, error.message.toHtmlEscaped(), window));
}

void showWhereSettingsAre(const models::DeskFacts &facts, const QString &name, QWidget *window)
{
    const QString file =
        facts.envFile.isEmpty() ? Questions::tr("a file named .env where Dialdesk is started") : facts.envFile;
    tell(makeBox(u"settingPlace"_s, name,
                 Questions::tr("It stands in %1; start Dialdesk again after a change.").arg(file.toHtmlEscaped()),
                 window));
}

void showAbout(QWidget *window)
{
    QMessageBox *box =
        makeBox(u"aboutBox"_s, Questions::tr("Dialdesk %1").arg(QCoreApplication::applicationVersion()),
                Questions::tr("Places phone calls that an AI agent holds, and shows every word.<br><br>Free software "
                              "under the GNU General Public License, version 3 or later. Built with Qt %1.")
                    .arg(QString::fromLatin1(qVersion())),
                window);
    box->setWindowTitle(Questions::tr("About Dialdesk"));
    box->setIconPixmap(widgets::programIcon().pixmap(64, 64));
    tell(box);
}

} // namespace ui::pages
