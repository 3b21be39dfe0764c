// SPDX-License-Identifier: Apache-2.0
// Notices the addons that node loads.
//
// Node defines Node-API itself, so that a preloaded library of that name would not be heard. But each addon
// calls it through its own global offset table. Node's own call of dlopen is redirected (in node's table
// alone: the loader asks who calls, for the RUNPATH, and node has none): so an addon's table is changed after
// it was loaded and before its init runs.
#pragma once

namespace slabscope::preload {

/// Once, at the start, while there is one thread.
void watchAddons();

/// Whether addons are noticed: node calls dlopen through its table, and tells the loader no search path.
bool addonsAvailable();

}  // namespace slabscope::preload
