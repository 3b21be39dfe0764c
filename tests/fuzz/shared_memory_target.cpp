// SPDX-License-Identifier: Apache-2.0
// The bytes are a script of what the watched process writes, and of when the collector looks. A step is one
// byte that says what, one that says which ring, and:
//
//   record  one byte with the number of words, then so many words, the first of them the record's own; what
//           the record says of its length is put right
//   words   the same, as they stand
//   header  a byte that says which word of the ring's header, and eight bytes for it
//   process the same for the process's header, with a word's number of two bytes
//   death   sixteen bytes for the next entry of the log of deaths
//   round   two bytes with the milliseconds that pass before the collector looks
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "memory_file.h"
#include "native_symbols.h"
#include "pipeline.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/verify.h"
#include "slabscope/recording/writer.h"
#include "slabscope/wire/death_log.h"
#include "slabscope/wire/ring_claim.h"
#include "targets.h"
#include "test_mapping.h"

namespace slabscope::fuzz {
namespace {

constexpr uint64_t kStart = 1'000'000'000;
constexpr uint64_t kMillisecond = 1'000'000;

enum class Step : uint8_t { kRecord, kRecordToo, kRecordAgain, kWords, kHeader, kProcess, kDeath, kRound };
constexpr uint8_t kSteps = 8;

class Script {
 public:
  explicit Script(std::string_view bytes) : rest_(bytes) {}

  bool atEnd() const { return rest_.empty(); }
  std::string_view bytes(size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  /// Zeros behind the end.
  template <class Number>
  Number number() {
    Number value = 0;
    const std::string_view taken = bytes(sizeof value);
    std::memcpy(&value, taken.data(), taken.size());
    return value;
  }

 private:
  std::string_view rest_;
};

class SharedMemory {
 public:
  void* start() const { return mapping_.get(); }

  void write(uint32_t ring, Script& script, bool is_record) {
    constexpr size_t kWord = sizeof(uint64_t);
    const size_t words = script.number<uint8_t>();
    std::string record(script.bytes(words * kWord));
    record.resize(words * kWord);
    if (is_record && words != 0) {
      const auto length = static_cast<uint16_t>(words);
      std::memcpy(record.data() + offsetof(wire::RecordHeader, words), &length, sizeof length);
    }
    wire::RingHeader& header = mapping_.ring(ring);
    const uint64_t position = header.head.load() & (wire::kRingBytes - 1);
    const uint64_t count = std::min<uint64_t>(record.size(), wire::kRingBytes - position);
    std::memcpy(wire::ringData(start(), ring) + position, record.data(), count);
    header.head += count;
  }

  void writeWord(size_t offset, uint64_t value) {
    std::memcpy(static_cast<char*>(start()) + offset, &value, sizeof value);
  }

  void writeDeath(Script& script) {
    std::atomic<uint64_t>& claimed = mapping_.header().deaths_claimed;
    wire::Death& entry = *wire::deathAt(start(), claimed++);
    entry.t = script.number<uint64_t>();
    entry.subject = script.number<uint64_t>();
  }

 private:
  wire::TestMapping mapping_;
};

void play(Script script, collector::Pipeline& pipeline, SharedMemory& memory) {
  // All that there is between the first ring and the last does not differ.
  constexpr std::array<uint32_t, 4> kRings = {0, 1, 2, wire::kRingCount - 1};
  uint64_t now = kStart;
  while (!script.atEnd()) {
    const auto step = static_cast<Step>(script.number<uint8_t>() % kSteps);
    const uint32_t ring = kRings[script.number<uint8_t>() % kRings.size()];
    wire::claimRing(memory.start(), ring);
    switch (step) {
      case Step::kRecord:
      case Step::kRecordToo:
      case Step::kRecordAgain:
        memory.write(ring, script, true);
        break;
      case Step::kWords:
        memory.write(ring, script, false);
        break;
      case Step::kHeader: {
        const size_t word = script.number<uint8_t>() % (wire::kRingHeaderBytes / 8);
        const size_t offset = wire::kHeaderBytes + ring * wire::kRingHeaderBytes + word * 8;
        memory.writeWord(offset, script.number<uint64_t>());
        break;
      }
      case Step::kProcess: {
        const size_t word = script.number<uint16_t>() % (wire::kHeaderBytes / 8);
        memory.writeWord(word * 8, script.number<uint64_t>());
        break;
      }
      case Step::kDeath:
        memory.writeDeath(script);
        break;
      case Step::kRound:
        now += kMillisecond * script.number<uint16_t>();
        pipeline.drain(now);
        pipeline.emit(now);
        break;
    }
  }
  pipeline.drain(now, true);
  pipeline.emitAll(now);
}

[[noreturn]] void isUnsound(const std::string& why) {
  std::fprintf(stderr, "the recording is not sound: %s\n", why.c_str());
  std::abort();
}

void check(const std::string& path) {
  analysis::Verifier verifier;
  const auto scan = analysis::scan(path, {}, [&](const auto& batch) { verifier.take(batch); });
  if (!scan) isUnsound(scan.error().message);
  if (!scan->integrity.finished || !scan->integrity.damage.empty()) isUnsound(scan->integrity.damage);
  if (verifier.problemCount() != 0) isUnsound(verifier.problems().front());
}

}  // namespace

void sharedMemory(std::string_view script) {
  constexpr pid_t kNoProcess = 0;
  SharedMemory memory;
  const MemoryFile file;
  auto writer = recording::Writer::create(file.path(), {});
  if (!writer) isUnsound(writer.error().message);
  collector::NativeSymbols natives(kNoProcess);
  collector::Pipeline pipeline(memory.start(), **writer, natives, kStart);
  play(Script(script), pipeline, memory);
  const Result<> finished = (*writer)->finish({});
  if (!finished) isUnsound(finished.error().message);
  check(file.path());
}

}  // namespace slabscope::fuzz
