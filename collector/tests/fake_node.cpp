// SPDX-License-Identifier: Apache-2.0
// fake_node MODE [COUNT]: shakes hands with the collector, records COUNT allocations of 8 bytes, and ends as
// MODE says:
//   exit:N     in an orderly way, with status N
//   kill       by SIGKILL
//   hang       once the collector has let go; says "ready" on stdout before
//   steady     likewise, but goes on recording
//   exec       becomes "fake_node exit:0 COUNT"
//   garbage    says nonsense instead of Hello
//   version    says that it is of another version
//   silent     says nothing
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

#include "slabscope/wire/handshake.h"
#include "slabscope/wire/ring.h"
#include "slabscope/wire/ring_claim.h"

using namespace slabscope::wire;

namespace {

int connectToCollector() {
  if (const char* given = std::getenv("FAKE_NODE_FD")) return std::atoi(given);
  const char* name = std::getenv(kSocketVariable);
  if (name == nullptr) return -1;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path + 1, name, sizeof address.sun_path - 2);
  int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + std::strlen(name));
  return connect(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 ? fd : -1;
}

int receiveMemory(int fd) {
  Welcome welcome{};
  iovec part{&welcome, sizeof welcome};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (recvmsg(fd, &message, MSG_CMSG_CLOEXEC) != static_cast<ssize_t>(sizeof welcome) ||
      welcome.accepted == 0)
    return -1;
  int memory = -1;
  if (cmsghdr* header = CMSG_FIRSTHDR(&message)) std::memcpy(&memory, CMSG_DATA(header), sizeof memory);
  return memory;
}

uint64_t now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

void record(RingWriter& writer, uint64_t index) {
  StoreAlloc alloc{};
  alloc.header = {RecordKind::kStoreAlloc, 0, sizeof alloc / 8, 0, now()};
  alloc.address = 16 * (index + 1);
  alloc.size = 8;
  char* at = nullptr;
  while ((at = writer.reserve(sizeof alloc)) == nullptr) usleep(100);
  std::memcpy(at, &alloc, sizeof alloc);
  writer.commit(sizeof alloc);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  std::string mode = argv[1];
  uint64_t count = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  int fd = connectToCollector();
  if (fd < 0) return 65;
  if (mode == "silent") {
    usleep(50'000);
    return 0;
  }
  Hello hello{mode == "garbage" ? 0 : kMagic, mode == "version" ? kVersion + 1 : kVersion, 0};
  send(fd, &hello, sizeof hello, MSG_NOSIGNAL);
  int memory = receiveMemory(fd);
  close(fd);
  if (memory < 0) return 66;
  void* mapping = mmap(nullptr, kMappingBytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  auto& header = *static_cast<ProcessHeader*>(mapping);
  RingHeader* ring = ringHeader(mapping, claimRing(mapping));
  ring->thread = header.next_thread.fetch_add(1);
  header.attached = 1;
  RingWriter writer(ring, ringData(mapping, 0));
  for (uint64_t index = 0; index < count; ++index) record(writer, index);

  if (mode == "kill") std::raise(SIGKILL);
  if (mode == "exec") {
    std::string rest = std::to_string(count);
    execl("/proc/self/exe", argv[0], "exit:0", rest.c_str(), nullptr);
    return 67;
  }
  if (mode == "hang" || mode == "steady") {
    std::puts("ready");
    std::fflush(stdout);
    for (uint64_t index = count; header.detached.load() == 0; ++index) {
      if (mode == "steady") record(writer, index);
      usleep(1000);
    }
  }
  header.exit_begun = 1;
  return mode.starts_with("exit:") ? std::atoi(mode.c_str() + 5) : 0;
}
