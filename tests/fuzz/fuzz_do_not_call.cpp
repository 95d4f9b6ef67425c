#include "engine/records/do_not_call_csv.h"
#include "tests/fuzz/fuzz_target.h"

#include <algorithm>

using namespace engine::records;

namespace {

bool isIn(const DoNotCallText &text, const engine::E164Number &number)
{
    return std::any_of(text.entries.begin(), text.entries.end(),
                       [&](const DoNotCallEntry &entry) { return entry.number == number; });
}

} // namespace

/// The list of numbers that are not called: a file people edit, and what is sent to /api/do-not-call.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray csv = fuzz::view(data, size).toByteArray();
    static_cast<void>(parseDoNotCall(csv, QStringLiteral("US")));
    const DoNotCallText read = parseDoNotCall(csv);
    for (const DoNotCallEntry &entry : read.entries) {
        fuzz::require(!entry.number.isEmpty(), "an entry has a number");
        const DoNotCallText again = parseDoNotCall(doNotCallHeader() + toCsv(entry));
        fuzz::require(again.entries.size() == 1 && again.rejected.isEmpty() &&
                          again.entries.front().number == entry.number,
                      "what is written is read as the same number");
    }
    if (!read.entries.isEmpty()) {
        const engine::E164Number gone = read.entries.front().number;
        const DoNotCallText rest = parseDoNotCall(withoutNumber(csv, gone));
        fuzz::require(!isIn(rest, gone), "a number taken off is not on the list");
        for (const DoNotCallEntry &entry : read.entries)
            fuzz::require(entry.number == gone || isIn(rest, entry.number), "the other numbers stay");
    }
    return 0;
}
