// SPDX-License-Identifier: Apache-2.0
// Source maps: where the lines of compiled and bundled programs came from. A recording holds what Node ran;
// maps that lie beside the program, or in it, tell which line a person wrote.
#pragma once

#include "slabscope/analysis/scan.h"

namespace slabscope::analysis {

/// Replaces file, line and column of the JavaScript frames in `scan.definitions` by those that the source
/// maps of their files tell, and the names of functions where the maps tell these. Looks for the files on
/// this machine; what is not there, has no map, or no line in it, stays as it is, without a word. Nor is a
/// file believed that was changed after the recording's end: such a file, and a broken map, is a problem.
/// Reads each file once; the time grows with the size of the maps, the memory with that of the largest.
void applySourceMaps(Scan& scan);

}  // namespace slabscope::analysis
