// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <set>
#include <string>
#include <string_view>

namespace slabscope::collector {

/// Names the recordings of one run.
class OutputNames {
 public:
  /// `file`: what the user asked for, or empty. `program`: the command's first word.
  OutputNames(std::string file, std::string program);

  /// The path for the next node process of the run. No path is given twice, a process that is replaced by
  /// exec gets a number in addition.
  std::string next(pid_t pid);

 private:
  std::string file_;
  std::string program_;
  bool names_pid_;
  std::set<std::string> given_;
};

/// `addition` goes before the extension: ("run.slab", ".7") is "run.7.slab"; a name without extension gets it
/// at its end.
std::string withAddition(std::string_view path, std::string_view addition);

}  // namespace slabscope::collector
