// SPDX-License-Identifier: Apache-2.0
// How a process gets its shared memory: the shim connects to the collector's socket (SOCK_SEQPACKET, abstract
// name in SLABSCOPE_SOCKET, or a descriptor that it made itself), sends one Hello, and gets one Welcome with
// the memfd as SCM_RIGHTS. Both sides close their end at once: no descriptor stays in the program.
#pragma once

#include <cstdint>

namespace slabscope::wire {

/// The environment variable with the abstract socket's name, without the leading NUL.
inline constexpr const char* kSocketVariable = "SLABSCOPE_SOCKET";

struct Hello {
  uint64_t magic;
  uint32_t version;
  uint32_t pid;  ///< as the program sees itself; the collector trusts SO_PEERCRED instead
};

struct Welcome {
  uint64_t magic;
  uint32_t version;
  uint32_t accepted;  ///< 0: not recorded (the collector said why on its own stderr)
};

}  // namespace slabscope::wire
