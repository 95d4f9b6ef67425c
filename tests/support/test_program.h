#pragma once

#include <QTest>

/// All test classes of one folder are linked into one program, `tests_<folder>`, because a hundred small programs take longer to
/// build than their tests take to run. CTest still runs every class as a process of its own: `tests_audio tst_mulaw`.
///
/// A test file ends with DIALDESK_TEST(TestMulaw) where a stand-alone QtTest program would say QTEST_GUILESS_MAIN(TestMulaw).
namespace test_support {

using RunTest = int (*)(int argc, char *argv[]);

/// Makes a test class known to main() under the name of its file. @param file  __FILE__
/// @return something to initialise a constant with
bool addTest(const char *file, RunTest run);

/// main() of every test program: the first argument names the test, the others go to QtTest.
int runTest(int argc, char *argv[]);

} // namespace test_support

#define DIALDESK_TEST(TestClass)                                                                                       \
    static const bool k##TestClass##Added = test_support::addTest(__FILE__, [](int argc, char *argv[]) {               \
        TestClass test;                                                                                                \
        return QTest::qExec(&test, argc, argv);                                                                        \
    });
