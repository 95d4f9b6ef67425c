#include "engine/practice/cartesia_voices.h"

#include <QJsonArray>

#include <algorithm>
#include <vector>

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

constexpr int kDefaultLimit = 10;
constexpr int kMaxLimit = 100;

struct VoiceRow
{
    QString id;
    QString name;
    QString tagline;
    QString language;
    QString locale;
    QString gender;
};

/// A few of the vendor's published voices. In the practice line they all sound the same.
const std::vector<VoiceRow> &voices()
{
    static const std::vector<VoiceRow> rows{
        {u"71a7ad14-091c-4e8e-a314-022ece01c121"_s, u"British Reading Lady"_s, u"Calm narrator"_s, u"en"_s, u"en-GB"_s,
         u"feminine"_s},
        {u"f786b574-daa5-4673-aa0c-cbe3e8534c02"_s, u"Katie"_s, u"Friendly fixer"_s, u"en"_s, u"en-US"_s,
         u"feminine"_s},
        {u"a5136bf9-224c-4d76-b823-52bd5efcffcc"_s, u"Jameson"_s, u"Easygoing support"_s, u"en"_s, u"en-US"_s,
         u"masculine"_s},
        {u"a0e99841-438c-4a64-b679-ae501e7d6091"_s, u"Barbershop Man"_s, u"Laid-back companion"_s, u"en"_s, u"en-US"_s,
         u"masculine"_s},
        {u"5c42302c-194b-4d0c-ba1a-8cb485c84ab9"_s, u"Practice Nurse"_s, u"Clear and kind"_s, u"en"_s, u"en-US"_s,
         u"feminine"_s},
        {u"0418348a-0ca2-4e90-9986-800fb8b3bbc0"_s, u"Practice Clerk"_s, u"Brisk and neutral"_s, u"en"_s, u"en-AU"_s,
         u"gender_neutral"_s},
    };
    return rows;
}

QJsonObject toJson(const VoiceRow &voice, CartesiaVersion version)
{
    QJsonObject object{{u"id"_s, voice.id},
                       {u"name"_s, voice.name},
                       {u"description"_s, QString(voice.tagline + u'.')},
                       {u"language"_s, voice.language},
                       {u"gender"_s, voice.gender},
                       {u"created_at"_s, u"2024-06-03T18:12:00Z"_s},
                       {u"is_owner"_s, false}};
    if (version <= CartesiaVersion::April2025) {
        object.insert("is_public"_L1, true);
        return object;
    }
    object.insert("tagline"_L1, voice.tagline);
    object.insert("access"_L1, u"public"_s);
    object.insert("visibility"_L1, u"all"_s);
    object.insert("preview_file_url"_L1, QJsonValue::Null);
    object.insert("locales"_L1, QJsonArray{QJsonObject{{u"locale"_s, voice.locale}, {u"is_native"_s, true}}});
    return object;
}

CartesiaError invalid(const QString &message)
{
    return {400, u"invalid_request"_s, u"Invalid request"_s, message};
}

} // namespace

tl::expected<QJsonObject, CartesiaError> voicesPage(const QueryParameters &query, CartesiaVersion version)
{
    int limit = kDefaultLimit;
    if (const auto asked = query.first(u"limit")) {
        bool ok = false;
        limit = asked->toInt(&ok);
        if (!ok || limit < 1 || limit > kMaxLimit)
            return tl::unexpected(invalid(u"`limit` must be between 1 and 100."_s));
    }
    const auto after = query.first(u"starting_after");
    const auto before = query.first(u"ending_before");
    if (after && before)
        return tl::unexpected(invalid(u"Only one of `starting_after` and `ending_before` may be given."_s));
    const auto gender = query.first(u"gender");
    static const QStringList genders{u"masculine"_s, u"feminine"_s, u"gender_neutral"_s};
    if (gender && !genders.contains(*gender))
        return tl::unexpected(invalid(u"`gender` must be masculine, feminine or gender_neutral."_s));

    const QString sought = query.first(u"q").value_or(QString());
    const auto language = query.first(u"language");
    std::vector<VoiceRow> found;
    if (query.first(u"is_owner") != u"true"_s) {
        for (const VoiceRow &voice : voices()) {
            const bool matches = sought.isEmpty() || voice.name.contains(sought, Qt::CaseInsensitive) ||
                                 voice.tagline.contains(sought, Qt::CaseInsensitive) || voice.id == sought;
            if (matches && (!gender || voice.gender == *gender) && (!language || voice.language == *language))
                found.push_back(voice);
        }
    }
    auto first = found.begin();
    auto last = found.end();
    const auto place = [&found](const QString &id) {
        return std::find_if(found.begin(), found.end(), [&id](const VoiceRow &voice) { return voice.id == id; });
    };
    bool hasMore = false;
    if (before) {
        last = place(*before);
        if (last == found.end())
            return tl::unexpected(invalid(u"`ending_before` is not a known voice."_s));
        if (last - first > limit) {
            first = last - limit;
            hasMore = true;
        }
    } else {
        if (after) {
            first = place(*after);
            if (first == found.end())
                return tl::unexpected(invalid(u"`starting_after` is not a known voice."_s));
            ++first;
        }
        if (last - first > limit) {
            last = first + limit;
            hasMore = true;
        }
    }
    QJsonArray data;
    for (auto voice = first; voice != last; ++voice)
        data.append(toJson(*voice, version));
    return QJsonObject{{u"data"_s, data}, {u"has_more"_s, hasMore}, {u"next_page"_s, QJsonValue::Null}};
}

tl::expected<QJsonObject, CartesiaError> voiceById(const QString &id, CartesiaVersion version)
{
    for (const VoiceRow &voice : voices())
        if (voice.id == id)
            return toJson(voice, version);
    return tl::unexpected(
        CartesiaError{404, u"voice_not_found"_s, u"Voice not found"_s, u"The voice %1 does not exist."_s.arg(id)});
}

} // namespace engine::practice
