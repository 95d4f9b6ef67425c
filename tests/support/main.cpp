#include "tests/support/test_program.h"

#include <QCoreApplication>

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    return test_support::runTest(argc, argv);
}
