// SPDX-License-Identifier: Apache-2.0
// Where V8's functions lie that set address space aside for stores which grow in place. V8 does not export
// them, so that the shim cannot ask the loader; node's symbol table has them.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>

#include "memory_maps.h"
#include "slabscope/wire/layout.h"

namespace slabscope::collector {

struct ReservingCode {
  wire::CodeRange any;
  wire::CodeRange wasm;  ///< empty where there is no such function
};

/// `maps`: of the process. nullopt when neither the executable of the process nor a libnode in it has such a
/// symbol. Reads the symbol table of an executable once, however many processes run it. For one thread.
std::optional<ReservingCode> findReservingCode(pid_t pid, std::span<const MemoryRange> maps);

}  // namespace slabscope::collector
