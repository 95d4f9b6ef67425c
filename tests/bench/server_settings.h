#pragma once

#include <QProcessEnvironment>
#include <QString>

namespace bench {

/// The account of dialdesk-practice when it is told of no other.
[[nodiscard]] QString practiceAccount();
/// A port of this machine nobody listens on.
[[nodiscard]] quint16 freePort();
/// The environment of a program that is to see nothing of the settings of whoever measures.
[[nodiscard]] QProcessEnvironment cleanEnvironment(const QString &directory);
/// The same for a server on this port that uses a practice line for everything and keeps its data in `directory`.
[[nodiscard]] QProcessEnvironment serverEnvironment(const QString &directory, const QString &practiceUrl, quint16 port);

} // namespace bench
