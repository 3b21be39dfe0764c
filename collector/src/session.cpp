// SPDX-License-Identifier: Apache-2.0
#include "session.h"

#include <malloc.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "clock.h"
#include "handshake.h"
#include "say.h"
#include "slabscope/collector/control.h"

namespace slabscope::collector {

namespace {

// A shim says Hello right after it has connected.
constexpr uint64_t kHelloPatience = 2 * kSecond;

// How long the rings are left alone (milliseconds): as long as can be, since each round begins with cold
// caches. An idle program may begin at any moment to write two million events a second, which fills a ring in
// about 16 ms.
constexpr uint64_t kPause = 10;
// At the pace of the last round no ring is fuller than this after the pause.
constexpr uint64_t kWantedBytes = wire::kRingBytes / 8;
constexpr int kClientPause = 100;

constexpr uint64_t kTidyingInterval = 5 * kSecond;

bool isReady(const pollfd& entry) {
  return entry.revents != 0;
}

}  // namespace

Session::Session(RecordOptions options, OutputNames names)
    : options_(std::move(options)), names_(std::move(names)) {
  control_.open(getpid());
}

void Session::addClient(Descriptor client) {
  clients_.push_back({std::move(client), monotonicNow() + kHelloPatience});
}

bool Session::acceptAll(int listening_fd) {
  bool somebody = false;
  while (Descriptor client = acceptShim(listening_fd)) {
    addClient(std::move(client));
    somebody = true;
  }
  return somebody;
}

int Session::waitFor(uint64_t fullest, uint64_t since_last_round) const {
  if (recordings_.empty()) return clients_.empty() ? -1 : kClientPause;
  if (fullest == 0) return static_cast<int>(kPause);
  if (fullest >= wire::kRingBytes / 2) return 0;
  return static_cast<int>(std::min(kPause, kWantedBytes * since_last_round / fullest / kMillisecond));
}

void Session::round(int signal_fd, int listening_fd) {
  const uint64_t begin = monotonicNow();
  const uint64_t since_last_round = std::min(begin - std::exchange(last_round_, begin), kSecond);
  uint64_t fullest = 0;
  for (auto& recording : recordings_) fullest = std::max(fullest, recording->round());

  // poll() steps over negative descriptors.
  std::vector<pollfd> watched{{signal_fd, POLLIN, 0}, {listening_fd, POLLIN, 0}};
  for (const Client& client : clients_) watched.push_back({client.fd.get(), POLLIN, 0});
  for (const auto& recording : recordings_) watched.push_back({recording->pidfd(), POLLIN, 0});
  size_t first_client = 2;
  size_t first_process = first_client + clients_.size();
  size_t first_control = watched.size();
  control_.watch(watched);
  poll(watched.data(), watched.size(), waitFor(fullest, since_last_round));
  control_.serve(&watched[first_control],
                 [&](pid_t pid, std::string_view request) { return obey(pid, request); });

  for (size_t index = 0; index < recordings_.size(); ++index) {
    if (isReady(watched[first_process + index])) endRecording(*recordings_[index]);
    if (isReady(watched[first_process + index])) recordings_[index].reset();
  }
  std::erase(recordings_, nullptr);

  uint64_t now = monotonicNow();
  std::vector<Client> waiting;
  for (size_t index = 0; index < clients_.size(); ++index) {
    if (isReady(watched[first_client + index])) {
      serveClient(clients_[index]);
    } else if (now < clients_[index].deadline) {
      waiting.push_back(std::move(clients_[index]));
    }
  }
  clients_ = std::move(waiting);
  if (isReady(watched[1])) acceptAll(listening_fd);
  tidyHeap(now, fullest);
}

// What a recording or a thread frees lies among what the others keep, and the allocator by itself returns to
// the kernel only what is free at the heap's end. A fixed threshold for blocks of their own would do that
// too, but costs each event a tenth more. To go through the heap takes a millisecond, or 50 where half of a
// gigabyte is free: not while rings fill up.
void Session::tidyHeap(uint64_t now, uint64_t fullest) {
  if (!recordings_.empty() && (now < next_tidying_ || fullest > kWantedBytes)) return;
  next_tidying_ = now + kTidyingInterval;
  malloc_trim(0);
}

// The collector's own pid stands for all of its recordings, those to come included.
std::string Session::obey(pid_t pid, std::string_view request) {
  constexpr std::string_view kMark = "mark ";
  const bool mark = request.starts_with(kMark) && request.size() <= kMark.size() + kMaxMarkName;
  const bool stop = request == "stop";
  if (!mark && !stop && request != "start") return "-slabscope does not understand what it is asked";
  const bool all = pid == getpid();
  if (all && !mark) options_.paused = stop;
  std::string done;
  for (const auto& recording : recordings_) {
    if (!all && recording->pid() != pid) continue;
    const std::string who = (done.empty() ? "" : "; ") + ("process " + std::to_string(recording->pid()));
    if (mark) {
      recording->mark(request.substr(kMark.size()));
      done += who + ": marked";
    } else if (recording->setPaused(stop)) {
      done += who + (stop ? ": paused" : ": recording");
    } else {
      done += who + (stop ? ": was paused already" : ": was recording already");
    }
  }
  if (!done.empty()) return "+" + done.substr(0, kMaxControlBytes - 2);
  if (all && !mark)
    return stop ? "+what starts from now on is paused" : "+what starts from now on is recorded";
  return "-no node process is being recorded";
}

void Session::reapCommand() {
  int status = 0;
  if (command_ != 0 && !command_status_ && waitpid(command_, &status, WNOHANG) == command_)
    command_status_ = status;
}

void Session::serveClient(const Client& client) {
  Result<pid_t> pid = readHello(client.fd.get());
  if (!pid) {
    say(pid.error().message);
    sendWelcome(client.fd.get(), -1);
    return;
  }
  startRecording(client, *pid);
}

void Session::startRecording(const Client& client, pid_t pid) {
  // The same process once more: it has executed another program, and what we recorded before is over.
  auto before = std::find_if(recordings_.begin(), recordings_.end(),
                             [&](const auto& recording) { return recording->pid() == pid; });
  if (before != recordings_.end()) {
    control_.close(pid);
    (*before)->finish(recording::EndKind::kDetached, -1);
    recordings_.erase(before);
  }
  Result<std::unique_ptr<ProcessRecording>> recording =
      ProcessRecording::start(pid, names_.next(pid), options_);
  if (!recording) {
    say(recording.error().message);
    sendWelcome(client.fd.get(), -1);
    return;
  }
  has_recorded_ = true;
  control_.open(pid);
  // If the peer is gone already its pidfd tells so in the next round.
  sendWelcome(client.fd.get(), (*recording)->memoryFd());
  // While node starts: it is only needed once JavaScript runs.
  (*recording)->findCode();
  recordings_.push_back(std::move(*recording));
}

void Session::endRecording(ProcessRecording& recording) {
  using recording::EndKind;
  next_tidying_ = 0;
  control_.close(recording.pid());
  // The process is a zombie at least; of our own child the status must be known before its footer is written.
  if (recording.pid() == command_) reapCommand();
  if (recording.pid() != command_ || !command_status_) {
    recording.finish(recording.exitBegun() ? EndKind::kExit : EndKind::kSignal, -1);
  } else if (WIFSIGNALED(*command_status_)) {
    recording.finish(EndKind::kSignal, WTERMSIG(*command_status_));
  } else {
    recording.finish(EndKind::kExit, WEXITSTATUS(*command_status_));
  }
}

void Session::detachAll() {
  for (auto& recording : recordings_) {
    control_.close(recording->pid());
    recording->detach();
    recording->finish(recording::EndKind::kDetached, -1);
  }
  recordings_.clear();
  clients_.clear();
}

}  // namespace slabscope::collector
