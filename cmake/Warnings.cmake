# SPDX-License-Identifier: Apache-2.0
# Usage: slabscope_target(NAME) after add_library or add_executable.
function(slabscope_target target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                                           -Wcast-align -Wformat=2 -Werror)
  if(SLABSCOPE_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${SLABSCOPE_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(${target} PRIVATE -fsanitize=${SLABSCOPE_SANITIZE})
  endif()
endfunction()
