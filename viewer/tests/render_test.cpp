// SPDX-License-Identifier: GPL-3.0-or-later
#include "render.h"

#include <gtest/gtest.h>

#include <QFontMetricsF>
#include <QImage>
#include <QTemporaryDir>

#include "made_up.h"
#include "pictures.h"
#include "temporary_file.h"
#include "view_list.h"

namespace slabscope::viewer {
namespace {

TEST(Render, HasAFontToWriteWith) {
  const QFontMetricsF metrics(textFont());
  EXPECT_LT(metrics.horizontalAdvance("iiii"), metrics.horizontalAdvance("WWWW"));
  EXPECT_EQ(metrics.horizontalAdvance("1111"), metrics.horizontalAdvance("8888")) << "figures of one width";
}

std::vector<std::string> filesFor(const ViewName& view, const std::string& path) {
  return view.name == "diff" ? std::vector<std::string>{path, path} : std::vector<std::string>{path};
}

TEST(Render, PaintsEveryBuiltViewInItsSizeAndTheme) {
  const slabscope::tests::TemporaryFile file;
  tests::writeSample(file.path());
  const QTemporaryDir folder;
  for (const ViewName& name : viewNames()) {
    for (const bool dark : {false, true}) {
      RenderRequest request;
      request.view = std::string(name.name);
      request.size = QSize(700, 500);
      request.scale = 1.5;
      request.dark = dark;
      request.at = "loaded";
      if (name.name != "diff") request.range = "0:end";
      request.output = folder.filePath("picture.png").toStdString();
      const Result<> rendered = render(request, filesFor(name, file.path()));
      ASSERT_TRUE(rendered) << rendered.error().message;
      const QImage image(QString::fromStdString(request.output));
      EXPECT_EQ(image.size(), QSize(1050, 750));
      EXPECT_EQ(image.pixelColor(2, 2), dark ? darkTheme().window : lightTheme().window) << name.name;
    }
  }
}

TEST(Render, SaysInOneLineWhatIsWrong) {
  const slabscope::tests::TemporaryFile file;
  tests::writeSample(file.path());
  const QTemporaryDir folder;
  RenderRequest good;
  good.view = "offsets";
  good.size = QSize(700, 500);
  good.output = folder.filePath("picture.png").toStdString();
  const auto said = [&](RenderRequest request, const std::string& path) {
    const Result<> rendered = render(request, std::vector<std::string>{path});
    return rendered ? std::string() : rendered.error().message;
  };
  RenderRequest request = good;
  request.view = "diff";
  EXPECT_NE(said(request, file.path()).find("give two recordings"), std::string::npos);
  request = good;
  request.at = "nowhere";
  EXPECT_NE(said(request, file.path()).find("there is no instant 'nowhere'"), std::string::npos);
  request = good;
  request.range = "end:0";
  EXPECT_NE(said(request, file.path()).find("the range is empty"), std::string::npos);
  request.range = "12";
  EXPECT_NE(said(request, file.path()).find("give A:B"), std::string::npos);
  request = good;
  request.output = "/nowhere/at/all.png";
  EXPECT_NE(said(request, file.path()).find("/nowhere/at/all.png: the picture cannot be written"),
            std::string::npos);
  request.output = file.path();
  EXPECT_NE(said(request, file.path()).find("this is the recording itself"), std::string::npos);
  EXPECT_NE(said(good, "/nowhere/at/all.slab").find("/nowhere/at/all.slab"), std::string::npos);
}

}  // namespace
}  // namespace slabscope::viewer
