#pragma once

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

namespace engine::practice {

/// A refusal of the carrier's REST interface, as it stands in the body:
/// {"code":21211,"message":"Invalid 'To' Phone Number:
/// +1415555XXXX","more_info":"https://www.twilio.com/docs/errors/21211","status":400}
struct RestError
{
    int status = 400;
    int code = 0;
    QString message;
    QString detail; ///< usually empty
    bool operator==(const RestError &) const = default;

    QByteArray toJson() const
    {
        QJsonObject body{
            {QStringLiteral("code"), code},
            {QStringLiteral("message"), message},
            {QStringLiteral("more_info"), QStringLiteral("https://www.twilio.com/docs/errors/%1").arg(code)},
            {QStringLiteral("status"), status}};
        if (!detail.isEmpty())
            body.insert(QStringLiteral("detail"), detail);
        return QJsonDocument(body).toJson(QJsonDocument::Compact);
    }
};

} // namespace engine::practice
