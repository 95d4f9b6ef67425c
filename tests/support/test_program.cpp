#include "tests/support/test_program.h"

#include <QFile>
#include <QTemporaryDir>

#include <cstdio>
#include <map>
#include <string>
#include <string_view>

namespace test_support {

namespace {

std::map<std::string, RunTest, std::less<>> &tests()
{
    static std::map<std::string, RunTest, std::less<>> known; // filled before main() runs
    return known;
}

} // namespace

bool addTest(const char *file, RunTest run)
{
    std::string_view name(file);
    name.remove_prefix(name.rfind('/') + 1);
    name.remove_suffix(name.size() - name.rfind('.'));
    return tests().emplace(name, run).second;
}

int runTest(int argc, char *argv[])
{
    const auto found = argc > 1 ? tests().find(std::string_view(argv[1])) : tests().end();
    if (found == tests().end()) {
        std::fprintf(stderr, "usage: %s TEST [QtTest options], TEST being one of:\n", argv[0]);
        for (const auto &[name, run] : tests())
            std::fprintf(stderr, "  %s\n", name.c_str());
        return 2;
    }
    // Nothing a test starts finds, or leaves, anything in the folders of whoever runs it.
    const QTemporaryDir home;
    for (const char *folder : {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"})
        qputenv(folder, QFile::encodeName(home.path()));
    argv[1] = argv[0];
    return found->second(argc - 1, argv + 1);
}

} // namespace test_support
