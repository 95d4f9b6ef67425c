# Six sources of a folder in one unit: what they include is read, and its templates are made, once for all of them, and a build from
# nothing takes little more than half as long. It is for machines that build once, as continuous integration: a change to one source
# compiles six.
#
# Names in the anonymous namespaces of a folder's sources then meet: give them different ones, or a header if they are one thing.
# A source that cannot be with others is compiled alone (SKIP_UNITY_BUILD_INCLUSION).
option(DIALDESK_UNITY "Compile several sources of a folder together, and tests without optimising them" OFF)
set(CMAKE_UNITY_BUILD ${DIALDESK_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 6)
if(DIALDESK_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-subobject-linkage) # a source that another includes looks like a header to GCC
endif()
