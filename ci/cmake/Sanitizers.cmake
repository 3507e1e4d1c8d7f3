# -DSMTPSPEC_SANITIZE=address,undefined (or thread): see CMakePresets.json.
set(SMTPSPEC_SANITIZE "" CACHE STRING "sanitizers for every target, as -fsanitize takes them")
if(SMTPSPEC_SANITIZE)
  # GCC 12 sees uninitialised parts of std::function in <regex> when it instruments (its bug 105562).
  add_compile_options(-fsanitize=${SMTPSPEC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  add_link_options(-fsanitize=${SMTPSPEC_SANITIZE})
endif()
