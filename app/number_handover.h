#pragma once

#include <QLocalServer>
#include <QObject>
#include <QString>

namespace app {

/// A number given on the command line (a tel: link) goes to the console this user has open already, when there is one:
/// a second engine could not listen, and a call belongs where the others are. Lives on the window's thread.
class NumberHandover : public QObject
{
    Q_OBJECT
public:
    /// @param path  of the socket; one per user, see defaultPath()
    explicit NumberHandover(const QString &path, QObject *parent = nullptr);

    /// In the folder of this user's session, where nobody else may look.
    static QString defaultPath();

    /// Gives the number to the console that listens there. Before an event loop runs; returns within a second.
    /// @return whether one took it
    [[nodiscard]] bool give(const QString &number) const;
    /// Takes numbers from now on. A console opened earlier goes on taking them.
    void listen();

signals:
    void received(const QString &number);

private:
    void onConnection();

    QString m_path;
    QLocalServer m_server;
};

} // namespace app
