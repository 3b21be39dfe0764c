# SPDX-License-Identifier: Apache-2.0
# Two Debian packages by CPack, so that a server gets the command without Qt: slabscope and slabscope-viewer. scripts/package makes them.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME slabscope)
set(CPACK_PACKAGE_VERSION ${slabscope_version})
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/../packaging/before-packing.cmake)
set(CPACK_COMPONENTS_ALL slabscope slabscope-viewer)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "the authors of slabscope <slabscope@localhost>")
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_SLABSCOPE_PACKAGE_NAME slabscope)
set(CPACK_DEBIAN_SLABSCOPE_PACKAGE_SUGGESTS "nodejs, slabscope-viewer")
set(CPACK_DEBIAN_SLABSCOPE_DESCRIPTION "memory profiler for the Buffers of Node.js programs
Node.js cuts small Buffers out of shared slabs, and one that survives keeps
its whole slab alive. slabscope records an unmodified node and tells which
lines of JavaScript hold which memory, what of it is in use, and what has
changed between two runs.")
set(CPACK_DEBIAN_SLABSCOPE-VIEWER_PACKAGE_NAME slabscope-viewer)
set(CPACK_DEBIAN_SLABSCOPE-VIEWER_PACKAGE_RECOMMENDS slabscope)
# Qt draws text with what fonts there are, and boxes where there are none.
set(CPACK_DEBIAN_SLABSCOPE-VIEWER_PACKAGE_DEPENDS "fonts-dejavu-core | fonts-noto-core | fonts-inter")
set(CPACK_DEBIAN_SLABSCOPE-VIEWER_DESCRIPTION "viewer for recordings of slabscope
Shows what slabscope recorded of a Node.js program: memory over time, each
slab byte for byte, callers as flame graphs, and the difference between two
runs; in a window, or as pictures without one.")

foreach(package IN LISTS CPACK_COMPONENTS_ALL)
  install(FILES packaging/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${package})
endforeach()
# As they lie in the sources, so that one leads to the other.
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/slabscope COMPONENT slabscope)
install(DIRECTORY docs examples LICENSES DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/slabscope COMPONENT slabscope)
install(FILES recording/recording.proto DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/slabscope/recording COMPONENT slabscope)
include(CPack)
