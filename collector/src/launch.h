// SPDX-License-Identifier: Apache-2.0
// Starts the command so that it cannot tell, but for two variables of its environment, that slabscope started
// it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "signals.h"
#include "slabscope/recording/result.h"

namespace slabscope::collector {

/// Our environment with LD_PRELOAD and SLABSCOPE_SOCKET set, as NAME=value; a preload list that is there
/// stays behind the shim.
std::vector<std::string> environmentFor(const std::string& shim, const std::string& socket_name);

struct Launched {
  pid_t pid = 0;
  int exec_error = 0;  ///< errno of the failed exec; the child is gone then, and reaped
};

/// Forks and executes `command`, looked up in our PATH, with the signal state that was ours before `signals`.
Result<Launched> launch(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                        const SignalRelay& signals);

/// The exit status for our own caller: that of the command, or 128 + n after signal n.
int exitStatusOf(int wait_status);

}  // namespace slabscope::collector
