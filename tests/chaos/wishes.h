#pragma once

#include <QByteArray>
#include <QNetworkAccessManager>
#include <QObject>
#include <QString>
#include <QTimer>
#include <QUrl>

#include <deque>

namespace chaos {

/// One wish to call somebody. No other wish has the same two numbers, so that the carrier's list tells whose a call is.
struct Wish
{
    QString to;
    QString from;
    QByteArray key;
    int status = 0; ///< of the last answer that settles it; 0: none yet
    QString sid;    ///< of the call, when there is one
    int requests = 0;
};

/// The client of the server: asks for calls, each with an Idempotency-Key of its own, and repeats a request that got no
/// answer, or one that says "later", as long as it takes.
class Wishes : public QObject
{
    Q_OBJECT
public:
    /// @param server  listens here when it runs
    explicit Wishes(const QUrl &server);

    /// Asks for one more call.
    void add(const QString &to, const QString &from);
    const std::deque<Wish> &all() const { return m_wishes; }
    /// Wishes without an answer that settles them.
    int open() const;

private:
    void ask(Wish &wish);
    void take(Wish &wish, QNetworkReply *reply);

    QUrl m_url;
    QNetworkAccessManager m_http;
    std::deque<Wish> m_wishes; // references to its elements stay good
};

} // namespace chaos
