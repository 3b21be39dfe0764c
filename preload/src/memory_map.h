// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace slabscope::preload {

/// The PROT_ bits of the page at `address`, from /proc/self/maps; -1 when they cannot be told.
int protectionOf(const void* address);

}  // namespace slabscope::preload
