// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/pool_claims.h"

namespace slabscope::analysis {

const char* inWords(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return "holds";
    case Verdict::kInPart:
      return "in part";
    case Verdict::kDoesNotHold:
      return "does not hold";
    case Verdict::kNotExercised:
      return "not exercised";
    case Verdict::kCannotTell:
      break;
  }
  return "cannot tell";
}

const char* inWords(Lacking lacking) {
  switch (lacking) {
    case Lacking::kSlices:
      return "slices";
    case Lacking::kStacks:
      return "stacks";
    case Lacking::kLiveness:
      return "liveness";
    case Lacking::kPoolSize:
      return "pool_size";
    case Lacking::kNothing:
      break;
  }
  return "";
}

const char* inWords(Factory factory) {
  switch (factory) {
    case Factory::kAllocUnsafe:
      return "Buffer.allocUnsafe";
    case Factory::kAllocUnsafeAligned:
      return "Buffer.allocUnsafe aligned";
    case Factory::kAllocUnsafeSlow:
      return "Buffer.allocUnsafeSlow";
    case Factory::kAlloc:
      return "Buffer.alloc";
    case Factory::kFromString:
      return "Buffer.from(string)";
    case Factory::kFromArray:
      return "Buffer.from(array)";
    case Factory::kConcat:
      return "Buffer.concat";
    case Factory::kCopyBytesFrom:
      return "Buffer.copyBytesFrom";
    case Factory::kUnknown:
      break;
  }
  return "others";
}

std::string lackingInWords(const Finding& finding) {
  if (finding.lacking == Lacking::kNothing) return "";
  if (finding.lacking == Lacking::kPoolSize) return "the recording does not tell Buffer.poolSize";
  return std::string("the recording lacks the capability ") + inWords(finding.lacking);
}

}  // namespace slabscope::analysis
