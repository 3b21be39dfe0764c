// SPDX-License-Identifier: Apache-2.0
#include "source_map_text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "slabscope/recording/percent_encoding.h"

namespace slabscope::analysis {
namespace {

constexpr uint64_t kMaxFile = uint64_t{64} << 20;
constexpr std::string_view kBlank = " \t\r";

class Descriptor {
 public:
  // Without O_NONBLOCK a pipe of that name would make us wait for its writer.
  explicit Descriptor(const std::string& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

bool readAll(int fd, std::string& text) {
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t got = ::read(fd, text.data() + done, text.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<size_t>(got);
  }
  return done == text.size();
}

int sextetOf(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

std::string folderOf(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

Result<std::optional<SourceMapText>> inlineMap(std::string_view data, const std::string& path) {
  const size_t comma = data.find(',');
  if (comma == std::string_view::npos) return Error{"its data: URL has no comma"};
  const std::string_view body = data.substr(comma + 1);
  if (!data.substr(0, comma).ends_with(";base64"))
    return std::optional(SourceMapText{recording::percentDecoded(body), folderOf(path)});
  std::optional<std::string> map = base64Decoded(body);
  if (!map) return Error{"its data: URL is not base64"};
  return std::optional(SourceMapText{std::move(*map), folderOf(path)});
}

}  // namespace

std::optional<GeneratedFile> readGenerated(const std::string& path) {
  const Descriptor file(path);
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  if (status.st_size < 0 || static_cast<uint64_t>(status.st_size) > kMaxFile) return std::nullopt;
  GeneratedFile generated;
  generated.text.resize(static_cast<size_t>(status.st_size));
  if (!readAll(file.get(), generated.text)) return std::nullopt;
  if (status.st_mtim.tv_sec > 0) {
    generated.changed_unix_ns = static_cast<uint64_t>(status.st_mtim.tv_sec) * 1'000'000'000 +
                                static_cast<uint64_t>(status.st_mtim.tv_nsec);
  }
  return generated;
}

std::string_view mappingUrl(std::string_view text) {
  constexpr std::string_view kKey = "# sourceMappingURL=";
  for (size_t at = text.rfind(kKey); at != std::string_view::npos && at >= 2;
       at = at == 0 ? std::string_view::npos : text.rfind(kKey, at - 1)) {
    const std::string_view before = text.substr(at - 2, 2);
    if (before != "//" && before != "/*") continue;
    const size_t line_start = text.rfind('\n', at) == std::string_view::npos ? 0 : text.rfind('\n', at) + 1;
    // In the midst of code it would be part of a string.
    if (text.substr(line_start, at - 2 - line_start).find_first_not_of(kBlank) != std::string_view::npos)
      continue;
    const size_t from = at + kKey.size();
    return text.substr(from, std::min(text.find_first_of(" \t\r\n*'\"", from), text.size()) - from);
  }
  return {};
}

Result<std::optional<SourceMapText>> mapOf(const std::string& path, GeneratedFile& generated) {
  const std::string_view url = mappingUrl(generated.text);
  if (url.empty()) return std::optional<SourceMapText>();
  if (url.starts_with("data:")) return inlineMap(url.substr(5), path);
  std::string_view named = url;
  if (named.starts_with("file://")) {
    named.remove_prefix(7);
  } else if (named.find("://") != std::string_view::npos) {
    return std::optional<SourceMapText>();  // on another machine
  }
  const std::string map_path =
      (std::filesystem::path(folderOf(path)) / recording::percentDecoded(named)).string();
  std::optional<GeneratedFile> map = readGenerated(map_path);
  if (!map) return std::optional<SourceMapText>();
  generated.changed_unix_ns = std::max(generated.changed_unix_ns, map->changed_unix_ns);
  return std::optional(SourceMapText{std::move(map->text), folderOf(map_path)});
}

std::optional<std::string> base64Decoded(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string decoded;
  decoded.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const int sextet = sextetOf(c);
    if (sextet < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<uint32_t>(sextet)) & 0xFFFFFF;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    decoded += static_cast<char>(bits >> count & 0xFF);
  }
  return decoded;
}

}  // namespace slabscope::analysis
