#include "engine/destination_rule.h"

#include "engine/base/calling_code.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine {

namespace {

bool isPracticeNumber(const E164Number &number)
{
    static const QRegularExpression numbers(u"^\\+1415555\\d{4}$"_s);
    return numbers.match(number.value()).hasMatch();
}

} // namespace

Result<Done> checkDestination(const E164Number &to, const E164Number &from,
                              const config::DestinationConfig &destinations, bool practice)
{
    if (practice && isPracticeNumber(to))
        return Done{};
    const QString code = callingCodeOf(to);
    const QStringList allowed =
        destinations.allowed.isEmpty() ? QStringList{callingCodeOf(from)} : destinations.allowed;
    const Tariff tariff = tariffOf(to);
    const bool fine = std::any_of(allowed.begin(), allowed.end(), [&](const QString &entry) {
        if (tariff == Tariff::Ordinary)
            return entry == u'*' || (!entry.isEmpty() && to.value().startsWith(entry));
        // A worldwide network's calling code names nothing but that network; a country's names much else.
        const qsizetype atLeast = tariff == Tariff::SatelliteOrWorldwide ? code.size() : code.size() + 1;
        return entry.size() >= atLeast && to.value().startsWith(entry);
    });
    if (fine)
        return Done{};
    switch (tariff) {
    case Tariff::Ordinary:
        return failure(
            Fault::Settings, u"destination_not_allowed"_s,
            u"Calls to numbers with %1 are not allowed. To allow them, add %1 to ALLOWED_COUNTRIES (now: %2)."_s.arg(
                code, destinations.allowed.isEmpty() ? u"unset, so %1 as the caller id"_s.arg(allowed.first())
                                                     : allowed.join(u',')));
    case Tariff::PremiumRate:
        return failure(
            Fault::Settings, u"destination_not_allowed"_s,
            u"This is a premium-rate number. To allow it all the same, add its beginning, for example %1, to ALLOWED_COUNTRIES."_s
                .arg(to.value().left(code.size() + 3)));
    case Tariff::SatelliteOrWorldwide:
        return failure(Fault::Settings, u"destination_not_allowed"_s,
                       u"This is a satellite or worldwide number, whose calls are very expensive. To allow it all the "
                       u"same, add %1 to "
                       "ALLOWED_COUNTRIES."_s.arg(code));
    }
    Q_UNREACHABLE();
}

} // namespace engine
