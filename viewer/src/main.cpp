// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QIcon>
#include <cstdio>
#include <string>
#include <vector>

#include "arguments.h"
#include "main_window.h"
#include "render.h"
#include "slabscope/analysis/words.h"
#include "slabscope/recording/version.h"
#include "theme.h"

namespace {

using slabscope::Result;
using namespace slabscope::viewer;  // NOLINT(google-build-using-namespace): this is its program

constexpr int kError = 2;

int complain(const std::string& message) {
  std::fprintf(stderr, "slabscope-viewer: %s\n", slabscope::analysis::printable(message).c_str());
  return kError;
}

// What Qt has to say of a session without a desktop would stand between the lines of whoever called.
void keepToErrors(QtMsgType type, const QMessageLogContext& /*context*/, const QString& message) {
  if (type == QtCriticalMsg || type == QtFatalMsg) complain(message.toStdString());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> given(argv + 1, argv + argc);
  const Result<Arguments> arguments = parseArguments(given);
  if (!arguments) return complain(arguments.error().message);
  if (arguments->help) return std::fputs(helpText().c_str(), stdout) < 0 ? kError : 0;
  const std::string version(slabscope::recording::programVersion());
  if (arguments->version) {
    const slabscope::recording::Formats formats = slabscope::recording::readableFormats();
    return std::printf("slabscope-viewer %s (recording formats %u to %u)\n", version.c_str(), formats.first,
                       formats.newest) < 0
               ? kError
               : 0;
  }

  const bool has_display =
      qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY");
  if (arguments->render && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
    qputenv("QT_QPA_PLATFORM", "offscreen");
  if (arguments->render) qInstallMessageHandler(keepToErrors);
  if (!arguments->render && !has_display && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
    return complain("there is no display to open a window on; --render VIEW paints a picture without one");

  // Its own options are all there are: Qt's are not taken from the command line.
  int count = 1;
  QApplication application(count, argv);
  QApplication::setApplicationName("slabscope-viewer");
  QApplication::setOrganizationName("slabscope");
  QApplication::setApplicationVersion(QString::fromStdString(version));
  QGuiApplication::setDesktopFileName("slabscope-viewer");
  QApplication::setWindowIcon(QIcon::fromTheme("slabscope-viewer", QIcon(":/slabscope-viewer.svg")));
  if (arguments->render) {
    const Result<> rendered = render(*arguments->render, arguments->files);
    return rendered ? 0 : complain(rendered.error().message);
  }
  QApplication::setStyle("Fusion");
  QApplication::setFont(textFont(13));
  MainWindow window;
  if (arguments->dark) window.setDark(*arguments->dark);
  window.show();
  if (!arguments->files.empty()) window.open(QString::fromStdString(arguments->files.back()));
  if (arguments->files.size() == 2) window.compareWith(QString::fromStdString(arguments->files.front()));
  return QApplication::exec();
}
