// SPDX-License-Identifier: Apache-2.0
// The collector's half of wire/handshake.h.
#pragma once

#include <sys/types.h>

#include <string>

#include "descriptor.h"
#include "slabscope/recording/result.h"

namespace slabscope::collector {

/// A listening abstract socket that only who knows its random name can find.
struct ListeningSocket {
  Descriptor fd;     ///< non-blocking
  std::string name;  ///< for kSocketVariable
};
Result<ListeningSocket> listenForShims();

/// The next one who waits at the listening socket; none when nobody does.
Descriptor acceptShim(int listening_fd);

/// Reads the Hello that must be waiting on `fd`. The pid is the kernel's word, not the peer's. The error says
/// why the peer is not recorded.
Result<pid_t> readHello(int fd);

/// Answers the Hello. `memory_fd` -1: the process is not recorded. False when the peer is gone.
bool sendWelcome(int fd, int memory_fd);

}  // namespace slabscope::collector
