# Tests are full of plain literals; casts from them are harmless there. Qt's macros with the folder of each test would keep the
# programs from sharing a precompiled header, and nothing uses them.
set(DIALDESK_TEST_OPTIONS -UQT_NO_CAST_FROM_ASCII -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR)

# With the sources compiled together (unity_build.cmake) what is left of a test's compiling is mostly optimising, which tests can do
# without.
if(DIALDESK_UNITY)
    list(APPEND DIALDESK_TEST_OPTIONS -O0)
endif()

# dialdesk_add_test(tst_name LABEL unit|integration|ui [threads] SOURCES ... LIBS ... [TIMEOUT seconds])
# One QtTest class, which ends with DIALDESK_TEST(...) of tests/support/test_program.h. All classes of a folder are linked into one
# program, tests_<folder>; CTest runs each of them under its own name, as a process of its own. Tests labelled "threads" are those
# tests/tsan/run runs with the thread sanitizer; their programs make the target threads_tests.
function(dialdesk_add_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "LABEL;SOURCES;LIBS" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 60)
    endif()
    if(DIALDESK_SANITIZE) # a sanitized program needs several times the time for the same work
        math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 4")
    endif()
    cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME folder)
    set(program tests_${folder})
    if(NOT TARGET ${program})
        # The folder of the window's tests has tests that paint; the others do without anything graphical.
        if(folder STREQUAL "ui")
            set(main main_with_windows)
        else()
            set(main main)
        endif()
        add_executable(${program} ${CMAKE_SOURCE_DIR}/tests/support/${main}.cpp)
        target_link_libraries(${program} PRIVATE dialdesk::test_program engine::base Qt6::Test project_options)
        target_compile_definitions(${program} PRIVATE DIALDESK_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data")
        set_target_properties(${program} PROPERTIES DIALDESK_TEST ON)
        target_compile_options(${program} PRIVATE ${DIALDESK_TEST_OPTIONS})
    endif()
    target_sources(${program} PRIVATE ${ARG_SOURCES})
    target_link_libraries(${program} PRIVATE ${ARG_LIBS})
    add_test(NAME ${name} COMMAND ${program} ${name})
    if("threads" IN_LIST ARG_LABEL)
        if(NOT TARGET threads_tests)
            add_custom_target(threads_tests)
        endif()
        add_dependencies(threads_tests ${program})
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT ${ARG_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;TZ=UTC;LC_ALL=C.UTF-8")
endfunction()
