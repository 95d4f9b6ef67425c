#pragma once

#include <QProcess>
#include <QProcessEnvironment>
#include <QTcpServer>
#include <QTest>

constexpr int kPatience = 45'000;

/// What any program needs, and none of the settings of whoever runs the test.
inline QProcessEnvironment plainEnvironment()
{
    QProcessEnvironment environment;
    for (const char *name : {"PATH", "HOME", "TZ", "LC_ALL", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"})
        if (qEnvironmentVariableIsSet(name))
            environment.insert(name, qEnvironmentVariable(name));
    return environment;
}

inline quint16 freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost, 0) ? server.serverPort() : 0;
}

/// A program of ours, with all it wrote.
class Program
{
public:
    Program(const QString &path, const QStringList &arguments, const QProcessEnvironment &environment,
            const QString &directory)
    {
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(directory);
        process.setProcessChannelMode(QProcess::MergedChannels);
        QObject::connect(&process, &QProcess::readyRead, &process, [this] { output += process.readAll(); });
        process.start(path, arguments);
    }
    ~Program()
    {
        process.terminate();
        if (!process.waitForFinished(20'000))
            process.kill();
        process.waitForFinished();
    }
    bool waitFor(const QByteArray &words)
    {
        return QTest::qWaitFor([&] { return output.contains(words) || process.state() == QProcess::NotRunning; },
                               kPatience) &&
               output.contains(words);
    }

    QProcess process;
    QByteArray output;
};
