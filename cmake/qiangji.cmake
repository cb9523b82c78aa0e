# Two shapes of target, so that a directory's CMakeLists is a line or two.

# qj_library(NAME [DEPS ...] [PUBLIC_DEPS ...]): every .cc of the directory.
# The namespaced alias is qiangji::NAME. Headers are included from the root.
function(qj_library name)
  cmake_parse_arguments(ARG "" "" "DEPS;PUBLIC_DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  if(NOT sources)
    add_library(qj_${name} INTERFACE)
    target_link_libraries(qj_${name} INTERFACE ${ARG_DEPS} ${ARG_PUBLIC_DEPS})
    target_include_directories(qj_${name} INTERFACE ${PROJECT_SOURCE_DIR})
  else()
    add_library(qj_${name} STATIC ${sources})
    target_link_libraries(qj_${name} PUBLIC ${ARG_PUBLIC_DEPS} ${ARG_DEPS})
    target_include_directories(qj_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  endif()
  add_library(qiangji::${name} ALIAS qj_${name})
endfunction()

# qj_test(NAME [LABELS ...] [DEPS ...] [SOURCES ...]): one GoogleTest program
# of every *_test.cc here (or of SOURCES), each case a ctest.
function(qj_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "DEPS;LABELS;SOURCES;ARGS" ${ARGN})
  if(NOT ARG_SOURCES)
    file(GLOB ARG_SOURCES CONFIGURE_DEPENDS
         ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cc)
  endif()
  if(NOT ARG_SOURCES)
    return()
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(
    ${name} PRIVATE QJ_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                    QJ_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock
                                        GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                           ${PROJECT_BINARY_DIR}/tests)
  include(GoogleTest)
  gtest_discover_tests(
    ${name}
    DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()

# qj_embed(NAME FILE ...): makes each text file the raw string literal
# "NAME_EXT.inc" in the target's private include path:
#   constexpr char kText[] =
#   #include "countries_csv.inc"
#   ;
function(qj_embed name)
  foreach(file IN LISTS ARGN)
    file(READ ${file} text)
    get_filename_component(stem ${file} NAME)
    string(REGEX REPLACE "[^A-Za-z0-9]" "_" stem ${stem})
    file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/embed/${stem}.inc
         CONTENT "R\"qjtext(${text})qjtext\"\n" @ONLY)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  target_include_directories(qj_${name}
                             PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embed)
endfunction()
