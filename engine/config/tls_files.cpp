#include "engine/config/tls_files.h"

#include <QDateTime>
#include <QFile>

using namespace Qt::StringLiterals;

namespace engine::config {

namespace {

constexpr qint64 kPemLimit = 1024 * 1024;

/// How much of the end of a public key must stand in the private one: a point of the smallest curve in use (P-256).
constexpr qsizetype kSharedTail = 64;

tl::expected<QByteArray, QString> readPem(const QString &setting, const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return tl::unexpected(u"%1 names %2, which cannot be read: %3."_s.arg(setting, path, file.errorString()));
    if (file.size() > kPemLimit)
        return tl::unexpected(u"%1 names %2, which is too large to be a PEM file."_s.arg(setting, path));
    return file.readAll();
}

QSslKey privateKeyOf(const QByteArray &pem)
{
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Rsa, QSsl::Ec})
        if (const QSslKey key(pem, algorithm); !key.isNull())
            return key;
    return {};
}

/// The numbers that make up a public key (an RSA modulus with its exponent, a curve's point) end its DER form and stand
/// in the DER form of its private key as well. Qt offers no comparison of its own.
bool belongTogether(const QSslCertificate &certificate, const QSslKey &privateKey)
{
    const QSslKey publicKey = certificate.publicKey();
    return publicKey.algorithm() == privateKey.algorithm() &&
           privateKey.toDer().contains(publicKey.toDer().right(kSharedTail));
}

} // namespace

tl::expected<TlsConfig, QStringList> readTlsFiles(const QString &certificatePath, const QString &keyPath)
{
    QStringList problems;
    TlsConfig tls;
    if (const auto pem = readPem(u"TLS_CERT_FILE"_s, certificatePath); !pem)
        problems.append(pem.error());
    else if (tls.certificateChain = QSslCertificate::fromData(*pem, QSsl::Pem); tls.certificateChain.isEmpty())
        problems.append(
            u"TLS_CERT_FILE names %1, which holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)."_s.arg(
                certificatePath));
    else if (tls.certificateChain.first().expiryDate() < QDateTime::currentDateTimeUtc())
        problems.append(u"TLS_CERT_FILE names %1, whose certificate expired on %2. Renew it."_s.arg(
            certificatePath, tls.certificateChain.first().expiryDate().toString(Qt::ISODate)));

    if (const auto pem = readPem(u"TLS_KEY_FILE"_s, keyPath); !pem)
        problems.append(pem.error());
    else if (tls.privateKey = privateKeyOf(*pem); tls.privateKey.isNull())
        problems.append(
            u"TLS_KEY_FILE names %1, which holds no RSA or EC private key in PEM form without a password."_s.arg(
                keyPath));

    if (problems.isEmpty() && !belongTogether(tls.certificateChain.first(), tls.privateKey))
        problems.append(u"TLS_KEY_FILE is not the key of the certificate in TLS_CERT_FILE. If the file holds a chain, "
                        u"the server's own "
                        "certificate comes first."_s);
    if (problems.isEmpty())
        return tls;
    return tl::unexpected(problems);
}

} // namespace engine::config
