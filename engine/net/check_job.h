#pragma once

#include "engine/net/http_client.h"

#include <QObject>
#include <QString>

#include <functional>

namespace engine::net {

/// What a check found when nothing stands in the way of a call.
struct CheckNote
{
    QString sentence;     ///< for the operator, e.g. "Deepgram accepts the key."
    bool warning = false; ///< it works, but somebody should know
    QString setting = {}; ///< with a warning: the name of the setting that would mend it, if one would
    bool operator==(const CheckNote &) const = default;
};

/// One question to the outside whose answer tells whether calls would work. finished() comes once, never from within
/// the call that made it, then the job deletes itself; deleting it earlier cancels. Engine thread.
class CheckJob : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
signals:
    /// An Error says what is wrong, whose fault it is and what to do.
    void finished(const engine::Result<engine::net::CheckNote> &found);

protected:
    /// Ends the job; a second call does nothing.
    void conclude(const Result<CheckNote> &found);

private:
    bool m_over = false;
};

/// A check that is one HTTP request.
class HttpCheck final : public CheckJob
{
    Q_OBJECT
public:
    /// Reads the answer: any HTTP status, or an Error when there was none.
    using Verdict = std::function<Result<CheckNote>(const Result<HttpResponse> &)>;

    HttpCheck(HttpClient &http, const HttpRequest &request, Verdict verdict, QObject *parent);
};

/// A check whose outcome is known without asking anybody, told like every other.
class KnownCheck final : public CheckJob
{
    Q_OBJECT
public:
    KnownCheck(const Result<CheckNote> &found, QObject *parent);
};

} // namespace engine::net
