#pragma once

#include <QByteArrayView>

namespace engine {

/// Whether two secrets are equal, in a time that depends on their length only: for tokens, keys and signatures.
[[nodiscard]] inline bool equalInConstantTime(QByteArrayView a, QByteArrayView b)
{
    if (a.size() != b.size())
        return false;
    unsigned difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
    return difference == 0;
}

} // namespace engine
