#pragma once

#include "engine/base/e164_number.h"

#include <QByteArray>
#include <QDate>
#include <QList>
#include <QString>

/// Numbers that must not be called, as text: CSV (RFC 4180) with the columns number, date, reason, or one number a
/// line.
///
///     number,date,reason
///     +14155550114,2026-11-23,asked on the phone
///     "+44 20 7946 0018",2026-11-24,"wrote to us, twice"
///
/// Also read: semicolons or tabs between the columns, numbers as people write them, lines with a number alone, empty
/// lines, and comments that begin with #. Pure.
namespace engine::records {

/// One number that must not be called, since when and why.
struct DoNotCallEntry
{
    E164Number number;
    QDate date; ///< invalid: not known
    QString reason;
    bool operator==(const DoNotCallEntry &) const = default;
};

/// What a text holds, and which of its lines hold no number.
struct DoNotCallText
{
    struct Rejected
    {
        int line = 0; ///< from 1
        QString text; ///< its first column, shortened
        bool operator==(const Rejected &) const = default;
    };
    QList<DoNotCallEntry> entries;
    QList<Rejected> rejected;
    bool operator==(const DoNotCallText &) const = default;
};

/// @param defaultRegion  country of numbers without a country code, e.g. "US"; empty: digits alone are taken as if they
/// began with +
[[nodiscard]] DoNotCallText parseDoNotCall(const QByteArray &utf8, const QString &defaultRegion = {});

/// The first line of a file of ours.
[[nodiscard]] QByteArray doNotCallHeader();
/// One line, with its end.
[[nodiscard]] QByteArray toCsv(const DoNotCallEntry &entry);
/// The same text without the lines of one number; every other byte stays.
[[nodiscard]] QByteArray withoutNumber(const QByteArray &utf8, const E164Number &number);

} // namespace engine::records
