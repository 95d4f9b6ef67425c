#include "engine/records/export.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QStringList>

using namespace Qt::StringLiterals;

namespace engine::records {

namespace {

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QString timeOf(const CallRecord &record)
{
    return record.states.empty() ? QString() : isoTime(record.states.front().second);
}

/// "callee: Hello?" or "agent: Good morning [not heard: to you]".
QString lineText(const TranscriptLine &line)
{
    QString text = (line.agent ? u"agent: "_s : u"callee: "_s) + line.text;
    if (!line.cut.isEmpty())
        text += u" [not heard: "_s + line.cut + u']';
    return text;
}

QStringList customDataOf(const CallRecord &record)
{
    QStringList lines;
    for (auto it = record.customData.cbegin(); it != record.customData.cend(); ++it)
        lines.append(it.key() + u": "_s + it.value());
    return lines;
}

QByteArray csvRow(const QStringList &cells)
{
    QStringList quoted;
    for (const QString &cell : cells)
        quoted.append(csvCell(cell));
    return quoted.join(u',').toUtf8() + "\r\n";
}

QByteArray csvRow(const CallRecord &record)
{
    QStringList transcript;
    for (const TranscriptLine &line : record.transcript)
        transcript.append(lineText(line));
    QStringList incidents;
    for (const IncidentHappened &incident : record.incidents)
        incidents.append(incident.error.message);
    const auto &ended = record.ended;
    return csvRow(
        {record.sid.value(), timeOf(record), record.to, record.from, record.env, record.practice ? u"yes"_s : u"no"_s,
         record.state, record.disposition, ended ? ended->reason : QString(), QString::number(record.cost.seconds),
         ended && ended->answerToFirstAudioMs ? QString::number(*ended->answerToFirstAudioMs, 'f', 0) : QString(),
         QString::number(record.cost.promptTokens), QString::number(record.cost.outputTokens),
         QString::number(record.cost.spokenCharacters), customDataOf(record).join(u'\n'), transcript.join(u'\n'),
         incidents.join(u'\n')});
}

QByteArray csvHeading()
{
    return csvRow({u"call_sid"_s, u"placed_at"_s, u"to_number"_s, u"from_number"_s, u"env"_s, u"practice"_s,
                   u"status"_s, u"disposition"_s, u"reason"_s, u"duration_s"_s, u"answer_to_first_audio_ms"_s,
                   u"prompt_tokens"_s, u"output_tokens"_s, u"spoken_characters"_s, u"custom_data"_s, u"transcript"_s,
                   u"incidents"_s});
}

QByteArray textBlock(const CallRecord &record)
{
    QStringList lines = {u"Call %1"_s.arg(record.sid.value()),
                         u"  %1  to %2 from %3, %4%5"_s.arg(timeOf(record), record.to, record.from, record.env,
                                                            record.practice ? u", practice"_s : QString())};
    if (record.ended)
        lines.append(u"  %1 (%2), %3 s, outcome: %4"_s.arg(
            record.state, record.ended->reason, QString::number(record.ended->durationS, 'f', 0), record.disposition));
    else
        lines.append(u"  "_s + record.state);
    for (const QString &data : customDataOf(record))
        lines.append(u"  "_s + data);
    lines.append(QString());
    for (const TranscriptLine &line : record.transcript)
        lines.append(lineText(line));
    for (const IncidentHappened &incident : record.incidents)
        lines.append(u"incident (%1): %2"_s.arg(toWord(incident.error.fault), incident.error.message));
    return lines.join(u'\n').toUtf8() + '\n';
}

} // namespace

std::optional<ExportFormat> exportFormatFromWord(const QString &word)
{
    if (word == "json"_L1)
        return ExportFormat::Json;
    if (word == "csv"_L1)
        return ExportFormat::Csv;
    if (word == "txt"_L1)
        return ExportFormat::Text;
    return std::nullopt;
}

QByteArray contentTypeOf(ExportFormat format)
{
    switch (format) {
    case ExportFormat::Json:
        return "application/json";
    case ExportFormat::Csv:
        return "text/csv; charset=utf-8; header=present";
    case ExportFormat::Text:
        return "text/plain; charset=utf-8";
    }
    Q_UNREACHABLE();
}

QString csvCell(const QString &text)
{
    // Numbers, also with a sign, and phone numbers are what they look like.
    static const QRegularExpression kNumber(u"^[+-]?[0-9]+([.][0-9]+)?$"_s);
    static const QString kFormulaStarts = u"=+-@\t\r"_s;
    QString cell = text;
    if (!text.isEmpty() && kFormulaStarts.contains(text.front()) && !kNumber.match(text).hasMatch())
        cell.prepend(u'\'');
    static const QRegularExpression kSpecial(u"[\",\r\n]"_s);
    if (!cell.contains(kSpecial))
        return cell;
    return u'"' + cell.replace(u'"', "\"\""_L1) + u'"';
}

QByteArray exportCall(ExportFormat format, const CallRecord &record)
{
    if (format == ExportFormat::Json)
        return compact(toJson(record, true));
    CallExport list(format);
    return list.head() + list.rows({record}) + list.tail();
}

QByteArray CallExport::head() const
{
    switch (m_format) {
    case ExportFormat::Json:
        return "{\"calls\":[";
    case ExportFormat::Csv:
        return csvHeading();
    case ExportFormat::Text:
        return {};
    }
    Q_UNREACHABLE();
}

QByteArray CallExport::rows(const std::vector<CallRecord> &records)
{
    QByteArray rows;
    for (const CallRecord &record : records) {
        const bool first = std::exchange(m_first, false);
        switch (m_format) {
        case ExportFormat::Json:
            rows += (first ? "" : ",") + compact(toJson(record, true));
            break;
        case ExportFormat::Csv:
            rows += csvRow(record);
            break;
        case ExportFormat::Text:
            rows += (first ? "" : "\n\n") + textBlock(record);
            break;
        }
    }
    return rows;
}

QByteArray CallExport::tail() const
{
    return m_format == ExportFormat::Json ? "]}" : QByteArray();
}

} // namespace engine::records
