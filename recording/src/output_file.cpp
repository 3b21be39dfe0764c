// SPDX-License-Identifier: Apache-2.0
#include "output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "text.h"

namespace slabscope::recording {
namespace {

constexpr mode_t kMode = S_IRUSR | S_IWUSR;
constexpr const char* kForeign = "what is there belongs to another user; remove it, or name another file";

std::string remedyToCreate(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return "; create its folder first, or name another file";
    case EISDIR:
      return "; name a file, not a folder";
    case ENOSPC:
    case EDQUOT:
      return "; free some space, or name a file on another disk";
    default:
      return "; name a file that you may write";
  }
}

Error cannotCreate(const std::string& path, const std::string& why) {
  return {"cannot create " + printable(path) + ": " + why};
}

Error cannotCreate(const std::string& path, int error) {
  return cannotCreate(path, errorText(error) + remedyToCreate(error));
}

int openUninterrupted(const std::string& path, int flags) {
  int fd = -1;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC, kMode);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

bool isForeign(const struct stat& status) {
  return status.st_uid != ::geteuid();
}

// In a folder that everybody may write to, a link leads where its owner wants, and a pipe to its owner.
bool isLaidByAnother(const struct stat& status) {
  if (S_ISLNK(status.st_mode)) return isForeign(status) && status.st_uid != 0;
  return (S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode)) && isForeign(status);
}

// What was there before: a file, a pipe, a device. Emptied only once it is known whose it is. A link is
// followed where it is known to be ours, since nobody else can put another in its place.
Result<int> openExisting(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return cannotCreate(path, errno);
  if (isLaidByAnother(found)) return cannotCreate(path, kForeign);
  const bool is_link = S_ISLNK(found.st_mode);
  const int fd = openUninterrupted(path, O_WRONLY | (is_link ? O_CREAT : O_NOFOLLOW));
  if (fd < 0) return cannotCreate(path, errno);
  struct stat status {};
  const bool is_known = ::fstat(fd, &status) == 0;
  const bool is_file = is_known && S_ISREG(status.st_mode);
  if (!is_known || (!is_link && isLaidByAnother(status))) {
    ::close(fd);
    return cannotCreate(path, kForeign);
  }
  if (!is_file) return fd;
  if (::ftruncate(fd, 0) != 0) {
    const int error = errno;
    ::close(fd);
    return cannotCreate(path, error);
  }
  // It may have been open to others: a recording holds paths and a command line. Where the mode cannot be
  // changed, the owner of the folder has decided so.
  [[maybe_unused]] const int changed = ::fchmod(fd, kMode);
  return fd;
}

}  // namespace

Result<int> createOutputFile(const std::string& path) {
  const int fd = openUninterrupted(path, O_WRONLY | O_CREAT | O_EXCL);
  if (fd >= 0) return fd;
  if (errno == EEXIST) return openExisting(path);
  return cannotCreate(path, errno);
}

Result<int> createOutputFileAnew(const std::string& path) {
  ::unlink(path.c_str());
  const int fd = openUninterrupted(path, O_WRONLY | O_CREAT | O_EXCL);
  if (fd >= 0) return fd;
  return cannotCreate(path, errno);
}

}  // namespace slabscope::recording
