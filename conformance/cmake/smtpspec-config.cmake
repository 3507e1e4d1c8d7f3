# find_package(smtpspec): the program as smtpspec::smtpspec, and smtpspec_discover_tests. Installed in share/cmake/smtpspec.
get_filename_component(_smtpspec_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(NOT EXISTS "${_smtpspec_prefix}/bin/smtpspec")
  set(smtpspec_FOUND FALSE)
  set(smtpspec_NOT_FOUND_MESSAGE "there is no ${_smtpspec_prefix}/bin/smtpspec")
  return()
endif()
if(NOT TARGET smtpspec::smtpspec)
  add_executable(smtpspec::smtpspec IMPORTED)
  set_target_properties(smtpspec::smtpspec PROPERTIES IMPORTED_LOCATION "${_smtpspec_prefix}/bin/smtpspec")
endif()
set(_smtpspec_discovery "${CMAKE_CURRENT_LIST_DIR}/smtpspec-discovery.cmake")

# smtpspec_discover_tests(TARGET target [SELECTION pattern…] [SETTINGS NAME=VALUE…] [EXPECTATIONS file]
#                         [TEST_PREFIX prefix] [ARGUMENTS argument…] [PROPERTIES name value…])
#
# One test for each scenario file of the selection (all, if none is given). They are asked for each time ctest starts, so
# that a newer suite brings its tests without a build. A test whose cases are all skipped counts as skipped.
#
# TARGET        an executable of this build, or a path: what starts the server under test (docs/porting.md)
# SETTINGS      settings of the server's own, given to TARGET in its environment
# EXPECTATIONS  known failures, as `smtpspec run --expectations` takes them
# TEST_PREFIX   in front of the tests' names; `smtp.` unless given
# ARGUMENTS     more options of `smtpspec run`
# PROPERTIES    of the tests, such as TIMEOUT (300 unless given), LABELS and RUN_SERIAL
function(smtpspec_discover_tests)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET;EXPECTATIONS;TEST_PREFIX" "SELECTION;SETTINGS;ARGUMENTS;PROPERTIES")
  if(NOT arg_TARGET OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "smtpspec_discover_tests(TARGET target [SELECTION …] …): "
                        "TARGET is missing, or this is no keyword: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(TARGET ${arg_TARGET})
    set(program "$<TARGET_FILE:${arg_TARGET}>")
  else()
    get_filename_component(program "${arg_TARGET}" ABSOLUTE)
    if(NOT EXISTS "${program}")
      message(FATAL_ERROR "smtpspec_discover_tests: ${arg_TARGET} is neither a target of this build nor a file")
    endif()
  endif()
  if(arg_EXPECTATIONS)
    get_filename_component(file "${arg_EXPECTATIONS}" ABSOLUTE)
    list(APPEND arg_ARGUMENTS --expectations "${file}")
  endif()
  if(NOT DEFINED arg_TEST_PREFIX)
    set(arg_TEST_PREFIX smtp.)
  endif()
  string(MAKE_C_IDENTIFIER "${arg_TARGET} ${arg_TEST_PREFIX}" name)
  set(tests "${CMAKE_CURRENT_BINARY_DIR}/smtpspec_${name}.cmake")
  file(GENERATE OUTPUT "${tests}" CONTENT "set(smtpspec [==[$<TARGET_FILE:smtpspec::smtpspec>]==])
set(program [==[${program}]==])
set(selection [==[${arg_SELECTION}]==])
set(settings [==[${arg_SETTINGS}]==])
set(arguments [==[${arg_ARGUMENTS}]==])
set(prefix [==[${arg_TEST_PREFIX}]==])
set(properties [==[${arg_PROPERTIES}]==])
include([==[${_smtpspec_discovery}]==])
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${tests}")
endfunction()
