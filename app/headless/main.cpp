#include "app/bootstrap.h"

#include <QCoreApplication>

#include <cstdio>

int main(int argc, char *argv[])
{
    app::useLeanEventLoops();
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("dialdesk"));
    QCoreApplication::setApplicationVersion(QStringLiteral(DIALDESK_VERSION));
    app::installLog();
    const auto setup = app::setUp(QCoreApplication::arguments(), QStringLiteral("dialdesk-server"));
    if (!setup) {
        std::fputs(qPrintable(setup.error().text), setup.error().exitCode == 0 ? stdout : stderr);
        return setup.error().exitCode;
    }
    return app::runHeadless(*setup);
}
