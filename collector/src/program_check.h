// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace slabscope::collector {

/// Looks a command up as execvp does: as it is if it has a slash, else in PATH. Empty when there is no such
/// program.
std::string findProgram(const std::string& command);

/// Whether the file is a program that the shim cannot get into: an ELF executable without a dynamic loader,
/// or with that of musl. Scripts, and what cannot be read, are left to exec.
bool cannotBePreloaded(const std::string& path);

/// Whether the file runs with the rights of another user or group (set-uid, set-gid, file capabilities): the
/// dynamic loader then loads no shim, and what such a program does is not ours to see.
bool changesRights(const std::string& path);

}  // namespace slabscope::collector
