// SPDX-License-Identifier: GPL-3.0-or-later
#include "arguments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

#include "view_list.h"

namespace slabscope::viewer {
namespace {

constexpr int kLeastSize = 64;
constexpr int kMostSize = 16384;
constexpr double kMostPixels = 256e6;  // a gigabyte as a picture in memory

template <class Number>
std::optional<Number> numberIn(std::string_view text) {
  Number number{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<QSize> sizeIn(const std::string& text) {
  const size_t cross = text.find('x');
  const auto part = [](std::string_view digits) { return numberIn<int>(digits).value_or(0); };
  const int width = cross == std::string::npos ? 0 : part(std::string_view(text).substr(0, cross));
  const int height = cross == std::string::npos ? 0 : part(std::string_view(text).substr(cross + 1));
  const auto fits = [](int length) { return length >= kLeastSize && length <= kMostSize; };
  if (!fits(width) || !fits(height))
    return Error{"--size " + text + ": give WIDTHxHEIGHT in pixels, each from 64 to 16384"};
  return QSize(width, height);
}

Error unknownView(const std::string& name) {
  std::string names;
  for (const ViewName& view : viewNames()) names += (names.empty() ? "" : ", ") + std::string(view.name);
  return {"--render " + name + ": there is no such view; give one of " + names};
}

class Parser {
 public:
  explicit Parser(const std::vector<std::string>& arguments) : arguments_(arguments) {}

  Result<Arguments> parse() {
    for (; at_ < arguments_.size(); ++at_) {
      const std::string& one = arguments_[at_];
      if (one == "--") {
        result_.files.insert(result_.files.end(), arguments_.begin() + static_cast<std::ptrdiff_t>(at_) + 1,
                             arguments_.end());
        break;
      }
      if (one.size() < 2 || one.front() != '-') {
        result_.files.push_back(one);
        continue;
      }
      if (const Result<> taken = takeOption(one); !taken) return taken.error();
    }
    return finish();
  }

 private:
  Result<> takeOption(const std::string& option) {
    if (option == "-h" || option == "--help") {
      result_.help = true;
      return Nothing{};
    }
    if (option == "--version") {
      result_.version = true;
      return Nothing{};
    }
    const size_t equals = option.starts_with("--") ? option.find('=') : std::string::npos;
    const std::string name = option.substr(0, equals);
    static constexpr std::array kKnown = {"--render", "--size",  "--theme", "--scale",
                                          "--at",     "--range", "-o",      "--output"};
    if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end())
      return Error{"unknown option " + name + "; see slabscope-viewer --help"};
    std::string value;
    if (equals != std::string::npos) {
      value = option.substr(equals + 1);
    } else if (at_ + 1 < arguments_.size()) {
      value = arguments_[++at_];
    } else {
      return Error{name + " needs a value; see slabscope-viewer --help"};
    }
    values_[name == "--output" ? "-o" : name] = value;
    return Nothing{};
  }

  Result<Arguments> finish() {
    if (result_.help || result_.version) return result_;
    if (result_.files.size() > 2)
      return Error{"unexpected argument " + result_.files[2] + "; give one recording, or two for their diff"};
    if (const auto theme = values_.find("--theme"); theme != values_.end()) {
      if (theme->second != "light" && theme->second != "dark")
        return Error{"--theme " + theme->second + ": give light or dark"};
      result_.dark = theme->second == "dark";
    }
    if (values_.count("--render") != 0) return finishRender();
    for (const char* name : {"--size", "--scale", "--at", "--range", "-o"}) {
      if (values_.count(name) != 0)
        return Error{std::string(name) + " goes with --render VIEW; see slabscope-viewer --help"};
    }
    return result_;
  }

  Result<Arguments> finishRender() {
    RenderRequest render;
    render.view = values_["--render"];
    const auto names = viewNames();
    if (std::none_of(names.begin(), names.end(),
                     [&](const ViewName& one) { return one.name == render.view; }))
      return unknownView(render.view);
    if (result_.files.empty()) return Error{"--render needs a recording; see slabscope-viewer --help"};
    if (values_.count("--size") == 0) return Error{"--render needs --size WIDTHxHEIGHT"};
    const Result<QSize> size = sizeIn(values_["--size"]);
    if (!size) return size.error();
    render.size = *size;
    if (values_["-o"].empty()) return Error{"--render needs -o OUT.png"};
    render.output = values_["-o"];
    if (values_.count("--scale") != 0) {
      const std::optional<double> scale = numberIn<double>(values_["--scale"]);
      if (!scale || !(*scale >= 0.5 && *scale <= 8))
        return Error{"--scale " + values_["--scale"] + ": give a number from 0.5 to 8"};
      render.scale = *scale;
    }
    if (render.size.width() * render.scale * render.size.height() * render.scale > kMostPixels)
      return Error{"--size " + values_["--size"] + ": too many pixels at this scale; give a smaller one"};
    render.dark = result_.dark.value_or(false);
    render.at = values_["--at"];
    render.range = values_["--range"];
    result_.render = render;
    return result_;
  }

  const std::vector<std::string>& arguments_;
  size_t at_ = 0;
  Arguments result_;
  std::map<std::string, std::string> values_;
};

}  // namespace

Result<Arguments> parseArguments(const std::vector<std::string>& arguments) {
  return Parser(arguments).parse();
}

std::string helpText() {
  std::string views;
  for (const ViewName& view : viewNames()) {
    views += (views.empty() ? "" : "|") + std::string(view.name);
  }
  return "Usage: slabscope-viewer [--theme light|dark] [FILE [FILE2]]\n"
         "       slabscope-viewer --render VIEW --size WxH [--theme light|dark] [--scale N] [--at T] "
         "[--range A:B]\n"
         "                        -o OUT.png FILE [FILE2]\n\n"
         "Opens a recording in a window, or paints one view of it into a picture, without a display.\n"
         "With two, FILE is the old one and FILE2 the new one of the view diff.\n\n"
         "Options:\n"
         "  -h,--help                   Print this help message and exit\n"
         "  --version                   Print the version and that of recordings, and exit\n"
         "  --theme light|dark          The colours (those of the desktop; of a picture: light)\n"
         "  --render " +
         views +
         "\n"
         "                              The view to paint\n"
         "  --size WxH                  The size of the picture, in pixels before --scale\n"
         "  --scale N                   Pixels for each of these, 0.5 to 8 (1)\n"
         "  --at T|peak|end             The instant: seconds since the start, peak, end, or a mark's name\n"
         "  --range A:B                 From when to when, each as for --at (all)\n"
         "  -o,--output FILE            Where the picture goes, as PNG\n";
}

}  // namespace slabscope::viewer
