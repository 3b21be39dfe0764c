// SPDX-License-Identifier: Apache-2.0
#include "whole_pass.h"

namespace slabscope::analysis {

bool isConfirmed(const Scan& scan, const FinalKinds& told, const recording::Outline& outline) {
  return scan.integrity.finished && scan.integrity.damage.empty() &&
         scan.peak == Instant{outline.peak_t, outline.peak_events} &&
         fullCollections(scan) == outline.full_collections && told == scan.kinds;
}

}  // namespace slabscope::analysis
