#include "engine/base/result.h"

namespace engine {

QString toWord(Fault fault)
{
    switch (fault) {
    case Fault::Settings:
        return QStringLiteral("settings");
    case Fault::Program:
        return QStringLiteral("program");
    case Fault::Vendor:
        return QStringLiteral("vendor");
    case Fault::Carrier:
        return QStringLiteral("carrier");
    }
    Q_UNREACHABLE();
}

} // namespace engine
