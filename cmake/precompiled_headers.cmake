# Precompiled headers for every target of ours. They make a build from nothing much faster, but ccache cannot share what they
# produce: they are for machines that build once. So they are the default where there is no ccache; continuous integration asks
# for them.
find_program(CCACHE ccache)
if(CCACHE)
    option(DIALDESK_PCH "Build with precompiled headers (and without ccache)" OFF)
else()
    option(DIALDESK_PCH "Build with precompiled headers (and without ccache)" ON)
endif()

set(DIALDESK_PCH_HEADERS
    <QByteArray> <QDateTime> <QHash> <QJsonArray> <QJsonDocument> <QJsonObject> <QLoggingCategory> <QMap> <QObject> <QString>
    <QStringList> <QUrl> <chrono> <functional> <memory> <optional> <variant> <vector> <tl/expected.hpp>)

# What the folders of the window use besides.
set(DIALDESK_WIDGETS_PCH_HEADERS
    ${DIALDESK_PCH_HEADERS} <QAction> <QApplication> <QDialog> <QGridLayout> <QKeyEvent> <QLabel> <QLineEdit> <QListView> <QPainter>
    <QPushButton> <QScrollArea> <QStyledItemDelegate> <QTimer> <QWidget>)

function(dialdesk_use_precompiled_headers target)
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        # Targets differ in macros that none of these headers looks at, as QT_NETWORK_LIB; Clang would refuse them for that.
        target_compile_options(${target} PRIVATE -Xclang -fno-validate-pch)
    endif()
    get_target_property(isTest ${target} DIALDESK_TEST)
    if(isTest AND target STREQUAL "tests_ui")
        # QtTest's headers are others where there are windows.
        target_precompile_headers(${target} PRIVATE ${DIALDESK_WIDGETS_PCH_HEADERS} <QSignalSpy> <QTest>)
    elseif(isTest)
        target_precompile_headers(${target} REUSE_FROM dialdesk_test_pch)
    elseif(target MATCHES "^ui_(theme|widgets|pages|main_window)$")
        target_precompile_headers(${target} REUSE_FROM dialdesk_widgets_pch)
    else()
        target_precompile_headers(${target} REUSE_FROM dialdesk_pch)
    endif()
endfunction()

function(dialdesk_precompile_headers)
    file(WRITE ${CMAKE_BINARY_DIR}/pch/empty.cpp "")
    add_library(dialdesk_pch STATIC ${CMAKE_BINARY_DIR}/pch/empty.cpp)
    target_link_libraries(dialdesk_pch PRIVATE Qt6::Core tl::expected project_options)
    target_precompile_headers(dialdesk_pch PRIVATE ${DIALDESK_PCH_HEADERS})
    add_library(dialdesk_widgets_pch STATIC ${CMAKE_BINARY_DIR}/pch/empty.cpp)
    target_link_libraries(dialdesk_widgets_pch PRIVATE Qt6::Widgets tl::expected project_options)
    target_precompile_headers(dialdesk_widgets_pch PRIVATE ${DIALDESK_WIDGETS_PCH_HEADERS})
    set_target_properties(dialdesk_pch dialdesk_widgets_pch PROPERTIES AUTOMOC OFF)
    if(BUILD_TESTING)
        add_library(dialdesk_test_pch STATIC ${CMAKE_BINARY_DIR}/pch/empty.cpp)
        target_link_libraries(dialdesk_test_pch PRIVATE dialdesk::test_program tl::expected project_options)
        target_compile_options(dialdesk_test_pch PRIVATE ${DIALDESK_TEST_OPTIONS})
        target_precompile_headers(dialdesk_test_pch PRIVATE ${DIALDESK_PCH_HEADERS} <QSignalSpy> <QTest>)
    endif()
    dialdesk_own_targets(${CMAKE_SOURCE_DIR} targets)
    foreach(target IN LISTS targets)
        dialdesk_use_precompiled_headers(${target})
    endforeach()
endfunction()
