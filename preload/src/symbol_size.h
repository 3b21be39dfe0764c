// SPDX-License-Identifier: Apache-2.0
// How large what a module exports is.
#pragma once

#include <cstddef>

namespace slabscope::preload {

/// In bytes, of the function or object at `address`, which the module that holds it exports as `name`; 0 when
/// it does not, or does not say. Takes the loader's lock; any thread, not from a hook.
size_t sizeOfSymbol(const char* name, const void* address);

}  // namespace slabscope::preload
