// SPDX-License-Identifier: Apache-2.0
// One node process and the file that it is recorded into.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "native_symbols.h"
#include "pipeline.h"
#include "shared_memory.h"
#include "slabscope/collector/record.h"
#include "slabscope/recording/result.h"
#include "slabscope/recording/writer.h"

namespace slabscope::collector {

class ProcessRecording {
 public:
  /// Begins to record the process `pid` into `path`; t = 0 is now.
  static Result<std::unique_ptr<ProcessRecording>> start(pid_t pid, const std::string& path,
                                                         const RecordOptions& options);

  pid_t pid() const { return pid_; }
  int memoryFd() const { return memory_.fd(); }
  /// Readable once the process has ended.
  int pidfd() const { return pidfd_.get(); }

  /// One round: gives a sign of life, drains the rings and writes what is ripe. Returns the bytes that the
  /// fullest ring held.
  uint64_t round();
  /// Pauses or resumes. False when it was so already.
  bool setPaused(bool paused);
  void mark(std::string_view name);
  /// Tells the shim to stop writing.
  void detach();
  /// Drains the rest, writes the footer, closes the file and says on stderr what is in it.
  void finish(recording::EndKind end, int32_t status);
  /// Whether the process has begun to exit in an orderly way.
  bool exitBegun() const;
  /// Looks up for the shim what only the symbol table of its executable tells.
  void findCode();

 private:
  ProcessRecording(pid_t pid, std::string path, SharedMemory memory, Descriptor pidfd,
                   std::unique_ptr<recording::Writer> writer, uint64_t start);

  void check(const Result<>& result);
  void tellNativeLimits();
  void sayWhatWasDropped() const;
  void sampleResidentSize(uint64_t now);

  pid_t pid_;
  std::string path_;
  SharedMemory memory_;
  Descriptor pidfd_;
  std::unique_ptr<recording::Writer> writer_;
  NativeSymbols natives_;
  size_t told_nameless_ = 0;
  uint8_t told_missing_natives_ = 0;
  Pipeline pipeline_;
  uint64_t start_;
  uint64_t next_flush_;
  uint64_t next_sample_;
  bool failed_ = false;  ///< the file cannot be written any more, and that has been said
};

}  // namespace slabscope::collector
