// SPDX-License-Identifier: GPL-3.0-or-later
#include "arguments.h"

#include <gtest/gtest.h>

#include "view.h"
#include "view_list.h"

namespace slabscope::viewer {
namespace {

TEST(ViewerArguments, TakeThePictureThatIsAskedFor) {
  const Result<Arguments> arguments =
      parseArguments({"--render", "offsets", "--size", "800x600", "--theme", "dark", "--scale", "2", "--at",
                      "peak", "--range=0.1:end", "-o", "o.png", "a.slab"});
  ASSERT_TRUE(arguments) << arguments.error().message;
  ASSERT_TRUE(arguments->render);
  EXPECT_EQ(arguments->render->view, "offsets");
  EXPECT_EQ(arguments->render->size, QSize(800, 600));
  EXPECT_EQ(arguments->render->scale, 2);
  EXPECT_TRUE(arguments->render->dark);
  EXPECT_EQ(arguments->render->at, "peak");
  EXPECT_EQ(arguments->render->range, "0.1:end");
  EXPECT_EQ(arguments->render->output, "o.png");
  EXPECT_EQ(arguments->files, std::vector<std::string>{"a.slab"});
}

TEST(ViewerArguments, TakeFilesBehindDashesForFiles) {
  const Result<Arguments> arguments = parseArguments({"--", "--theme", "b.slab"});
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->files, (std::vector<std::string>{"--theme", "b.slab"}));
}

TEST(ViewerArguments, SayInOneLineWhatIsWrong) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"--nonsense"}, "unknown option --nonsense"},
      {{"--render"}, "--render needs a value"},
      {{"--render", "chart", "--size", "100x100", "-o", "x.png", "a"}, "there is no such view"},
      {{"--render", "offsets", "-o", "x.png", "a"}, "needs --size"},
      {{"--render", "offsets", "--size", "100", "-o", "x.png", "a"}, "give WIDTHxHEIGHT"},
      {{"--render", "offsets", "--size", "100x99999", "-o", "x.png", "a"}, "give WIDTHxHEIGHT"},
      {{"--render", "offsets", "--size", "-100x100", "-o", "x.png", "a"}, "give WIDTHxHEIGHT"},
      {{"--render", "offsets", "--size", "100x100", "a"}, "needs -o"},
      {{"--render", "offsets", "--size", "100x100", "-o", "x.png"}, "needs a recording"},
      {{"--render", "offsets", "--size", "100x100", "--scale", "nan", "-o", "x", "a"}, "from 0.5 to 8"},
      {{"--render", "offsets", "--size", "16384x16384", "--scale", "8", "-o", "x", "a"}, "too many pixels"},
      {{"--theme", "pink", "a"}, "give light or dark"},
      {{"--at", "1", "a"}, "goes with --render"},
      {{"a", "b", "c"}, "unexpected argument c"}};
  for (const auto& [given, said] : cases) {
    const Result<Arguments> arguments = parseArguments(given);
    ASSERT_FALSE(arguments) << said;
    EXPECT_NE(arguments.error().message.find(said), std::string::npos) << arguments.error().message;
    EXPECT_EQ(arguments.error().message.find('\n'), std::string::npos);
  }
}

TEST(ViewerArguments, KnowEveryView) {
  Selection selection;
  for (const ViewName& name : viewNames()) {
    const std::unique_ptr<View> view(makeView(name.name, selection));
    EXPECT_NE(view, nullptr) << name.name;
  }
}

}  // namespace
}  // namespace slabscope::viewer
