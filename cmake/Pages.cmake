# SPDX-License-Identifier: Apache-2.0
# Usage: slabscope_pages(PROGRAM TEMPLATE): its man page, made of the template and its own help, and its completion for bash and zsh,
# installed with it.
set(slabscope_pages_folder ${CMAKE_CURRENT_LIST_DIR}/pages)

function(slabscope_pages program template)
  set(page ${PROJECT_BINARY_DIR}/share/man/man1/${program}.1)
  set(writer ${slabscope_pages_folder}/manual)
  add_custom_command(
    OUTPUT ${page}.gz
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/share/man/man1
    COMMAND ${writer} $<TARGET_FILE:${program}> ${template} > ${page}
    COMMAND gzip -9nf ${page}
    DEPENDS ${program} ${template} ${writer} ${writer}.awk
    VERBATIM)
  add_custom_target(${program}.1 ALL DEPENDS ${page}.gz)
  install(FILES ${page}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT ${program})
  install(FILES ${slabscope_pages_folder}/completion.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
          RENAME ${program} COMPONENT ${program})
  install(FILES ${slabscope_pages_folder}/completion.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions
          RENAME _${program} COMPONENT ${program})
endfunction()
