#include "engine/records/sqlite/call_query.h"

#include "engine/records/event_codec.h"
#include "engine/records/sqlite/sql.h"

#include <QJsonDocument>
#include <QLoggingCategory>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace engine::records::sqlite {

namespace {

Q_LOGGING_CATEGORY(lcCallQuery, "dialdesk.records")

constexpr qsizetype kMostTerms = 8; // of a search; each is a look-up of its own
constexpr auto kCallColumns =
    "SELECT id, sid, custom_data, disposition, duration_s, prompt_tokens, output_tokens, spoken_characters, agent_audio_s FROM calls "_L1;

/// Any text as a LIKE pattern that finds it anywhere.
QString containing(const QString &text)
{
    QString pattern = text;
    pattern.replace(u'\\', "\\\\"_L1).replace(u'%', "\\%"_L1).replace(u'_', "\\_"_L1);
    return u'%' + pattern + u'%';
}

/// The digits of text that can only be (part of) a phone number, else "".
QString digitsOf(const QString &text)
{
    static const QRegularExpression kNumber(u"^[+0-9 ()./-]*[0-9][+0-9 ()./-]*$"_s);
    if (!kNumber.match(text).hasMatch())
        return {};
    QString digits;
    for (const QChar c : text)
        if (c >= u'0' && c <= u'9')
            digits += c;
    return digits;
}

void require(Condition &condition, const QString &sql, const QVariantList &values)
{
    condition.sql += (condition.sql.isEmpty() ? u"("_s : u" AND ("_s) + sql + u')';
    condition.values += values;
}

void requireText(Condition &condition, const QString &text)
{
    static const auto spoken =
        u"id IN (SELECT call_id FROM events WHERE id IN (SELECT rowid FROM words WHERE words MATCH ?))"_s;
    const QString phrase = u"\"%1\"*"_s;
    const auto quoted = [&phrase](QString words) { return phrase.arg(words.replace(u'"', "\"\""_L1)); };
    if (const QString digits = digitsOf(text); !digits.isEmpty()) {
        // A number may be spoken, too.
        require(condition, u"to_number LIKE ? OR from_number LIKE ? OR facts LIKE ? ESCAPE '\\' OR "_s + spoken,
                {containing(digits), containing(digits), containing(text.toLower()), quoted(text)});
        return;
    }
    const QStringList terms = text.split(QRegularExpression(u"\\s+"_s), Qt::SkipEmptyParts);
    for (const QString &term : terms.first(std::min(terms.size(), kMostTerms)))
        require(condition, u"facts LIKE ? ESCAPE '\\' OR "_s + spoken, {containing(term.toLower()), quoted(term)});
}

Result<CallRecord> readRecord(QSqlDatabase &database, const QSqlQuery &row, Detail detail)
{
    CallRecord record;
    record.sid = CallSid(row.value(1).toString());
    const QJsonObject data = QJsonDocument::fromJson(row.value(2).toString().toUtf8()).object();
    for (auto it = data.begin(); it != data.end(); ++it)
        record.customData.insert(it.key(), it.value().toString());

    auto events =
        execute(database,
                detail == Detail::Whole ? u"SELECT body FROM events WHERE call_id = ? ORDER BY id"_s
                                        : u"SELECT body FROM events WHERE call_id = ? AND listed = 1 ORDER BY id"_s,
                {row.value(0)});
    if (!events)
        return tl::unexpected(events.error());
    while (events->next()) {
        if (const auto event = decodeEvent(events->value(0).toString().toUtf8(), record.sid))
            record.apply(*event);
        else
            qCWarning(lcCallQuery).noquote() << event.error().message;
    }
    // What was made of the words that a summary leaves out.
    record.disposition = row.value(3).toString();
    record.cost = {row.value(4).toDouble(), row.value(5).toInt(), row.value(6).toInt(), row.value(7).toInt(),
                   row.value(8).toDouble()};
    return record;
}

Result<std::vector<CallRecord>> readRecords(QSqlDatabase &database, const QString &rest, const QVariantList &values,
                                            Detail detail)
{
    auto rows = execute(database, kCallColumns + rest, values);
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<CallRecord> records;
    while (rows->next()) {
        auto record = readRecord(database, *rows, detail);
        if (!record)
            return tl::unexpected(record.error());
        records.push_back(*std::move(record));
    }
    return records;
}

} // namespace

Condition conditionOf(const CallFilter &filter)
{
    Condition condition;
    if (const QString text = filter.text.trimmed(); !text.isEmpty())
        requireText(condition, text);
    if (!filter.outcome.isEmpty())
        require(condition, u"disposition = ?"_s, {filter.outcome});
    if (filter.from.isValid())
        require(condition, u"placed_at >= ?"_s, {isoTime(filter.from)});
    if (filter.to.isValid())
        require(condition, u"placed_at < ?"_s, {isoTime(filter.to)});
    return condition;
}

Result<std::vector<CallRecord>> readCalls(QSqlDatabase &database, const CallFilter &filter, Detail detail)
{
    Condition condition = conditionOf(filter);
    if (filter.before) {
        auto last = execute(database, u"SELECT id FROM calls WHERE sid = ?"_s, {filter.before->value()});
        if (!last)
            return tl::unexpected(last.error());
        if (!last->next())
            return failure(Fault::Settings, u"call_unknown"_s,
                           u"There is no call with the id after which the list should go on."_s);
        require(condition, u"id < ?"_s, {last->value(0)});
    }
    const QString where = condition.sql.isEmpty() ? QString() : u"WHERE "_s + condition.sql;
    return readRecords(database, where + u" ORDER BY id DESC LIMIT ?"_s, condition.values + QVariantList{filter.limit},
                       detail);
}

Result<std::optional<CallRecord>> readCall(QSqlDatabase &database, const CallSid &sid)
{
    auto records = readRecords(database, u"WHERE sid = ?"_s, {sid.value()}, Detail::Whole);
    if (!records)
        return tl::unexpected(records.error());
    return records->empty() ? std::nullopt : std::optional(std::move(records->front()));
}

Result<std::vector<CallRecord>> readUnfinished(QSqlDatabase &database)
{
    return readRecords(database, u"WHERE ended_at IS NULL ORDER BY id"_s, {}, Detail::Whole);
}

} // namespace engine::records::sqlite
