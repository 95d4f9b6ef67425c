#include "app/unix_signals.h"

#include <QSocketNotifier>

#include <atomic>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

namespace app {

namespace {

// A signal handler can reach nothing but globals; these two are the whole bridge.
int g_sockets[2] = {-1, -1};
std::atomic<int> g_seen = 0;

extern "C" void onSignal(int)
{
    constexpr int kEndedBySignal = 130;
    if (++g_seen > 1)
        _exit(kEndedBySignal);
    const char byte = 1;
    [[maybe_unused]] const ssize_t written = write(g_sockets[0], &byte, 1);
}

} // namespace

UnixSignals::UnixSignals(QObject *parent) : QObject(parent)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, g_sockets) != 0)
        qFatal("cannot listen for signals");
    m_notifier = new QSocketNotifier(g_sockets[1], QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        [[maybe_unused]] const ssize_t count = read(g_sockets[1], &byte, 1);
        emit asked();
    });
    struct sigaction action = {};
    action.sa_handler = onSignal;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    signal(SIGPIPE, SIG_IGN); // a reader of our output that goes away must not end live calls
}

UnixSignals::~UnixSignals()
{
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    close(g_sockets[0]);
    close(g_sockets[1]);
}

} // namespace app
