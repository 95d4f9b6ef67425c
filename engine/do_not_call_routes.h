#pragma once

#include "engine/base/clock.h"
#include "engine/server/http_server.h"

#include <QObject>
#include <QString>

namespace engine::records {
class DoNotCallList;
}

namespace engine {

class Door;

/// The routes of the do-not-call list: GET and POST /api/do-not-call, DELETE /api/do-not-call/{number}, POST
/// /api/do-not-call/import. A change is answered when it is on the disk. Engine thread; owned by the Engine.
class DoNotCallRoutes : public QObject
{
    Q_OBJECT
public:
    /// @param homeRegion  ISO 3166 country of numbers without a country code; empty: such numbers are rejected
    DoNotCallRoutes(server::HttpServer &server, Door &door, records::DoNotCallList &list, const QString &homeRegion,
                    Clock &clock);

private:
    void list(const server::Request &request, server::Responder responder);
    void add(const server::Request &request, server::Responder responder);
    void remove(const server::Request &request, server::Responder responder);
    void import(const server::Request &request, server::Responder responder);

    records::DoNotCallList &m_list;
    QString m_homeRegion;
    Clock &m_clock;
};

} // namespace engine
