#pragma once

#include <QString>
#include <QStringView>

/// Numbers as English words. Pure.
namespace engine::dialogue {

/// 1234 -> "one thousand two hundred thirty-four"; negative numbers start with "minus".
[[nodiscard]] QString cardinal(qint64 number);
/// 21 -> "twenty-first"; for numbers from 0.
[[nodiscard]] QString ordinal(qint64 number);
/// Each digit by itself: "0142" -> "zero one four two"; other characters are skipped.
[[nodiscard]] QString digitByDigit(QStringView digits);
/// A number as written: "1,234" or "1234.50" or "-3" -> words; decimals digit by digit after "point". Numbers too long
/// to be an amount, and those with leading zeros, are read digit by digit.
[[nodiscard]] QString numberInWords(const QString &written);
/// 1999 -> "nineteen ninety-nine", 2005 -> "two thousand five", 2026 -> "twenty twenty-six".
[[nodiscard]] QString yearInWords(int year);

} // namespace engine::dialogue
