// SPDX-License-Identifier: GPL-3.0-or-later
// Work that is done beside the GUI thread, of which only the last that was asked for counts.
#pragma once

#include <QCoreApplication>
#include <QFutureWatcher>
#include <QtConcurrent>
#include <atomic>
#include <functional>
#include <memory>
#include <utility>

namespace slabscope::viewer {

template <class Outcome>
class Latest {
 public:
  /// Runs on a thread of the pool. `stop` becomes true once something else is asked for: work that takes long
  /// looks at it. Null: nothing to show.
  using Work = std::function<std::shared_ptr<const Outcome>(const std::atomic<bool>& stop)>;
  /// Called on the thread that asked.
  using Done = std::function<void(const std::shared_ptr<const Outcome>&)>;

  explicit Latest(Done done) : done_(std::move(done)) {
    QObject::connect(&watcher_, &QFutureWatcherBase::finished, &watcher_, [this] { finished(); });
  }
  Latest(const Latest&) = delete;
  Latest& operator=(const Latest&) = delete;
  ~Latest() {
    forget();
    watcher_.disconnect();
    watcher_.waitForFinished();
  }

  /// Begins at once, or as soon as what is being done has ended.
  void ask(Work work) {
    if (busy_) {
      next_ = std::move(work);
      stop_->store(true);
    } else {
      begin(std::move(work));
    }
  }
  /// What was asked for is not wanted any more.
  void forget() {
    next_ = nullptr;
    wanted_ = false;
    stop_->store(true);
  }
  bool busy() const { return busy_; }
  /// Returns when nothing is being done; calls `done` for what was.
  void settle() {
    while (busy_) {
      watcher_.waitForFinished();
      QCoreApplication::sendPostedEvents(&watcher_);
      QCoreApplication::processEvents();
    }
  }

 private:
  void begin(Work work) {
    busy_ = true;
    wanted_ = true;
    stop_ = std::make_shared<std::atomic<bool>>(false);
    watcher_.setFuture(
        QtConcurrent::run([stop = stop_](const Work& one) { return one(*stop); }, std::move(work)));
  }

  void finished() {
    busy_ = false;
    const std::shared_ptr<const Outcome> outcome = watcher_.result();
    const bool wanted = std::exchange(wanted_, false);
    if (Work next = std::exchange(next_, nullptr)) begin(std::move(next));
    if (outcome != nullptr && wanted) done_(outcome);
  }

  Done done_;
  QFutureWatcher<std::shared_ptr<const Outcome>> watcher_;
  std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);
  Work next_;
  bool busy_ = false;
  bool wanted_ = false;
};

}  // namespace slabscope::viewer
