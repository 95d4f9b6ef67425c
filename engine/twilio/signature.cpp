#include "engine/twilio/signature.h"

#include "engine/base/constant_time.h"

#include <QMessageAuthenticationCode>

#include <map>
#include <set>

namespace engine::twilio {

namespace {

constexpr int kHttpPort = 80;
constexpr int kHttpsPort = 443;

} // namespace

QByteArray twilioSignature(const Secret &authToken, const QByteArray &url, const FormPairs &form)
{
    // Names in byte order; values of a repeated name once each, in byte order.
    std::map<QByteArray, std::set<QByteArray>> valuesByName;
    for (const auto &[name, value] : form)
        valuesByName[name].insert(value);
    QByteArray signedText = url;
    for (const auto &[name, values] : valuesByName)
        for (const QByteArray &value : values)
            signedText += name + value;
    return QMessageAuthenticationCode::hash(signedText, authToken.reveal(), QCryptographicHash::Sha1).toBase64();
}

QList<QByteArray> signedUrls(const QUrl &publicBase, const QByteArray &requestTarget, SignedRequest kind)
{
    const QByteArray baseScheme = publicBase.scheme().toLatin1();
    const bool secure = baseScheme == "https";
    QByteArray host = publicBase.host(QUrl::FullyEncoded).toLatin1();
    if ((!secure && baseScheme != "http") || host.isEmpty() || !requestTarget.startsWith('/'))
        return {};
    if (host.contains(':'))
        host = '[' + host + ']'; // an IPv6 address

    const bool isStream = kind == SignedRequest::MediaStream;
    const QByteArray scheme = QByteArray(isStream ? "ws" : "http") + (secure ? "s" : "");
    const int defaultPort = secure ? kHttpsPort : kHttpPort;
    const int port = publicBase.port(defaultPort);
    QList<QByteArray> authorities;
    if (secure || port == defaultPort)
        authorities += host;
    authorities += host + ':' + QByteArray::number(port);

    QByteArray prefix = publicBase.path(QUrl::FullyEncoded).toLatin1();
    while (prefix.endsWith('/'))
        prefix.chop(1);
    const bool prefixed = prefix.isEmpty() || requestTarget == prefix || requestTarget.startsWith(prefix + '/') ||
                          requestTarget.startsWith(prefix + '?');
    const QByteArray target = prefixed ? requestTarget : prefix + requestTarget;

    QList<QByteArray> urls;
    for (const QByteArray &authority : std::as_const(authorities))
        urls += scheme + "://" + authority + target;
    const QList<QByteArray> asReceived = urls;
    for (const QByteArray &url : asReceived) {
        const QByteArray normalised =
            QUrl::fromEncoded(url).adjusted(QUrl::NormalizePathSegments).toEncoded(QUrl::FullyEncoded);
        if (!normalised.isEmpty() && !urls.contains(normalised))
            urls += normalised;
    }
    return urls;
}

bool isSignatureValid(const Secret &authToken, const QByteArray &signature, const QUrl &publicBase,
                      const QByteArray &requestTarget, SignedRequest kind, const FormPairs &form)
{
    if (authToken.isEmpty() || signature.isEmpty())
        return false;
    bool valid = false;
    const QList<QByteArray> urls = signedUrls(publicBase, requestTarget, kind);
    for (const QByteArray &url : urls)
        valid |= equalInConstantTime(twilioSignature(authToken, url, form), signature);
    return valid;
}

} // namespace engine::twilio
