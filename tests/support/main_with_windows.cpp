#include "tests/support/test_program.h"

#include <QApplication>

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    return test_support::runTest(argc, argv);
}
