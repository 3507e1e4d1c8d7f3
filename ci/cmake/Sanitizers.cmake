# -DSMTPSPEC_SANITIZE=address,undefined (or thread): see CMakePresets.json.
set(SMTPSPEC_SANITIZE "" CACHE STRING "sanitizers for every target, as -fsanitize takes them")
if(SMTPSPEC_SANITIZE)
  add_compile_options(-fsanitize=${SMTPSPEC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SMTPSPEC_SANITIZE})
endif()
