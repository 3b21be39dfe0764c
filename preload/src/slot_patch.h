// SPDX-License-Identifier: Apache-2.0
// Changes a word that the linker may have made read-only: a slot of a vtable or of a global offset table.
#pragma once

namespace slabscope::preload {

/// Stores what `*slot` holds in `*original` and puts `value` there. The page is left as it was found:
/// read-only where the linker made it so. False, and nothing changed, when the page cannot be written. Any
/// thread; not from a signal handler.
bool patchSlot(void** slot, void* value, void** original);

}  // namespace slabscope::preload
