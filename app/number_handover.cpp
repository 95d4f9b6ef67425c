#include "app/number_handover.h"

#include <QLocalSocket>
#include <QLoggingCategory>
#include <QStandardPaths>
#include <QTimer>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace app {

Q_LOGGING_CATEGORY(lcHandover, "dialdesk.app")

namespace {

constexpr int kPatienceMs = 500;
constexpr auto kIdleLimit = 2s;
constexpr qint64 kLongestNumber = 4'000; // as the field takes
constexpr char kEnd = '\n';
constexpr char kTaken = '+';

} // namespace

NumberHandover::NumberHandover(const QString &path, QObject *parent) : QObject(parent), m_path(path)
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &NumberHandover::onConnection);
}

QString NumberHandover::defaultPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation) + "/dialdesk"_L1;
}

bool NumberHandover::give(const QString &number) const
{
    QLocalSocket socket;
    socket.connectToServer(m_path);
    if (!socket.waitForConnected(kPatienceMs))
        return false;
    socket.write(QString(number).remove(QLatin1Char(kEnd)).toUtf8().left(kLongestNumber) + kEnd);
    char answer = 0;
    return socket.waitForReadyRead(kPatienceMs) && socket.getChar(&answer) && answer == kTaken;
}

void NumberHandover::listen()
{
    QLocalSocket probe;
    probe.connectToServer(m_path);
    if (probe.waitForConnected(kPatienceMs))
        return;
    QLocalServer::removeServer(m_path); // left behind by one that did not end in order
    if (!m_server.listen(m_path))
        qCWarning(lcHandover).noquote() << "tel: links cannot be taken while this window is open:"
                                        << m_server.errorString();
}

void NumberHandover::onConnection()
{
    while (QLocalSocket *socket = m_server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        QTimer::singleShot(kIdleLimit, socket, &QLocalSocket::abort);
        socket->setReadBufferSize(kLongestNumber + 1);
        const auto read = [this, socket] {
            if (!socket->canReadLine())
                return;
            const QString number = QString::fromUtf8(socket->readLine(kLongestNumber + 1)).trimmed();
            socket->putChar(kTaken);
            socket->flush();
            socket->disconnectFromServer();
            emit received(number);
        };
        connect(socket, &QLocalSocket::readyRead, this, read);
        read(); // it may all be there already
    }
}

} // namespace app
