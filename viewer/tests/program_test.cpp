// SPDX-License-Identifier: GPL-3.0-or-later
// The program itself, started as from a shell without a display.
#include <gtest/gtest.h>

#include <QFile>
#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <algorithm>

#include "pictures.h"
#include "temporary_file.h"

namespace slabscope::viewer {
namespace {

struct Ran {
  int status = -1;
  std::string err;
};

Ran run(const QString& program, const QStringList& arguments) {
  QProcess process;
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR"})
    environment.remove(name);
  process.setProcessEnvironment(environment);
  process.start(program, arguments);
  if (!process.waitForFinished(30'000) || process.exitStatus() != QProcess::NormalExit) return {};
  return {process.exitCode(), process.readAllStandardError().toStdString()};
}

TEST(Program, PaintsWithoutADisplayAndSaysNothing) {
  const slabscope::tests::TemporaryFile file;
  tests::writeSample(file.path());
  const QTemporaryDir folder;
  const QString picture = folder.filePath("picture.png");
  const Ran ran = run(VIEWER_EXECUTABLE, {"--render", "overview", "--size", "640x480", "-o", picture,
                                          QString::fromStdString(file.path())});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(QImage(picture).size(), QSize(640, 480));
}

TEST(Program, SaysInOneLineWhatIsWrong) {
  const slabscope::tests::TemporaryFile file;
  tests::writeSample(file.path());
  const QString path = QString::fromStdString(file.path());
  const std::vector<QStringList> cases = {
      {"--nonsense"},
      {"--render", "diff", "--size", "640x480", "-o", "x.png", path},
      {"--render", "overview", "--size", "640x480", "-o", "x.png", "/nowhere.slab"},
      {path}};
  for (const QStringList& arguments : cases) {
    const Ran ran = run(VIEWER_EXECUTABLE, arguments);
    EXPECT_EQ(ran.status, 2) << ran.err;
    EXPECT_EQ(ran.err.rfind("slabscope-viewer: ", 0), 0U) << ran.err;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
}

TEST(Program, IsWhatSlabscopeViewStarts) {
  const Ran ran = run(SLABSCOPE_EXECUTABLE, {"view", "a.slab"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.err.find("slabscope-viewer: there is no display"), std::string::npos) << ran.err;
}

TEST(Program, IsMissedWithAHintWhereItIsNotInstalled) {
  const QTemporaryDir folder;
  const QString alone = folder.filePath("slabscope");
  ASSERT_TRUE(QFile::copy(SLABSCOPE_EXECUTABLE, alone));
  const Ran ran = run(alone, {"view", "a.slab"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.err.find("slabscope: the viewer is not installed"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace slabscope::viewer
