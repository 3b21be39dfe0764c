// SPDX-License-Identifier: Apache-2.0
// What the command line asks for.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "slabscope/analysis/diff.h"
#include "slabscope/analysis/pseudonyms.h"
#include "slabscope/collector/record.h"
#include "slabscope/recording/result.h"

namespace slabscope::cli {

struct InfoOptions {
  std::string file;
  bool verify = false;
  bool json = false;
};

/// The first is the history of the run, the others are profiles: what each stack has cost up to an instant.
inline constexpr std::array<const char*, 5> kExportFormats = {"jsonl", "csv", "pprof", "speedscope",
                                                              "folded"};

struct ExportOptions {
  std::string file;
  std::string format;               ///< one of kExportFormats
  std::string output;               ///< empty: stdout
  std::string at = "end";           ///< of a profile
  std::string cost = "held_bytes";  ///< the figure of folded stacks
  bool source_maps = true;          ///< of a profile
};

struct ReportOptions {
  std::string file;
  std::string at;  ///< empty: the end and the peak
  size_t top = 10;
  bool json = false;
  bool source_maps = true;
  // A list of callers instead, or a tree of them:
  std::string by;    ///< one of kCallerGroupings; empty: no list
  std::string tree;  ///< top-down, bottom-up; empty: no tree
  size_t depth = 10;
  std::string cost = "held_bytes";
  bool all_frames = false;
};

inline constexpr std::array<const char*, 4> kCallerGroupings = {"line", "function", "file", "package"};

struct CtlOptions {
  int pid = 0;
  std::string action;  ///< start, stop or mark
  std::string name;    ///< of the mark
};

struct SlabsOptions {
  std::string file;
  std::string at = "end";
  size_t top = 20;
  bool json = false;
  bool source_maps = true;
};

struct ExplainOptions {
  std::string file;
  bool json = false;
  bool source_maps = true;
};

struct AnonymizeOptions {
  std::string file;
  std::string output;
  analysis::KeptNames kept;
};

struct ViewOptions {
  std::vector<std::string> files;  ///< one, or two for their diff
};

struct DiffOptions {
  std::vector<std::string> before;
  std::vector<std::string> after;
  std::string at = "end";
  std::string old_at;  ///< the instant of the old side; empty: as `at`
  std::string from;    ///< empty: the start
  analysis::Per per = analysis::Per::kRun;
  std::vector<std::string> fail_if;
  std::string junit;  ///< a file; empty: none
  size_t top = 20;
  bool json = false;
  bool source_maps = true;
};

struct ServeOptions {
  int fd = -1;
};

/// --help or --version: nothing to do but to print this.
struct PrintText {
  std::string text;
};

using Request =
    std::variant<PrintText, collector::RecordOptions, InfoOptions, ExportOptions, ReportOptions, SlabsOptions,
                 ExplainOptions, DiffOptions, ViewOptions, CtlOptions, AnonymizeOptions, ServeOptions>;

/// `arguments` are those after the program's name. The error is one line, without prefix.
Result<Request> parseArguments(const std::vector<std::string>& arguments);

}  // namespace slabscope::cli
