// SPDX-License-Identifier: GPL-3.0-or-later
// window_bench FILE: opens a recording in the window, zooms and pans the views as a hand would, and prints,
// as Markdown, how long it took, how long the thread of the window was ever busy without a pause, and how
// much memory there was.
#include <sys/resource.h>
#include <time.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTimer>
#include <QWheelEvent>
#include <algorithm>
#include <cstdio>
#include <vector>

#include "main_window.h"
#include "view.h"

namespace {

using namespace slabscope::viewer;  // NOLINT(google-build-using-namespace): this is its benchmark

constexpr QSize kSize(1400, 900);
constexpr int kSteps = 120;
constexpr int kFirst = 3000;  // milliseconds for a view's first picture to be there

// What this thread has worked: on a machine that is busy with something else it does not wait.
double worked() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double milliseconds(const QElapsedTimer& since) {
  return static_cast<double>(since.nsecsElapsed()) / 1e6;
}

// How long the thread worked at most before the event loop could take another event.
class Stalls : public QObject {
 public:
  Stalls() {
    beat_.setTimerType(Qt::PreciseTimer);
    connect(&beat_, &QTimer::timeout, this, [this] {
      longest_ = std::max(longest_, worked() - last_);
      last_ = worked();
    });
    beat_.start(1);
  }
  double takeLongest() {
    const double longest = longest_;
    longest_ = 0;
    last_ = worked();
    return longest;
  }

 private:
  QTimer beat_;
  double last_ = worked();
  double longest_ = 0;
};

void report(const char* what, std::vector<double> frames) {
  std::sort(frames.begin(), frames.end());
  const auto at = [&](double share) {
    return frames[std::min(frames.size() - 1,
                           static_cast<size_t>(share * static_cast<double>(frames.size())))];
  };
  std::printf("| %s | %.1f ms | %.1f ms | %.1f ms |\n", what, at(0.5), at(0.95), frames.back());
}

// One frame: the event, what the views make of it, and the picture of what is in sight.
template <class Act>
double frame(View& view, const Act& act) {
  const double before = worked();
  act();
  view.repaint();
  QApplication::processEvents();
  return worked() - before;
}

void wheel(QWidget& target, int turns) {
  const QPointF place(target.width() * 0.6, target.height() * 0.4);
  QWheelEvent event(place, target.mapToGlobal(place), {}, {0, 120 * turns}, Qt::NoButton, Qt::NoModifier,
                    Qt::NoScrollPhase, false);
  QApplication::sendEvent(&target, &event);
}

void key(QWidget& target, int code) {
  QKeyEvent event(QEvent::KeyPress, code, Qt::NoModifier);
  QApplication::sendEvent(&target, &event);
}

// Between two frames of a hand there is time for what is done aside to arrive.
void pause(int length = 8) {
  QElapsedTimer timer;
  timer.start();
  while (timer.elapsed() < length) QApplication::processEvents(QEventLoop::AllEvents, 2);
}

void drive(MainWindow& window, const char* name) {
  window.showView(name);
  View& view = *window.view(name);
  pause(kFirst);
  std::vector<double> zoom;
  std::vector<double> pan;
  for (int i = 0; i < kSteps; ++i) {
    zoom.push_back(frame(view, [&] { wheel(view, i < kSteps / 2 ? 1 : -1); }));
    pause();
  }
  for (int i = 0; i < 8; ++i) wheel(view, 1);
  for (int i = 0; i < kSteps; ++i) {
    pan.push_back(frame(view, [&] { key(view, i % 40 < 20 ? Qt::Key_Right : Qt::Key_Left); }));
    pause();
  }
  window.selection().set({});
  report((std::string(name) + ", zoom").c_str(), zoom);
  report((std::string(name) + ", pan").c_str(), pan);
}

void driveSlabs(MainWindow& window) {
  window.showView("slabs");
  View& view = *window.view("slabs");
  view.settle();
  pause(kFirst);
  auto* table = view.findChild<QTableView*>();
  std::vector<double> scroll;
  std::vector<double> zoom;
  for (int i = 0; i < kSteps; ++i) {
    scroll.push_back(frame(view, [&] { wheel(*table->viewport(), -1); }));
    pause();
  }
  const auto duration = window.document().recording()->scan.duration;
  for (int i = 0; i < kSteps; ++i) {
    zoom.push_back(frame(view, [&] {
      Picks picks = window.selection().picks();
      const auto step = static_cast<uint64_t>(i + 1);
      picks.range = TimeRange{duration * step / 400, duration - duration * step / 400};
      window.selection().follow(picks);
    }));
    pause();
  }
  window.selection().set({});
  report("slabs, scroll", scroll);
  report("slabs, range moved", zoom);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: window_bench FILE\n");
    return 2;
  }
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  const QTemporaryDir settings;
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
  QApplication application(argc, argv);
  QApplication::setStyle("Fusion");
  MainWindow window;
  window.resize(kSize);
  window.show();
  QApplication::processEvents();

  QSignalSpy summarized(&window.document(), &Document::summarized);
  QSignalSpy changed(&window.document(), &Document::recordingChanged);
  QSignalSpy failed(&window.document(), &Document::failed);
  Stalls stalls;
  QElapsedTimer timer;
  timer.start();
  window.open(QString::fromLocal8Bit(argv[1]));
  double overview = 0;
  while (changed.isEmpty() && failed.isEmpty()) {
    QApplication::processEvents(QEventLoop::WaitForMoreEvents);
    if (!summarized.isEmpty() && overview == 0) {
      window.view("overview")->repaint();
      overview = milliseconds(timer);
    }
  }
  if (!failed.isEmpty()) {
    std::fprintf(stderr, "%s\n", qPrintable(failed.front().front().toString()));
    return 2;
  }
  const double all = milliseconds(timer);
  const double loading = stalls.takeLongest();
  std::printf(
      "| view and gesture | median frame | 95th percentile | longest |\n| --- | ---: | ---: | ---: |\n");
  drive(window, "overview");
  drive(window, "offsets");
  driveSlabs(window);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "\n| | |\n| --- | ---: |\n| until the Overview is there | %.2f s |\n| until all is there | %.2f s |\n",
      overview / 1e3, all / 1e3);
  std::printf("| longest time that the window did not answer while it read | %.1f ms |\n", loading);
  std::printf("| the same while it was zoomed and panned | %.1f ms |\n", stalls.takeLongest());
  std::printf("| peak resident set | %.0f MiB |\n", static_cast<double>(usage.ru_maxrss) / 1024);
  return 0;
}
