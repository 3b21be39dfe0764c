# SPDX-License-Identifier: Apache-2.0
# Usage: slabscope_protobuf(NAME): NAME_proto, a library of the code that protoc makes of NAME.proto. It is a library of its own, and its
# header a system header, because generated code does not know our warnings.
find_package(Protobuf REQUIRED)

function(slabscope_protobuf name)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/generated)
  file(MAKE_DIRECTORY ${generated})
  add_custom_command(
    OUTPUT ${generated}/${name}.pb.cc ${generated}/${name}.pb.h
    COMMAND protobuf::protoc --cpp_out=${generated} -I ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/${name}.proto
    DEPENDS ${name}.proto protobuf::protoc
    VERBATIM)
  add_library(${name}_proto OBJECT ${generated}/${name}.pb.cc)
  target_include_directories(${name}_proto SYSTEM INTERFACE ${generated})
  target_link_libraries(${name}_proto PUBLIC protobuf::libprotobuf)
endfunction()
