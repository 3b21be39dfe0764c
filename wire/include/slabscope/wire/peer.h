// SPDX-License-Identifier: Apache-2.0
// Who is at the other end of a socket. Names of sockets are free to all: each end looks at the other.
#pragma once

#include <sys/socket.h>

namespace slabscope::wire {

/// What the kernel knows of the process at the other end of a connected Unix socket: for who connected, the
/// one that listened, and the other way round. False, with errno, where it does not tell.
inline bool peerOf(int socket_fd, ucred& peer) {
  socklen_t size = sizeof peer;
  return getsockopt(socket_fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
}

}  // namespace slabscope::wire
