// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "slabscope/recording/renaming.h"

namespace slabscope::analysis {

/// What may stay as it is.
struct KeptNames {
  bool packages = false;   ///< names of packages beneath node_modules
  bool functions = false;  ///< names of all functions
  bool marks = false;
};

/// Names that tell nothing of who recorded what: numbered in the order in which they are met, equal ones
/// alike. What Node and V8 bring along keeps its names, and so does all that the analysis goes by: which
/// files are Node's, lie in one folder or belong to one package, and which machine code only hands memory on.
class Pseudonyms : public recording::Renaming {
 public:
  explicit Pseudonyms(const KeptNames& kept) : kept_(kept) {}

  /// Takes the arguments out and renames the paths.
  void rename(recording::Header& header) override;
  std::string file(std::string_view file) override;
  std::string function(recording::FrameKind kind, std::string_view file, std::string_view function) override;
  std::string mark(std::string_view name) override;
  std::string detail(const recording::Capability& capability) override;

 private:
  std::string pseudonym(const char* what, std::string_view name);
  std::string path(std::string_view path, const char* last);

  KeptNames kept_;
  std::string executable_;
  std::map<std::string, std::map<std::string, size_t, std::less<>>, std::less<>> numbers_;  // by what it is
};

}  // namespace slabscope::analysis
