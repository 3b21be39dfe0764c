# SPDX-License-Identifier: Apache-2.0
# Run by CPack once everything is in place: the changelog that Debian asks for, and one date for all files, so that a package is the same
# whenever it is made. SOURCE_DATE_EPOCH: https://reproducible-builds.org/specs/source-date-epoch/
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  string(TIMESTAMP now %s UTC)
  set(ENV{SOURCE_DATE_EPOCH} ${now})
endif()
set(date $ENV{SOURCE_DATE_EPOCH})
execute_process(COMMAND date --utc --rfc-email --date=@${date} OUTPUT_VARIABLE rfc_date
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

foreach(package IN LISTS CPACK_COMPONENTS_ALL)
  set(changelog ${CPACK_TEMPORARY_DIRECTORY}/${package}/usr/share/doc/${package}/changelog)
  file(WRITE ${changelog} "slabscope (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n"
                          "  * Made of the sources of this version; their history is in git.\n\n"
                          " -- ${CPACK_DEBIAN_PACKAGE_MAINTAINER}  ${rfc_date}\n")
  execute_process(COMMAND gzip -9nf ${changelog} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
execute_process(COMMAND find ${CPACK_TEMPORARY_DIRECTORY} -exec touch --no-dereference --date=@${date} {} +
                COMMAND_ERROR_IS_FATAL ANY)
