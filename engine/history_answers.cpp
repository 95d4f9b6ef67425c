#include "engine/history_answers.h"

#include <QHash>

using namespace Qt::StringLiterals;

namespace engine {

server::Response historyErrorResponse(const Error &error)
{
    static const QHash<QString, int> statuses = {
        {u"bad_limit"_s, 400},  {u"bad_before"_s, 400},   {u"bad_outcome"_s, 400},  {u"bad_date"_s, 400},
        {u"bad_format"_s, 400}, {u"call_unknown"_s, 404}, {u"no_recording"_s, 404}, {u"call_live"_s, 409}};
    // What remains is trouble with the disk: it may be over later.
    return server::errorResponse(statuses.value(error.code, 503), error.code, error.message);
}

server::Response exportHead(records::ExportFormat format, const QString &name)
{
    static const QHash<records::ExportFormat, QString> endings = {{records::ExportFormat::Json, u"json"_s},
                                                                  {records::ExportFormat::Csv, u"csv"_s},
                                                                  {records::ExportFormat::Text, u"txt"_s}};
    server::Response head;
    head.contentType = contentTypeOf(format);
    head.headers.emplaceBack("Content-Disposition",
                             u"attachment; filename=\"%1.%2\""_s.arg(name, endings.value(format)).toLatin1());
    return head;
}

} // namespace engine
