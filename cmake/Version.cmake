# SPDX-License-Identifier: Apache-2.0
# Sets slabscope_version: 0.1.0 at the tag v0.1.0, 0.1.0+5.gHASH five commits behind it, 0.1.0~157.gHASH (Debian sorts it before
# 0.1.0) where no tag is behind, and what `git archive` left here where there is no git. Told when cmake runs, as scripts/build
# has it do each time. Hashes have one length: git's own choice of it differs between clones.
set(described "$Format:%(describe:tags=true,match=v*,abbrev=12)$")
set(commit "$Format:%H$")
if(described MATCHES "^.Format")
  set(described "")
  set(commit "")
  find_package(Git QUIET)
  # Sources that lie within another project's repository have no part in its history.
  if(GIT_FOUND AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
    macro(ask_git variable)
      execute_process(COMMAND ${GIT_EXECUTABLE} ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                      OUTPUT_VARIABLE ${variable} OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    endmacro()
    ask_git(described describe --tags --match=v* --abbrev=12)
    ask_git(commits rev-list --count HEAD)
    ask_git(hash rev-parse --short=12 HEAD)
    if(hash)
      set(commit "${commits}.g${hash}")
    endif()
  endif()
else()
  string(SUBSTRING ${commit} 0 12 commit)
  set(commit "g${commit}")
endif()

if(described MATCHES "^v([0-9.]+)$")
  set(slabscope_version ${CMAKE_MATCH_1})
elseif(described MATCHES "^v([0-9.]+)-([0-9]+)-(g[0-9a-f]+)$")
  set(slabscope_version ${CMAKE_MATCH_1}+${CMAKE_MATCH_2}.${CMAKE_MATCH_3})
elseif(commit)
  set(slabscope_version ${PROJECT_VERSION}~${commit})
else()
  set(slabscope_version ${PROJECT_VERSION})
endif()
