# Six sources of a folder in one unit: what they include is read, and its templates are made, once for all of them. For machines that
# build once and from nothing, as continuous integration; a change to one source compiles six.
#
# Names in the anonymous namespaces of a folder's sources then meet: give them different ones, or a header if they are one thing.
# A source that cannot be with others is compiled alone (SKIP_UNITY_BUILD_INCLUSION).
option(DIALDESK_UNITY "Compile several sources of a folder together, without debug information" OFF)
set(CMAKE_UNITY_BUILD ${DIALDESK_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 6)
if(DIALDESK_UNITY)
    add_compile_options(-g0)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        add_compile_options(-Wno-subobject-linkage) # a source that another includes looks like a header to GCC
        add_compile_options(--param=ggc-min-heapsize=1048576) # KiB before memory is collected: a unit takes less
    endif()
endif()

# What moc makes of a target's headers becomes a source like its others, in a unit with them, instead of a unit for itself, which most
# targets would have for nothing.
function(dialdesk_compile_mocs_together)
    get_target_property(moc Qt6::moc IMPORTED_LOCATION)
    configure_file(${CMAKE_SOURCE_DIR}/cmake/moc_quickly.in ${CMAKE_BINARY_DIR}/moc_quickly @ONLY)
    dialdesk_own_targets(${CMAKE_SOURCE_DIR} targets)
    foreach(target IN LISTS targets)
        get_target_property(hasMocs ${target} AUTOMOC)
        if(NOT hasMocs)
            continue()
        endif()
        get_target_property(folder ${target} BINARY_DIR)
        set(mocs ${folder}/${target}_autogen/mocs_compilation.cpp)
        file(CONFIGURE OUTPUT ${folder}/${target}_mocs.cpp CONTENT "#include \"@mocs@\"\n" @ONLY)
        target_sources(${target} PRIVATE ${folder}/${target}_mocs.cpp)
        set_source_files_properties(${folder}/${target}_mocs.cpp TARGET_DIRECTORY ${target} PROPERTIES SKIP_AUTOGEN ON)
        set_source_files_properties(${mocs} TARGET_DIRECTORY ${target} PROPERTIES HEADER_FILE_ONLY ON)
        set_target_properties(${target} PROPERTIES AUTOMOC_EXECUTABLE ${CMAKE_BINARY_DIR}/moc_quickly)
    endforeach()
endfunction()
