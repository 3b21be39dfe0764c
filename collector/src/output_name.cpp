// SPDX-License-Identifier: Apache-2.0
#include "output_name.h"

#include <utility>

namespace slabscope::collector {

namespace {

constexpr std::string_view kPid = "%p";

std::string withPid(std::string text, pid_t pid) {
  std::string number = std::to_string(pid);
  for (size_t at = 0; (at = text.find(kPid, at)) != std::string::npos; at += number.size()) {
    text.replace(at, kPid.size(), number);
  }
  return text;
}

// A program's own "%p" is not a request for the pid.
std::string defaultName(const std::string& program, pid_t pid) {
  return "slabscope." + program.substr(program.rfind('/') + 1) + "." + std::to_string(pid) + ".slab";
}

}  // namespace

std::string withAddition(std::string_view path, std::string_view addition) {
  size_t name = path.rfind('/') + 1;
  size_t dot = path.rfind('.');
  // A leading dot hides a file and begins no extension.
  if (dot == std::string_view::npos || dot <= name) dot = path.size();
  return std::string(path.substr(0, dot)).append(addition).append(path.substr(dot));
}

OutputNames::OutputNames(std::string file, std::string program)
    : file_(std::move(file)),
      program_(std::move(program)),
      names_pid_(file_.empty() || file_.find(kPid) != std::string::npos) {}

std::string OutputNames::next(pid_t pid) {
  std::string file = file_.empty() ? defaultName(program_, pid) : withPid(file_, pid);
  std::string addition = names_pid_ || given_.empty() ? "" : "." + std::to_string(pid);
  std::string path = withAddition(file, addition);
  for (unsigned number = 2; !given_.insert(path).second; ++number) {
    path = withAddition(file, addition + "." + std::to_string(number));
  }
  return path;
}

}  // namespace slabscope::collector
