// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "slabscope/recording/model.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

/// Which package a source file belongs to: "name" or "@scope/name" below the innermost node_modules, "node"
/// for Node's own modules, "" for the project itself and for what is no file.
std::string packageOf(std::string_view file);

/// Whose code a frame is.
struct CodeOwner {
  enum class Kind : uint8_t {
    kNobody,   ///< there is no frame, or it says nothing
    kProject,  ///< the program's own code
    kPackage,
    kNode,    ///< Node and V8
    kNative,  ///< machine code of others: libraries, addons that are in no package
  };
  Kind kind = Kind::kNobody;
  std::string package;  ///< of kPackage
  friend auto operator<=>(const CodeOwner&, const CodeOwner&) = default;
};

/// `executable` is where the recorded node lies.
CodeOwner codeOwnerOf(const recording::Definitions& definitions, recording::FrameId id,
                      std::string_view executable);

}  // namespace slabscope::analysis
