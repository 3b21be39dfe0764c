// SPDX-License-Identifier: Apache-2.0
#include "process_recording.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "clock.h"
#include "proc_files.h"
#include "reserving_code.h"
#include "say.h"

namespace slabscope::collector {

namespace {

constexpr uint64_t kFlushInterval = kSecond;
constexpr uint64_t kSampleInterval = 250 * kMillisecond;

int openPidfd(pid_t pid) {
  return static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
}

wire::Options wireOptions(const RecordOptions& options) {
  wire::Options wire{};
  wire.stack_depth = options.stack_depth;
  wire.slices = options.slices ? 1 : 0;
  wire.liveness = options.liveness ? 1 : 0;
  wire.native = options.native ? 1 : 0;
  return wire;
}

recording::Header describe(pid_t pid, const RecordOptions& options, uint64_t start) {
  recording::Header header;
  header.pid = static_cast<uint32_t>(pid);
  header.parent_pid = parentOf(pid);
  header.argv = argumentsOf(pid);
  header.arguments_left_out = !options.argv;
  if (!options.argv) header.argv = recording::withoutArguments(header.argv);
  header.executable = executableOf(pid);
  header.working_directory = workingDirectoryOf(pid);
  header.start_unix_ns = wallClockNow();
  header.start_monotonic_ns = start;
  header.stack_depth = options.stack_depth;
  header.slices = options.slices;
  header.liveness = options.liveness;
  header.native = options.native;
  header.max_size = options.max_size;
  return header;
}

std::string namelessText(const std::set<std::string>& modules) {
  std::string text;
  for (const std::string& module : modules) text += (text.empty() ? "" : ", ") + module;
  return text + (modules.size() == 1 ? " has no symbol table: its frames are module+offset"
                                     : " have no symbol table: their frames are module+offset");
}

recording::Losses lossesOf(const Dropped& dropped) {
  using wire::LossKind;
  return {.store_births = dropped.of(LossKind::kStoreBirth),
          .store_deaths = dropped.of(LossKind::kStoreDeath),
          .slice_births = dropped.of(LossKind::kSliceBirth),
          .slice_deaths = dropped.of(LossKind::kSliceDeath),
          .stacks = dropped.of(LossKind::kStack),
          .other = dropped.of(LossKind::kOther)};
}

}  // namespace

Result<std::unique_ptr<ProcessRecording>> ProcessRecording::start(pid_t pid, const std::string& path,
                                                                  const RecordOptions& options) {
  Descriptor pidfd(openPidfd(pid));
  if (!pidfd) return Error{withReason("cannot watch process " + std::to_string(pid), errno)};
  Result<SharedMemory> memory = SharedMemory::create(wireOptions(options));
  if (!memory) return memory.error();
  uint64_t now = monotonicNow();
  Result<std::unique_ptr<recording::Writer>> writer =
      recording::Writer::create(path, describe(pid, options, now));
  if (!writer) return writer.error();
  std::unique_ptr<ProcessRecording> made(
      new ProcessRecording(pid, path, std::move(*memory), std::move(pidfd), std::move(*writer), now));
  if (options.paused) {
    made->memory_.header().paused.store(1, std::memory_order_relaxed);
    made->pipeline_.addPausing(now, true);
  }
  return made;
}

ProcessRecording::ProcessRecording(pid_t pid, std::string path, SharedMemory memory, Descriptor pidfd,
                                   std::unique_ptr<recording::Writer> writer, uint64_t start)
    : pid_(pid),
      path_(std::move(path)),
      memory_(std::move(memory)),
      pidfd_(std::move(pidfd)),
      writer_(std::move(writer)),
      natives_(pid),
      pipeline_(memory_.mapping(), *writer_, natives_, start),
      start_(start),
      next_flush_(start + kFlushInterval),
      next_sample_(start) {
  pipeline_.onIdleRing([this](uint32_t ring) { memory_.releaseRing(ring); });
}

uint64_t ProcessRecording::round() {
  uint64_t now = monotonicNow();
  memory_.header().heartbeat_ns.store(now, std::memory_order_relaxed);
  if (failed_) return 0;
  uint64_t fullest = pipeline_.drain(now);
  sampleResidentSize(now);
  pipeline_.emit(now);
  if (now >= next_flush_) {
    next_flush_ = now + kFlushInterval;
    tellNativeLimits();
    check(writer_->flush());
  }
  check(writer_->continueSnapshot());
  return fullest;
}

void ProcessRecording::sampleResidentSize(uint64_t now) {
  if (now < next_sample_) return;
  next_sample_ = now + kSampleInterval;
  if (uint64_t bytes = residentBytesOf(pid_)) pipeline_.addResidentSize(now, bytes);
}

void ProcessRecording::tellNativeLimits() {
  if (memory_.header().options.native == 0) return;
  if (natives_.namelessModules().size() != told_nameless_) {
    told_nameless_ = natives_.namelessModules().size();
    writer_->addCapability({"native-symbols", false, namelessText(natives_.namelessModules())});
  }
  const uint8_t news = pipeline_.missingNatives() & ~told_missing_natives_;
  told_missing_natives_ |= news;
  if ((news & wire::kFlagNativeEndsEarly) != 0) {
    writer_->addCapability(
        {"native-frames-beneath", false,
         "some stacks have no native frames beneath JavaScript: no unwind table covers one"});
  }
  if ((news & wire::kFlagNativeBetweenMissing) != 0) {
    writer_->addCapability({"native-frames-between", false,
                            "some stacks lack native frames that lie between JavaScript frames"});
  }
}

// The program goes on, only unrecorded.
void ProcessRecording::check(const Result<>& result) {
  if (result || failed_) return;
  failed_ = true;
  say(result.error().message);
  detach();
}

// What was begun before the hooks saw the word belongs to the time before.
bool ProcessRecording::setPaused(bool paused) {
  std::atomic<uint32_t>& word = memory_.header().paused;
  const uint64_t before = monotonicNow();
  if (word.exchange(paused ? 1 : 0) == (paused ? 1 : 0)) return false;
  pipeline_.addPausing(paused ? monotonicNow() : before, paused);
  return true;
}

void ProcessRecording::mark(std::string_view name) {
  pipeline_.addMark(monotonicNow(), name);
}

void ProcessRecording::detach() {
  memory_.header().detached.store(1, std::memory_order_release);
}

void ProcessRecording::findCode() {
  std::vector<MemoryRange> maps = mapsOf(pid_);
  const std::optional<ReservingCode> code = findReservingCode(pid_, maps);
  wire::ProcessHeader& header = memory_.header();
  if (code) {
    header.reserving_code = code->any;
    header.wasm_reserving_code = code->wasm;
  }
  header.code_search.store(code ? wire::CodeSearch::kFound : wire::CodeSearch::kNotFound,
                           std::memory_order_release);
  // A short program may be over before its first stack is looked at.
  natives_.learn(std::move(maps));
}

bool ProcessRecording::exitBegun() const {
  return memory_.header().exit_begun.load(std::memory_order_acquire) != 0;
}

void ProcessRecording::sayWhatWasDropped() const {
  const recording::Dropped& dropped = writer_->dropped();
  if (dropped.events == 0) return;
  std::array<char, 32> from;
  std::snprintf(from.data(), from.size(), "%.3f s", static_cast<double>(dropped.until) / 1e9);
  say(path_ + ": --max-size: the detail of the first " + from.data() + ", " + std::to_string(dropped.events) +
      " events, was dropped; totals and what was alive then are kept");
}

void ProcessRecording::finish(recording::EndKind end, int32_t status) {
  uint64_t now = monotonicNow();
  if (!failed_) {
    pipeline_.drain(now, true);
    pipeline_.emitAll(monotonicNow());
  }
  tellNativeLimits();
  if (std::optional<std::string> gap = pipeline_.agentGap())
    writer_->addCapability({"worker-agents", false, *gap});
  if (!pipeline_.sawIsolate())
    writer_->addCapability({"stores", false, "no ArrayBuffer came from node's usual allocator"});
  recording::Footer footer;
  footer.end_t = now - start_;
  footer.end = end;
  footer.end_status = status;
  footer.losses = lossesOf(pipeline_.lost());
  footer.unplaced_slices = pipeline_.counts().unplaced_slices;
  footer.assumed_frees = pipeline_.counts().missing_frees;
  footer.blocked_ns = memory_.header().blocked_ns.load(std::memory_order_relaxed);
  check(writer_->finish(footer));
  if (failed_) {
    say(path_ + ": " + std::to_string(writer_->eventsWritten()) + " events; what came later is missing");
    return;
  }
  say(path_ + ": " + std::to_string(writer_->eventsWritten()) + " events, " +
      std::to_string(pipeline_.lostEvents()) + " lost");
  sayWhatWasDropped();
}

}  // namespace slabscope::collector
