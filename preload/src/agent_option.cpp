// SPDX-License-Identifier: Apache-2.0
#include "agent_option.h"

#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <cstring>

namespace slabscope::preload {

namespace {

constexpr char kNodeOptions[] = "NODE_OPTIONS=";
constexpr char kOwnPid[] = "SLABSCOPE_PID=";

// What requireAgent() has put into NODE_OPTIONS.
constinit char required[2 * PATH_MAX + 16];

bool beginsWith(const char* text, const char* beginning) {
  return std::strncmp(text, beginning, std::strlen(beginning)) == 0;
}

// Node takes an underscore for a dash, and what follows a '=' is the option's value.
bool isOption(const char* word, size_t length, const char* option) {
  for (size_t index = 0; index < length && word[index] != '='; ++index, ++option) {
    if ((word[index] == '_' ? '-' : word[index]) != *option) return false;
    if (option[1] == '\0') return index + 1 == length || word[index + 1] == '=';
  }
  return false;
}

bool isOneOf(const char* word, size_t length, const char* const* options) {
  for (; *options != nullptr; ++options) {
    if (isOption(word, length, *options)) return true;
  }
  return false;
}

// With these a `--require` fails, and with it the program.
const char* const kPermissions[] = {"--permission", "--experimental-permission", nullptr};
const char* const kPolicy[] = {"--experimental-policy", nullptr};
const char* const kNoAddons[] = {"--no-addons", nullptr};

const char* objectionTo(const char* word, size_t length) {
  if (isOneOf(word, length, kPermissions)) return "node's permission model is on (--permission)";
  if (isOneOf(word, length, kPolicy))
    return "node's policy knows only the program's files (--experimental-policy)";
  if (isOneOf(word, length, kNoAddons)) return "addons are forbidden (--no-addons)";
  return nullptr;
}

// Node's own options end at the script. Which options take the next word as their value is not known for
// every version: a word after an option is taken for its value, so that at worst an option of the script is
// heeded too.
const char* objectionInArguments(int argc, char** argv) {
  bool after_option = false;
  for (int index = 1; index < argc; ++index) {
    const char* word = argv[index];
    if (std::strcmp(word, "--") == 0) return nullptr;
    bool option = word[0] == '-' && word[1] != '\0';
    if (!option && !after_option) return nullptr;
    if (option) {
      if (const char* objection = objectionTo(word, std::strlen(word))) return objection;
    }
    after_option = option && std::strchr(word, '=') == nullptr;
  }
  return nullptr;
}

const char* objectionInNodeOptions(const char* options) {
  while (*options != '\0') {
    size_t length = std::strcspn(options, " ");
    if (const char* objection = objectionTo(options, length)) return objection;
    options += length;
    options += std::strspn(options, " ");
  }
  return nullptr;
}

}  // namespace

const char* whyNoAgent(int argc, char** argv, const char* agent_path) {
  if (access(agent_path, R_OK) != 0) return "agent.cjs cannot be read here";
  const char* objection = objectionInArguments(argc, argv);
  const char* options = std::getenv("NODE_OPTIONS");
  if (objection == nullptr && options != nullptr) objection = objectionInNodeOptions(options);
  return objection;
}

namespace {

/// Builds a text piece by piece; what does not fit makes it invalid.
class TextBuilder {
 public:
  TextBuilder(char* room, size_t bytes) : room_(room), bytes_(bytes) {}
  void add(const char* text, size_t length) {
    if (length >= bytes_ - used_) {
      fits_ = false;
      return;
    }
    std::memcpy(room_ + used_, text, length);
    used_ += length;
    room_[used_] = '\0';
  }
  void add(const char* text) { add(text, std::strlen(text)); }
  bool fits() const { return fits_; }

 private:
  char* room_;
  size_t bytes_;
  size_t used_ = 0;
  bool fits_ = true;
};

}  // namespace

bool requireAgent(const char* agent_path) {
  char* const option = required;
  TextBuilder builder(option, sizeof required);
  builder.add("--require \"");
  for (const char* from = agent_path; *from != '\0'; ++from) {
    // Inside double quotes Node takes a backslash as an escape (node_options.cc).
    if (*from == '"' || *from == '\\') builder.add("\\");
    builder.add(from, 1);
  }
  builder.add("\"");
  if (!builder.fits()) {
    required[0] = '\0';
    return false;
  }
  const char* before = std::getenv("NODE_OPTIONS");
  if (before == nullptr || *before == '\0') return setenv("NODE_OPTIONS", option, 1) == 0;
  if (std::strstr(before, option) != nullptr) return true;
  size_t bytes = std::strlen(before) + std::strlen(option) + 2;
  auto* room = static_cast<char*>(std::malloc(bytes));
  if (room == nullptr) return false;
  TextBuilder joined(room, bytes);
  joined.add(before);
  joined.add(" ");
  joined.add(option);
  bool done = setenv("NODE_OPTIONS", room, 1) == 0;
  std::free(room);
  return done;
}

bool hasRequiredAgent() {
  return required[0] != '\0';
}

bool isNodeOptions(const char* entry) {
  return beginsWith(entry, kNodeOptions);
}

bool isOwnVariable(const char* entry) {
  return beginsWith(entry, kOwnPid);
}

size_t withoutAgent(const char* entry, char* room) {
  const char* found = hasRequiredAgent() ? std::strstr(entry, required) : nullptr;
  size_t before = found != nullptr ? static_cast<size_t>(found - entry) : std::strlen(entry);
  const char* after = found != nullptr ? found + std::strlen(required) : entry + before;
  constexpr size_t kName = sizeof kNodeOptions - 1;
  if (found != nullptr && before > kName && entry[before - 1] == ' ') --before;
  size_t rest = std::strlen(after);
  std::memcpy(room, entry, before);
  std::memcpy(room + before, after, rest + 1);
  return found != nullptr && before == kName && rest == 0 ? 0 : before + rest;
}

}  // namespace slabscope::preload
