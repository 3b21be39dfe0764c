// SPDX-License-Identifier: Apache-2.0
#include "handshake.h"

#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include "say.h"
#include "slabscope/wire/handshake.h"
#include "slabscope/wire/layout.h"
#include "slabscope/wire/peer.h"

namespace slabscope::collector {

namespace {

// Node processes of one run that start at the same moment.
constexpr int kWaitingProcesses = 128;

Result<std::string> randomName() {
  std::array<unsigned char, 16> bits;
  if (getrandom(bits.data(), bits.size(), 0) != static_cast<ssize_t>(bits.size())) {
    return Error{withReason("cannot get random bytes", errno)};
  }
  std::string name = "slabscope-";
  for (unsigned char byte : bits) {
    char hex[3];
    std::snprintf(hex, sizeof hex, "%02x", byte);
    name += hex;
  }
  return name;
}

}  // namespace

Result<ListeningSocket> listenForShims() {
  Result<std::string> name = randomName();
  if (!name) return name.error();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  static_assert(sizeof address.sun_path > sizeof "slabscope-" + 32);
  // The analyzer takes the error path's string for this one.
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.InnerPointer)
  std::memcpy(address.sun_path + 1, name->data(), name->size());
  auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name->size());
  Descriptor fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd || bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      listen(fd.get(), kWaitingProcesses) != 0) {
    return Error{withReason("cannot open a socket for the program to connect to", errno)};
  }
  return ListeningSocket{std::move(fd), std::move(*name)};
}

Descriptor acceptShim(int listening_fd) {
  return Descriptor(accept4(listening_fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

Result<pid_t> readHello(int fd) {
  ucred peer{};
  if (!wire::peerOf(fd, peer)) return Error{withReason("cannot tell who connected", errno)};
  if (peer.uid != geteuid()) return Error{"a process of another user wanted to be recorded and is not"};
  if (peer.pid <= 0) return Error{"a process of another pid namespace wanted to be recorded and is not"};
  wire::Hello hello{};
  ssize_t got = recv(fd, &hello, sizeof hello, MSG_DONTWAIT | MSG_TRUNC);
  std::string who = "process " + std::to_string(peer.pid);
  if (got != static_cast<ssize_t>(sizeof hello) || hello.magic != wire::kMagic) {
    return Error{who + " connected but does not speak as a shim; it is not recorded"};
  }
  if (hello.version != wire::kVersion) {
    return Error{who +
                 " is not recorded: its shim is of another version than this slabscope; install both anew"};
  }
  return peer.pid;
}

bool sendWelcome(int fd, int memory_fd) {
  wire::Welcome welcome{wire::kMagic, wire::kVersion, memory_fd >= 0 ? 1U : 0U};
  iovec part{&welcome, sizeof welcome};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (memory_fd >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &memory_fd, sizeof memory_fd);
  }
  return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == static_cast<ssize_t>(sizeof welcome);
}

}  // namespace slabscope::collector
