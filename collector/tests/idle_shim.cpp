// SPDX-License-Identifier: Apache-2.0
namespace slabscope::collector {

extern const int idle_shim;
/// A library has to hold something.
const int idle_shim = 0;

}  // namespace slabscope::collector
