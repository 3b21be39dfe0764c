// SPDX-License-Identifier: Apache-2.0
// The commands. Each returns the exit status: its result goes to stdout, an error is one line on stderr.
#pragma once

#include "arguments.h"

namespace slabscope::cli {

int runAnonymize(const AnonymizeOptions& options);
int runInfo(const InfoOptions& options);
int runExport(const ExportOptions& options);
int runReport(const ReportOptions& options);
int runCtl(const CtlOptions& options);
int runSlabs(const SlabsOptions& options);
int runExplain(const ExplainOptions& options);
/// Becomes the viewer; returns only where there is none.
int runView(const ViewOptions& options);
int runDiff(const DiffOptions& options);

/// The whole program: `arguments` are those after its name.
int run(const std::vector<std::string>& arguments);

}  // namespace slabscope::cli
