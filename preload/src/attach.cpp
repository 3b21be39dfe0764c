// SPDX-License-Identifier: Apache-2.0
#include "attach.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "process.h"
#include "slabscope/wire/handshake.h"
#include "slabscope/wire/peer.h"

namespace slabscope::preload {

namespace {

void limitWaiting(int socket) {
  timeval patience{5, 0};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

// Where our collector is gone, somebody else may wait for us in its place.
bool isOurs(int socket_fd) {
  ucred peer{};
  return wire::peerOf(socket_fd, peer) && peer.uid == geteuid();
}

int connectTo(const char* name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  size_t length = std::strlen(name);
  if (length == 0 || length > sizeof address.sun_path - 1) return -1;
  std::memcpy(address.sun_path + 1, name, length);
  int socket_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) return -1;
  limitWaiting(socket_fd);
  auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);
  if (connect(socket_fd, reinterpret_cast<sockaddr*>(&address), size) == 0 && isOurs(socket_fd))
    return socket_fd;
  close(socket_fd);
  return -1;
}

// Runs in the grandchild: out of the program's session and without its descriptors, so that a shell's $(…)
// does not wait for the collector.
[[noreturn]] void becomeCollector(const char* program, int socket_fd) {
  setsid();
  int null = open("/dev/null", O_RDWR);
  if (dup2(socket_fd, 3) != 3 || null < 0) _exit(127);
  for (int stream = 0; stream < 3; ++stream) dup2(null, stream);
  if (close_range(4, ~0U, 0) != 0) _exit(127);
  unsetenv("LD_PRELOAD");
  char* const arguments[] = {const_cast<char*>("slabscope"), const_cast<char*>("serve"),
                             const_cast<char*>("3"), nullptr};
  execv(program, arguments);
  _exit(127);
}

/// A collector of this process alone, whose parent is init. Returns our end of the socket to it, or -1.
int startCollector(const char* program) {
  if (access(program, X_OK) != 0) {
    complain("nothing is recorded: there is no collector at ", program);
    return -1;
  }
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  pid_t child = fork();
  if (child == 0) {
    pid_t grandchild = fork();
    if (grandchild == 0) becomeCollector(program, ends[1]);
    _exit(grandchild < 0 ? 1 : 0);
  }
  close(ends[1]);
  int status = 0;
  if (child > 0) waitpid(child, &status, 0);
  if (child < 0 || status != 0) {
    close(ends[0]);
    return -1;
  }
  limitWaiting(ends[0]);
  return ends[0];
}

/// The descriptor of the shared memory, or -1 when the collector gave none.
int shakeHands(int socket_fd) {
  wire::Hello hello{wire::kMagic, wire::kVersion, static_cast<uint32_t>(getpid())};
  if (send(socket_fd, &hello, sizeof hello, MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof hello)) return -1;
  wire::Welcome welcome{};
  iovec part{&welcome, sizeof welcome};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t got = recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC);
  int memory = -1;
  cmsghdr* header = got >= 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
    std::memcpy(&memory, CMSG_DATA(header), sizeof memory);
  }
  bool whole = got == static_cast<ssize_t>(sizeof welcome) && welcome.magic == wire::kMagic;
  if (whole && welcome.version != wire::kVersion) {
    complain("nothing is recorded: slabscope and its shim are of different versions; install both anew");
    whole = false;
  }
  if (whole && welcome.accepted != 0) return memory;
  if (memory >= 0) close(memory);
  return -1;
}

bool mapMemory(int memory) {
  struct stat status;
  if (fstat(memory, &status) != 0 || static_cast<uint64_t>(status.st_size) < wire::kMappingBytes)
    return false;
  void* mapping =
      mmap(nullptr, wire::kMappingBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, memory, 0);
  if (mapping == MAP_FAILED) return false;
  auto* header = static_cast<wire::ProcessHeader*>(mapping);
  void* live = mapPages(4096);
  if (live == nullptr || header->magic != wire::kMagic || header->version != wire::kVersion) return false;
  // Without the wiping page a forked child would write into its parent's rings.
  if (madvise(live, 4096, MADV_WIPEONFORK) != 0) return false;
  // Core dumps of the program stay as small as they were.
  madvise(mapping, wire::kMappingBytes, MADV_DONTDUMP);
  process.mapping = mapping;
  process.header = header;
  process.options = header->options;
  process.live = static_cast<volatile uint32_t*>(live);
  return true;
}

}  // namespace

bool attachToCollector(const char* collector_program) {
  const char* name = std::getenv(wire::kSocketVariable);
  int socket_fd = name != nullptr ? connectTo(name) : startCollector(collector_program);
  if (socket_fd < 0) return false;
  int memory = shakeHands(socket_fd);
  close(socket_fd);
  if (memory < 0) return false;
  bool mapped = mapMemory(memory);
  close(memory);
  return mapped;
}

}  // namespace slabscope::preload
