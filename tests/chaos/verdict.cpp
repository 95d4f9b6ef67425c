#include "tests/chaos/verdict.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include <cmath>

using namespace Qt::StringLiterals;

namespace chaos {

namespace {

struct JournalEnd
{
    QString status;
    double seconds = 0;
};

/// The journal's ends of calls, by sid; a call without an end has an empty status.
QHash<QString, JournalEnd> journal(const QString &file, QStringList *wrong)
{
    QHash<QString, JournalEnd> ends;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"verdict"_s);
        database.setDatabaseName(file);
        database.open();
        QSqlQuery query(database);
        if (!query.exec(u"SELECT sid, status, duration_s FROM dials WHERE sid IS NOT NULL"_s))
            wrong->append(u"the journal cannot be read: "_s + query.lastError().text());
        while (query.next())
            ends.insert(query.value(0).toString(), {query.value(1).toString(), query.value(2).toDouble()});
    }
    QSqlDatabase::removeDatabase(u"verdict"_s);
    return ends;
}

} // namespace

QStringList verdict(const std::deque<Wish> &wishes, const std::vector<CarrierCall> &calls, const QString &database)
{
    QStringList wrong;
    for (const Wish &wish : wishes) {
        QStringList sids;
        for (const CarrierCall &call : calls)
            if (call.to == wish.to && call.from == wish.from)
                sids.append(call.sid);
        const QString whose =
            u"wish %1 (to %2, asked %3 times, answered %4)"_s.arg(QString::fromLatin1(wish.key), wish.to)
                .arg(wish.requests)
                .arg(wish.status);
        if (sids.size() > 1)
            wrong.append(u"%1 was dialed %2 times: %3"_s.arg(whose).arg(sids.size()).arg(sids.join(u' ')));
        if (wish.status == 200 && !sids.contains(wish.sid))
            wrong.append(u"%1 got the call %2, which is not its own"_s.arg(whose, wish.sid));
        if (wish.status == 0)
            wrong.append(u"%1 was never answered"_s.arg(whose));
    }
    const auto ends = journal(database, &wrong);
    for (const CarrierCall &call : calls) {
        if (call.isLive()) {
            wrong.append(u"call %1 is still %2"_s.arg(call.sid, call.status));
        } else if (!ends.contains(call.sid)) {
            wrong.append(u"call %1 to %2 is not in the journal"_s.arg(call.sid, call.to));
        } else if (const JournalEnd end = ends[call.sid];
                   end.status != call.status || std::abs(end.seconds - call.seconds) > 1.0) {
            wrong.append(
                u"call %1 ended as %2 after %3 s; the journal says '%4' after %5 s"_s.arg(call.sid, call.status)
                    .arg(call.seconds)
                    .arg(end.status)
                    .arg(end.seconds));
        }
    }
    return wrong;
}

} // namespace chaos
