// SPDX-License-Identifier: Apache-2.0
// make_recording FILE [EVENTS [LIVE_OBJECTS [SECONDS]]]
#include <cstdio>
#include <cstdlib>

#include "made_recording.h"

int main(int argc, char** argv) {
  if (argc < 2 || argc > 5) {
    std::fprintf(stderr, "usage: make_recording FILE [EVENTS [LIVE_OBJECTS [SECONDS]]]\n");
    return 2;
  }
  slabscope::bench::Workload workload;
  if (argc > 2) workload.events = std::strtoull(argv[2], nullptr, 10);
  if (argc > 3) workload.live_objects = std::strtoull(argv[3], nullptr, 10);
  if (argc > 4) workload.seconds = std::strtoull(argv[4], nullptr, 10);
  const auto made = slabscope::bench::makeRecording(argv[1], workload);
  if (made) return 0;
  std::fprintf(stderr, "%s\n", made.error().message.c_str());
  return 2;
}
