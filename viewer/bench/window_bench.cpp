// SPDX-License-Identifier: GPL-3.0-or-later
// window_bench FILE: opens a recording in the window, drives all views as a hand would, and prints,
// as Markdown, how long it took, how long the thread of the window was ever busy without a pause, and how
// much memory there was.
#include <sys/resource.h>
#include <time.h>

#include <QAbstractItemView>
#include <QApplication>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTimer>
#include <QWheelEvent>
#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
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

// A gesture's frames as a row, and how long the window could not answer meanwhile.
void report(const std::string& what, std::vector<double> frames, Stalls& stalls) {
  std::sort(frames.begin(), frames.end());
  const auto at = [&](double share) {
    return frames[std::min(frames.size() - 1,
                           static_cast<size_t>(share * static_cast<double>(frames.size())))];
  };
  std::printf("| %s | %.1f ms | %.1f ms | %.1f ms | %.1f ms |\n", what.c_str(), at(0.5), at(0.95),
              frames.back(), stalls.takeLongest());
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

View& bringUp(MainWindow& window, const std::string& name, Stalls& stalls, int length = kFirst) {
  window.showView(QString::fromStdString(name));
  pause(length);
  std::printf("| %s, first shown | | | | %.1f ms |\n", name.c_str(), stalls.takeLongest());
  return *window.view(QString::fromStdString(name));
}

// `act` is told the number of the frame.
template <class Act>
void gesture(View& view, const std::string& what, Stalls& stalls, const Act& act) {
  std::vector<double> frames;
  for (int i = 0; i < kSteps; ++i) {
    frames.push_back(frame(view, [&] { act(i); }));
    pause();
  }
  report(what, std::move(frames), stalls);
}

void driveTime(MainWindow& window, const std::string& name, Stalls& stalls) {
  View& view = bringUp(window, name, stalls);
  gesture(view, name + ", zoom", stalls, [&](int i) { wheel(view, i < kSteps / 2 ? 1 : -1); });
  for (int i = 0; i < 8; ++i) wheel(view, 1);
  gesture(view, name + ", pan", stalls,
          [&](int i) { key(view, i % 40 < 20 ? Qt::Key_Right : Qt::Key_Left); });
  window.selection().set({});
}

void scroll(View& view, const std::string& what, Stalls& stalls) {
  auto* table = view.findChild<QAbstractItemView*>();
  gesture(view, what + ", scroll", stalls,
          [&](int i) { wheel(*table->viewport(), i < kSteps / 2 ? -1 : 1); });
}

void moveRange(MainWindow& window, View& view, const std::string& what, Stalls& stalls) {
  const auto duration = window.document().recording()->scan.duration;
  gesture(view, what + ", range moved", stalls, [&](int i) {
    Picks picks = window.selection().picks();
    const auto step = static_cast<uint64_t>(i + 1);
    picks.range = TimeRange{duration * step / 400, duration - duration * step / 400};
    window.selection().follow(picks);
  });
  window.selection().set({});
}

void moveInstant(MainWindow& window, View& view, const std::string& what, Stalls& stalls) {
  const auto duration = window.document().recording()->scan.duration;
  gesture(view, what + ", instant moved", stalls, [&](int i) {
    Picks picks = window.selection().picks();
    picks.instant = slabscope::analysis::Instant{duration * (400 - static_cast<uint64_t>(i)) / 400};
    window.selection().follow(picks);
  });
  window.selection().set({});
}

// One caller after the other, as who walks through a list of them: some are lines, some are functions far
// above the line that allocates.
void pickCallers(MainWindow& window, View& view, const std::string& what, Stalls& stalls) {
  const auto& callers = window.document().recording()->callers;
  gesture(view, what + ", callers picked", stalls, [&](int i) {
    Picks picks = window.selection().picks();
    const auto grouping =
        i % 3 == 0 ? slabscope::analysis::Grouping::kFunction : slabscope::analysis::Grouping::kLine;
    if (!callers.empty())
      picks.caller = PickedCaller(callers[static_cast<size_t>(i) % callers.size()], grouping);
    window.selection().set(picks);
  });
  pause(kFirst / 3);
  window.selection().set({});
  pause(kFirst / 3);
}

void stepSlabs(MainWindow& window, View& view, const std::string& what, Stalls& stalls) {
  gesture(view, what + ", slab after slab", stalls,
          [&](int i) { key(view, i < kSteps / 2 ? Qt::Key_Up : Qt::Key_Down); });
  window.selection().set({});
}

void sortTable(View& view, const std::string& what, Stalls& stalls) {
  auto* table = view.findChild<QTableView*>();
  gesture(view, what + ", sorted anew", stalls, [&](int i) {
    table->sortByColumn(i % table->model()->columnCount(),
                        i % 2 == 0 ? Qt::DescendingOrder : Qt::AscendingOrder);
  });
}

void search(View& view, const std::string& what, Stalls& stalls) {
  auto* field = view.findChild<QLineEdit*>();
  const QString text = "function12 file8";
  gesture(view, what + ", searched", stalls,
          [&](int i) { field->setText(text.left(i % static_cast<int>(text.size() + 1))); });
  field->clear();
}

void driveAll(MainWindow& window, const QString& file, Stalls& stalls) {
  driveTime(window, "overview", stalls);
  pickCallers(window, *window.currentView(), "overview", stalls);
  driveTime(window, "offsets", stalls);
  pickCallers(window, *window.currentView(), "offsets", stalls);
  stepSlabs(window, *window.currentView(), "offsets", stalls);
  View& slabs = bringUp(window, "slabs", stalls);
  scroll(slabs, "slabs", stalls);
  moveRange(window, slabs, "slabs", stalls);
  moveInstant(window, slabs, "slabs", stalls);
  pickCallers(window, slabs, "slabs", stalls);
  sortTable(slabs, "slabs", stalls);
  View& map = bringUp(window, "slab-map", stalls);
  moveInstant(window, map, "slab-map", stalls);
  stepSlabs(window, map, "slab-map", stalls);
  View& callers = bringUp(window, "callers", stalls);
  scroll(callers, "callers", stalls);
  moveRange(window, callers, "callers", stalls);
  pickCallers(window, callers, "callers", stalls);
  search(callers, "callers", stalls);
  View& retention = bringUp(window, "retention", stalls);
  scroll(retention, "retention", stalls);
  moveInstant(window, retention, "retention", stalls);
  pickCallers(window, retention, "retention", stalls);
  bringUp(window, "pool-facts", stalls);
  window.compareWith(file);
  View& diff = bringUp(window, "diff", stalls, 4 * kFirst);
  scroll(diff, "diff", stalls);
  pickCallers(window, diff, "diff", stalls);
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
      "| view and gesture | median frame | 95th percentile | longest | longest without an answer |\n"
      "| --- | ---: | ---: | ---: | ---: |\n");
  driveAll(window, QString::fromLocal8Bit(argv[1]), stalls);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "\n| | |\n| --- | ---: |\n| until the Overview is there | %.2f s |\n| until all is there | %.2f s |\n",
      overview / 1e3, all / 1e3);
  std::printf("| longest time that the window did not answer while it read | %.1f ms |\n", loading);
  std::printf("| peak resident set | %.0f MiB |\n", static_cast<double>(usage.ru_maxrss) / 1024);
  return 0;
}
