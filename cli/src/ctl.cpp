// SPDX-License-Identifier: Apache-2.0
#include "commands.h"
#include "output.h"
#include "slabscope/collector/control.h"
#include "words.h"

namespace slabscope::cli {

int runCtl(const CtlOptions& options) {
  const std::string request = options.action == "mark" ? "mark " + options.name : options.action;
  const Result<std::string> done = collector::control(options.pid, request);
  if (!done) return complain(done.error().message);
  return print(printable(*done) + "\n");
}

}  // namespace slabscope::cli
