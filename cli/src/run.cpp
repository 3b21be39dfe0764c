// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <variant>

#include "commands.h"
#include "output.h"
#include "slabscope/collector/record.h"

namespace slabscope::cli {
namespace {

// A reader that has seen enough closes its pipe; the write then fails with EPIPE, which Output takes for an
// end. Not for `record`: an ignored signal would be inherited by the program.
void ignoreClosedPipes() {
  std::signal(SIGPIPE, SIG_IGN);
}

int start(const PrintText& request) {
  ignoreClosedPipes();
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
  ignoreClosedPipes();
  return runInfo(request);
}
int start(const ExportOptions& request) {
  ignoreClosedPipes();
  return runExport(request);
}
int start(const ReportOptions& request) {
  ignoreClosedPipes();
  return runReport(request);
}
int start(const CtlOptions& request) {
  ignoreClosedPipes();
  return runCtl(request);
}
int start(const DiffOptions& request) {
  ignoreClosedPipes();
  return runDiff(request);
}
int start(const SlabsOptions& request) {
  ignoreClosedPipes();
  return runSlabs(request);
}
int start(const ExplainOptions& request) {
  ignoreClosedPipes();
  return runExplain(request);
}
int start(const ViewOptions& request) {
  return runView(request);
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  const Result<Request> request = parseArguments(arguments);
  if (!request) return complain(request.error().message);
  return std::visit([](const auto& one) { return start(one); }, *request);
}

}  // namespace slabscope::cli
