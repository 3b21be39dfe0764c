// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <type_traits>
#include <variant>

#include "commands.h"
#include "output.h"
#include "slabscope/collector/record.h"

namespace slabscope::cli {
namespace {

int start(const PrintText& request) {
  return print(request.text);
}

int start(const collector::RecordOptions& request) {
  return collector::record(request);
}

int start(const ServeOptions& request) {
  return collector::serve(request.fd);
}

int start(const AnonymizeOptions& request) {
  return runAnonymize(request);
}

int start(const InfoOptions& request) {
  return runInfo(request);
}

int start(const ExportOptions& request) {
  return runExport(request);
}

int start(const ReportOptions& request) {
  return runReport(request);
}

int start(const CtlOptions& request) {
  return runCtl(request);
}

int start(const DiffOptions& request) {
  return runDiff(request);
}

int start(const SlabsOptions& request) {
  return runSlabs(request);
}

int start(const ExplainOptions& request) {
  return runExplain(request);
}

int start(const ViewOptions& request) {
  return runView(request);
}

// It becomes another program, or starts one: an ignored signal would be inherited.
template <class Options>
constexpr bool kHandsOn = std::is_same_v<Options, collector::RecordOptions> ||
                          std::is_same_v<Options, ServeOptions> || std::is_same_v<Options, ViewOptions>;

template <class Options>
int startQuietly(const Options& request) {
  // A reader that has seen enough closes its pipe; the write then fails with EPIPE, which Output takes for an
  // end.
  if constexpr (!kHandsOn<Options>) std::signal(SIGPIPE, SIG_IGN);
  return start(request);
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  const Result<Request> request = parseArguments(arguments);
  if (!request) return complain(request.error().message);
  return std::visit([](const auto& one) { return startQuietly(one); }, *request);
}

}  // namespace slabscope::cli
