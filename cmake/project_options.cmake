# Warnings, definitions and sanitizers every target of ours is built with. Linked PRIVATE everywhere.
add_library(project_options INTERFACE)
target_include_directories(project_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(project_options INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_NO_CONTEXTLESS_CONNECT
    QT_NO_FOREACH QT_NO_URL_CAST_FROM_STRING)
target_compile_options(project_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Wno-missing-field-initializers)
if(DIALDESK_WERROR)
    target_compile_options(project_options INTERFACE -Werror)
endif()

# Sanitizers must cover every object, the C++ runtime's callers included, so these are the only directory-wide flags.
if(DIALDESK_SANITIZE)
    add_compile_options(-fsanitize=${DIALDESK_SANITIZE} -fno-sanitize-recover=undefined)
    add_link_options(-fsanitize=${DIALDESK_SANITIZE})
endif()
