#pragma once

#include "engine/records/call_record.h"

#include <QByteArray>

namespace engine::records {

enum class ExportFormat
{
    Json,
    Csv,
    Text
};

/// "json", "csv", "txt"; nullopt for anything else.
[[nodiscard]] std::optional<ExportFormat> exportFormatFromWord(const QString &word);
[[nodiscard]] QByteArray contentTypeOf(ExportFormat format);

/// One call by itself: the JSON object of `GET /api/calls/{sid}`, or a list of one in the other formats.
[[nodiscard]] QByteArray exportCall(ExportFormat format, const CallRecord &record);

/// A list of calls, made in pieces: head(), rows() as often as there are more, tail(). Pure.
///
/// JSON is `{"calls": [...]}`. CSV is RFC 4180 with a heading and one row a call, its transcript in one cell; a cell
/// that a spreadsheet would take for a formula gets an apostrophe in front. Text is for reading, one call below the
/// other.
class CallExport
{
public:
    explicit CallExport(ExportFormat format) : m_format(format) {}

    [[nodiscard]] QByteArray head() const;
    [[nodiscard]] QByteArray rows(const std::vector<CallRecord> &records);
    [[nodiscard]] QByteArray tail() const;

private:
    ExportFormat m_format;
    bool m_first = true;
};

/// A CSV cell, quoted where it must be.
[[nodiscard]] QString csvCell(const QString &text);

} // namespace engine::records
