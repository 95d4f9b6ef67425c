#pragma once

#include "engine/records/events.h"

#include <QObject>
#include <QWebSocket>

#include <memory>
#include <vector>

namespace engine {

/// The listeners of `GET /api/events`: every event goes to each of them as one JSON text message. A listener that does not keep up is
/// dropped rather than waited for. Engine thread.
class EventStream : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    void add(std::unique_ptr<QWebSocket> socket);
    void send(const records::Event &event);
    int listeners() const { return static_cast<int>(m_sockets.size()); }
    /// Says goodbye to every listener (close code 1001).
    void closeAll();

private:
    std::vector<QWebSocket *> m_sockets; // children of this
};

} // namespace engine
