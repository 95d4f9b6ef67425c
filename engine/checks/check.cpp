#include "engine/checks/check.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::checks {

QString toWord(CheckId id)
{
    switch (id) {
    case CheckId::PublicAddress:
        return u"public_address"_s;
    case CheckId::Account:
        return u"account"_s;
    case CheckId::Numbers:
        return u"numbers"_s;
    case CheckId::Transcriber:
        return u"transcriber"_s;
    case CheckId::Model:
        return u"model"_s;
    case CheckId::Voice:
        return u"voice"_s;
    case CheckId::CloudAgent:
        return u"cloud_agent"_s;
    case CheckId::DataFolder:
        return u"data_folder"_s;
    }
    Q_UNREACHABLE();
}

QString toWord(CheckState state)
{
    switch (state) {
    case CheckState::Unknown:
        return u"unknown"_s;
    case CheckState::Checking:
        return u"checking"_s;
    case CheckState::Good:
        return u"good"_s;
    case CheckState::Warning:
        return u"warning"_s;
    case CheckState::Bad:
        return u"bad"_s;
    }
    Q_UNREACHABLE();
}

bool anyBad(const QList<Check> &checks)
{
    return std::any_of(checks.begin(), checks.end(), [](const Check &check) { return check.state == CheckState::Bad; });
}

bool anyPending(const QList<Check> &checks)
{
    return std::any_of(checks.begin(), checks.end(), [](const Check &check) {
        return check.state == CheckState::Unknown || check.state == CheckState::Checking;
    });
}

} // namespace engine::checks
