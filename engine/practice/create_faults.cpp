#include "engine/practice/create_faults.h"

#include <QHash>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace engine::practice {

std::optional<std::vector<CreateFault>> parseCreateFaults(const QString &text)
{
    using Kind = CreateFault::Kind;
    static const QHash<QString, Kind> kPlain = {
        {u"ok"_s, Kind::None}, {u"lost"_s, Kind::Lost}, {u"dropped"_s, Kind::Dropped}, {u"html"_s, Kind::Html}};
    static const QHash<QString, Kind> kTimed = {
        {u"slow"_s, Kind::Slow}, {u"late"_s, Kind::Late}, {u"busy"_s, Kind::Busy}};
    static const QRegularExpression kPart(u"^([a-z]+)(?:=(\\d{1,3}))?$"_s);
    std::vector<CreateFault> faults;
    for (const QString &part : text.split(u',')) {
        const auto match = kPart.match(part.trimmed());
        const QString name = match.captured(1);
        const bool isTimed = !match.captured(2).isEmpty();
        if (!isTimed && kPlain.contains(name))
            faults.push_back({kPlain[name], {}});
        else if (isTimed && kTimed.contains(name))
            faults.push_back({kTimed[name], std::chrono::seconds(match.captured(2).toInt())});
        else
            return std::nullopt;
    }
    return faults;
}

} // namespace engine::practice
