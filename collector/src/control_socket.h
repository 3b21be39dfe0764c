// SPDX-License-Identifier: Apache-2.0
// Where `slabscope ctl` reaches the collector: abstract sockets that are named after the process that is
// recorded, and one after the collector itself. Anybody can find them; only the same user is listened to, and
// the asker looks at our user in turn, so that a name that somebody else took deceives nobody.
//
// A request is one packet of text ("start", "stop", "mark NAME"), the answer another: '+' or '-', and what to
// tell the user.
#pragma once

#include <poll.h>
#include <sys/types.h>
#include <sys/un.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "descriptor.h"

namespace slabscope::collector {

/// The longest request, and the longest answer.
inline constexpr size_t kMaxControlBytes = 4096;

struct ControlAddress {
  sockaddr_un address;
  socklen_t size;
};
ControlAddress controlAddress(pid_t pid);

class ControlSockets {
 public:
  /// Gives the answer to a request that concerns the process.
  using Handler = std::function<std::string(pid_t pid, std::string_view request)>;

  /// Listens for who wants to control the process; says so on stderr when that cannot be.
  void open(pid_t pid);
  void close(pid_t pid);

  /// Appends what is to be watched.
  void watch(std::vector<pollfd>& watched) const;
  /// Accepts and answers. `ready` are the entries that watch() appended, after poll().
  void serve(const pollfd* ready, const Handler& handler);

 private:
  struct Socket {
    pid_t pid;
    Descriptor fd;
    bool stranger = false;  ///< of another user
  };
  void accept(const Socket& listening);

  std::vector<Socket> listening_;
  std::vector<Socket> askers_;
};

}  // namespace slabscope::collector
