#include "tests/fuzz/fuzz_target.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <vector>

namespace {

/// Up to here every beginning of a sample is tried too; beyond, that would take long and tell little more.
constexpr qsizetype kTruncatedBytes = 2048;

void give(const QByteArray &bytes)
{
    // A copy of exactly this size on the heap: reading one byte too far is then seen by the address sanitizer.
    const std::vector<std::uint8_t> input(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

} // namespace

/// Gives the samples of a folder, and every beginning of them, to the fuzz target this is linked with.
/// Without libFuzzer, so that any compiler can build it.
int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    const QDir folder(QString::fromLocal8Bit(argv[1]));
    const QStringList names = folder.entryList(QDir::Files, QDir::Name);
    if (names.isEmpty()) {
        std::fprintf(stderr, "There are no samples in %s.\n", argv[1]);
        return 1;
    }
    for (const QString &name : names) {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::ReadOnly)) {
            std::fprintf(stderr, "%s cannot be read.\n", qPrintable(file.fileName()));
            return 1;
        }
        std::printf("%s\n", qPrintable(name));
        std::fflush(stdout);
        const QByteArray sample = file.readAll();
        give(sample);
        for (qsizetype length = 0; length < std::min(sample.size(), kTruncatedBytes); ++length)
            give(sample.first(length));
    }
    return 0;
}
