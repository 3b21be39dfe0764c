// SPDX-License-Identifier: Apache-2.0
// What the kernel tells about a process. All of it may be gone at any moment: then the answers are empty or
// 0.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace slabscope::collector {

/// Empty when the file cannot be read.
std::string readWholeFile(const std::string& path);

std::vector<std::string> argumentsOf(pid_t pid);
std::string executableOf(pid_t pid);
std::string workingDirectoryOf(pid_t pid);
uint32_t parentOf(pid_t pid);
/// Resident set in bytes; 0 when the process is gone.
uint64_t residentBytesOf(pid_t pid);

}  // namespace slabscope::collector
