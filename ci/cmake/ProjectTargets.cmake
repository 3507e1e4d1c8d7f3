# The three kinds of target that the folders are made of. All share one set of warnings.
include(GoogleTest)

add_library(project-options INTERFACE)
target_compile_features(project-options INTERFACE cxx_std_20)
target_compile_options(project-options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                                                 -Wnon-virtual-dtor -Woverloaded-virtual -Werror)

# project_library(NAME INCLUDE folder SOURCES … [LINK …])
# INCLUDE is the folder that #include lines start from: reference-server or mock-clients or conformance.
function(project_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "INCLUDE" "SOURCES;LINK")
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/${arg_INCLUDE})
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE project-options)
endfunction()

function(project_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "INCLUDE" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  if(arg_INCLUDE)
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/${arg_INCLUDE})
  endif()
  target_link_libraries(${name} PRIVATE ${arg_LINK} project-options)
endfunction()

# project_test(NAME SOURCES … LINK …): a GoogleTest program; each test is an entry of ctest with the label `unit`.
function(project_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  if(NOT BUILD_TESTING)
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gmock_main GTest::gtest project-options)
  gtest_discover_tests(${name} TEST_PREFIX "${name}." PROPERTIES LABELS unit TIMEOUT 120 DISCOVERY_TIMEOUT 60)
endfunction()
