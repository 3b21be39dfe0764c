// SPDX-License-Identifier: Apache-2.0
#include "commands.h"
#include "output.h"
#include "slabscope/analysis/pseudonyms.h"
#include "slabscope/recording/renaming.h"

namespace slabscope::cli {

int runAnonymize(const AnonymizeOptions& options) {
  if (sameFile(options.file, options.output))
    return complain(options.output + ": is the recording itself; give another file with -o");
  analysis::Pseudonyms pseudonyms(options.kept);
  const Result<recording::Integrity> input = recording::rename(options.file, options.output, pseudonyms);
  if (!input) return complain(input.error().message);
  if (!input->finished || !input->damage.empty()) {
    complain(fmt::format("{}: is incomplete{}{}; {} holds what was whole", options.file,
                         input->damage.empty() ? "" : ": ", input->damage, options.output));
  }
  return kOk;
}

}  // namespace slabscope::cli
