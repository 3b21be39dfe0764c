// SPDX-License-Identifier: Apache-2.0
// Node's allocator of backing stores, hooked in its vtable.
#pragma once

namespace slabscope::preload {

/// Puts our functions into the vtable's slots, which are found by comparing them with the allocator's own
/// functions. nullptr, or what is missing, in words.
const char* hookStores();

}  // namespace slabscope::preload
