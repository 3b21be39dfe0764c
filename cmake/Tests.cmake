# SPDX-License-Identifier: Apache-2.0
# Usage: slabscope_tests(NAME) after add_executable: unit tests by GoogleTest, one ctest test each.
if(SLABSCOPE_TESTS)
  find_package(GTest REQUIRED)
endif()
include(GoogleTest)

function(slabscope_tests target)
  slabscope_target(${target})
  # Most of the time to build is that of the tests: they are compiled as they stand, with lines and without
  # variables, and GoogleTest's headers once.
  target_compile_options(${target} PRIVATE -O0 -g1)
  get_property(owner GLOBAL PROPERTY slabscope_test_headers)
  if(owner)
    target_precompile_headers(${target} REUSE_FROM ${owner})
  else()
    set_property(GLOBAL PROPERTY slabscope_test_headers ${target})
    target_precompile_headers(${target} PRIVATE <gtest/gtest.h> <algorithm> <optional> <random> <string> <variant> <vector>)
  endif()
  target_link_libraries(${target} PRIVATE GTest::gtest_main)
  gtest_discover_tests(${target} DISCOVERY_TIMEOUT 60)
endfunction()
