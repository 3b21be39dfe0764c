// SPDX-License-Identifier: GPL-3.0-or-later
#include "byte_states.h"

#include <QCoreApplication>

namespace slabscope::viewer {
namespace {

using analysis::ByteState;

struct StateWords {
  const char* name;
  const char* meaning;
};

StateWords tellOf(ByteState state) {
  switch (state) {
    case ByteState::kLive:
      return {"live", "under at least one slice that has not been collected"};
    case ByteState::kDead:
      return {"dead", "handed out, and no longer live"};
    case ByteState::kPadding:
      return {"padding", "between slices, for their alignment"};
    case ByteState::kStartup:
      return {"start-up", "handed out before the recording of slices began"};
    case ByteState::kUnseen:
      return {"not seen", "skipped, or cut without being seen"};
    case ByteState::kTail:
      return {"tail", "behind the last slice of a slab that its pool has left"};
    case ByteState::kFree:
      break;
  }
  return {"free", "behind the last slice of a slab that may still be cut from"};
}

}  // namespace

QString wordsOf(ByteState state) {
  return QCoreApplication::translate("ByteStates", tellOf(state).name);
}

QString meaningOf(ByteState state) {
  return QCoreApplication::translate("ByteStates", tellOf(state).meaning);
}

bool isHatched(ByteState state) {
  return state == ByteState::kTail || state == ByteState::kUnseen || state == ByteState::kStartup;
}

LegendItem legendOf(const Theme& theme, ByteState state) {
  return {theme.of(state), wordsOf(state), isHatched(state)};
}

}  // namespace slabscope::viewer
