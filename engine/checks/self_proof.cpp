#include "engine/checks/self_proof.h"

#include <QMessageAuthenticationCode>

#include <algorithm>

namespace engine::checks {

bool isNonce(const QByteArray &text)
{
    return text.size() == 2 * kNonceBytes && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

QByteArray proofOf(const Secret &key, const QByteArray &nonce)
{
    return QMessageAuthenticationCode::hash(nonce, key.reveal(), QCryptographicHash::Sha256).toHex();
}

} // namespace engine::checks
