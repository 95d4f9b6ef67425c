#include "engine/records/sqlite/call_writer.h"

#include "engine/records/call_record.h"
#include "engine/records/event_codec.h"
#include "engine/records/sqlite/sql.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace engine::records::sqlite {

namespace {

Result<Done> change(QSqlDatabase &database, const QString &sql, const QVariantList &values)
{
    return execute(database, sql, values).map([](const QSqlQuery &) { return Done{}; });
}

Result<Done> write(QSqlDatabase &database, const CallOpened &opened)
{
    QJsonObject data;
    QString facts = opened.sid.value();
    for (auto it = opened.customData.cbegin(); it != opened.customData.cend(); ++it) {
        data[it.key()] = it.value();
        facts += u'\n' + it.value();
    }
    return change(database, u"INSERT OR IGNORE INTO calls (sid, placed_at, custom_data, facts) VALUES (?, ?, ?, ?)"_s,
                  {opened.sid.value(), isoTime(opened.at),
                   QString::fromUtf8(QJsonDocument(data).toJson(QJsonDocument::Compact)), facts.toLower()});
}

/// What an event changes in the columns of its call.
Result<Done> updateCall(QSqlDatabase &database, const QVariant &callId, const Event &event)
{
    if (const auto *changed = std::get_if<CallStateChanged>(&event))
        return change(database, u"UPDATE calls SET state = ?, to_number = ?, from_number = ? WHERE id = ?"_s,
                      {changed->state, changed->to, changed->from, callId});
    if (const auto *turn = std::get_if<AgentTurn>(&event))
        return change(
            database,
            u"UPDATE calls SET prompt_tokens = prompt_tokens + ?, output_tokens = output_tokens + ?, "
            "spoken_characters = spoken_characters + ?, agent_audio_s = agent_audio_s + ? WHERE id = ?"_s,
            {turn->promptTokens, turn->outputTokens, turn->spokenCharacters, turn->audioHeardMs / 1000.0, callId});
    if (const auto *ended = std::get_if<CallEnded>(&event))
        return change(database,
                      u"UPDATE calls SET state = ?, ended_at = ?, duration_s = ?, "
                      "disposition = CASE disposition WHEN '' THEN ? ELSE disposition END WHERE id = ?"_s,
                      {ended->status, isoTime(ended->at), ended->durationS, dispositionOf(*ended), callId});
    return Done{};
}

QString wordsOf(const Event &event)
{
    if (const auto *said = std::get_if<CalleeSaid>(&event))
        return said->text;
    if (const auto *turn = std::get_if<AgentTurn>(&event))
        return turn->heard + u' ' + turn->cut;
    return {};
}

Result<Done> write(QSqlDatabase &database, const Event &event)
{
    auto call = execute(database, u"SELECT id FROM calls WHERE sid = ?"_s, {callOf(event).value()});
    if (!call)
        return tl::unexpected(call.error());
    if (!call->next())
        return Done{};
    const QVariant callId = call->value(0);
    call->finish();

    const bool listed = std::holds_alternative<CallStateChanged>(event) || std::holds_alternative<CallEnded>(event);
    const auto inserted = execute(database, u"INSERT INTO events (call_id, listed, body) VALUES (?, ?, ?)"_s,
                                  {callId, listed ? 1 : 0, QString::fromUtf8(encodeEvent(event))});
    if (!inserted)
        return tl::unexpected(inserted.error());
    if (const QString words = wordsOf(event).trimmed(); !words.isEmpty()) {
        const auto indexed =
            change(database, u"INSERT INTO words (rowid, text) VALUES (?, ?)"_s, {inserted->lastInsertId(), words});
        if (!indexed)
            return indexed;
    }
    return updateCall(database, callId, event);
}

} // namespace

Result<Done> writeEntries(QSqlDatabase &database, const CallEntries &entries)
{
    for (const auto &entry : entries) {
        const auto written = std::visit([&database](const auto &value) { return write(database, value); }, entry);
        if (!written)
            return written;
    }
    return Done{};
}

Result<Done> removeCall(QSqlDatabase &database, const CallSid &sid)
{
    const auto words =
        change(database,
               u"DELETE FROM words WHERE rowid IN (SELECT events.id FROM events JOIN calls ON calls.id = call_id "
               "WHERE sid = ?)"_s,
               {sid.value()});
    if (!words)
        return words;
    return change(database, u"DELETE FROM calls WHERE sid = ?"_s, {sid.value()}); // its events go with it
}

Result<std::vector<CallSid>> removeEndedBefore(QSqlDatabase &database, const QDateTime &time)
{
    auto rows = execute(database, u"SELECT sid FROM calls WHERE ended_at < ? ORDER BY id"_s, {isoTime(time)});
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<CallSid> sids;
    while (rows->next())
        sids.emplace_back(rows->value(0).toString());
    rows->finish();
    for (const CallSid &sid : sids)
        if (const auto removed = removeCall(database, sid); !removed)
            return tl::unexpected(removed.error());
    return sids;
}

} // namespace engine::records::sqlite
