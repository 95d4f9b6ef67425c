#include "tests/bench/server_settings.h"

#include <QHostAddress>
#include <QTcpServer>

using namespace Qt::StringLiterals;

namespace bench {

QString practiceAccount()
{
    return u"AC"_s + QString(32, u'0');
}

quint16 freePort()
{
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost, 0);
    return probe.serverPort();
}

QProcessEnvironment cleanEnvironment(const QString &directory)
{
    const QProcessEnvironment own = QProcessEnvironment::systemEnvironment();
    QProcessEnvironment environment;
    for (const QString &name : {u"PATH"_s, u"LD_LIBRARY_PATH"_s, u"LANG"_s, u"TZ"_s, u"DISPLAY"_s, u"XAUTHORITY"_s})
        if (own.contains(name))
            environment.insert(name, own.value(name));
    if (!environment.contains(u"DISPLAY"_s))
        environment.insert(u"QT_QPA_PLATFORM"_s, u"offscreen"_s); // for programs with a window
    environment.insert(u"HOME"_s, directory);
    return environment;
}

QProcessEnvironment serverEnvironment(const QString &directory, const QString &practiceUrl, quint16 port)
{
    QProcessEnvironment environment = cleanEnvironment(directory);
    const QList<std::pair<QString, QString>> settings = {{u"TWILIO_ACCOUNT_SID"_s, practiceAccount()},
                                                         {u"TWILIO_AUTH_TOKEN"_s, u"practice"_s},
                                                         {u"TWILIO_FROM_NUMBER"_s, u"+14155550199"_s},
                                                         {u"GOOGLE_API_KEY"_s, u"practice"_s},
                                                         {u"DEEPGRAM_API_KEY"_s, u"practice"_s},
                                                         {u"CARTESIA_API_KEY"_s, u"practice"_s},
                                                         {u"TWILIO_API_BASE_URL"_s, practiceUrl},
                                                         {u"DEEPGRAM_BASE_URL"_s, practiceUrl},
                                                         {u"GOOGLE_API_BASE_URL"_s, practiceUrl},
                                                         {u"CARTESIA_BASE_URL"_s, practiceUrl},
                                                         {u"LOCAL_SERVER_URL"_s, u"http://127.0.0.1:%1"_s.arg(port)},
                                                         {u"PORT"_s, QString::number(port)},
                                                         {u"DIALDESK_DATA_DIR"_s, directory},
                                                         {u"DIALDESK_MAX_CALLS"_s, u"1000"_s},
                                                         {u"DIALDESK_CALLS_PER_SECOND"_s, u"1000"_s}};
    for (const auto &[name, value] : settings)
        environment.insert(name, value);
    return environment;
}

} // namespace bench
