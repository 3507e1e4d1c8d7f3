# Read by ctest each time it starts, for smtpspec_discover_tests, which sets the variables.
execute_process(COMMAND "${smtpspec}" list --files ${selection} OUTPUT_VARIABLE files RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  add_test("${prefix}NOT_LISTED" "${smtpspec}" list --files ${selection})
  return()
endif()
string(REGEX MATCHALL "[^\n]+" files "${files}")
foreach(file IN LISTS files)
  add_test("${prefix}${file}" "${smtpspec}" run --target "${program}" ${arguments} "${file}/*")
  set_tests_properties("${prefix}${file}" PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300 LABELS smtpspec
                       ENVIRONMENT "${settings}" ${properties})
endforeach()
