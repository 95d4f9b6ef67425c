#pragma once

#include "engine/practice/line_context.h"
#include "engine/twilio/form_codec.h"

#include <QAbstractSocket>
#include <QByteArray>
#include <QObject>
#include <QString>
#include <QUrl>

#include <memory>

class QTcpSocket;

namespace engine::practice {

/// What the carrier asks one of the customer's addresses.
struct WebhookRequest
{
    QByteArray method = "POST"; ///< POST: the parameters are the body; GET: they are added to the query
    QString url;                ///< as the customer gave it; its fragment is never sent
    twilio::FormPairs parameters;
};

/// The answer, or why there is none.
struct WebhookOutcome
{
    int errorCode = 0; ///< 0: a whole 2xx answer; else the carrier's code, e.g. 11200
    QString errorText;
    int status = 0; ///< also set for a refusing answer; 0 when there was none
    QByteArray contentType;
    QByteArray body;
};

/// One signed request on a connection of its own, so that neighbours can overtake each other as they do at the carrier.
///
/// 15 s for everything, 5 s for connecting, which is tried twice; nothing else is retried. Reaches loopback addresses
/// only: the practice line sends no packet off this machine. Deletes itself after finished(); deleting it earlier
/// cancels. Practice thread.
class WebhookJob : public QObject
{
    Q_OBJECT
public:
    WebhookJob(WebhookRequest request, const LineContext &context, QObject *parent);
    ~WebhookJob() override;

    /// Once; finished() comes later, never from within.
    void start();

signals:
    void finished(const engine::practice::WebhookOutcome &outcome);

private:
    void connectToHost();
    void onConnected();
    void onReadyRead();
    void onDisconnected();
    void connectFailed();
    void fail(int code, const QString &text);
    void finish(const WebhookOutcome &outcome);
    QByteArray requestBytes() const;

    WebhookRequest m_request;
    Secret m_authToken;
    QByteArray m_idempotencyToken; ///< the same on every try
    QUrl m_url;
    QTcpSocket *m_socket = nullptr; // a child; replaced by the second try
    std::unique_ptr<Timer> m_connectDeadline;
    std::unique_ptr<Timer> m_totalDeadline;
    int m_tries = 0;
    QByteArray m_received;
    bool m_done = false;
};

/// Whether what is sent to this host stays on this machine: a loopback address, or one of its own.
[[nodiscard]] bool isThisMachine(const QString &host);

} // namespace engine::practice
