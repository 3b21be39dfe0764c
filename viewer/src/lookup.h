// SPDX-License-Identifier: GPL-3.0-or-later
// Works out on another thread what a view shows. Of questions that follow one another fast, as those of a
// hand on the scrubber, the latest alone is answered; what was begun for another is given up.
#pragma once

#include <QCoreApplication>
#include <QFutureWatcher>
#include <QtConcurrent>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "slabscope/analysis/scan.h"

namespace slabscope::viewer {

template <class Question, class Answer>
class Lookup {
 public:
  /// Runs on another thread: must touch nothing but the question. Is left by the progress where its answer is
  /// not wanted any more.
  using Work = std::function<Answer(const Question&, const analysis::Progress&)>;
  /// Runs on the thread of this.
  using Answered = std::function<void(const Question&, Answer&&)>;

  Lookup(Work work, Answered answered) : work_(std::move(work)), answered_(std::move(answered)) {
    QObject::connect(&watcher_, &QFutureWatcherBase::finished, &watcher_, [this] { finished(); });
  }
  ~Lookup() {
    watcher_.disconnect();
    *given_up_ = true;
    watcher_.waitForFinished();
  }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  void ask(Question question) {
    next_ = std::move(question);
    *given_up_ = true;
    if (!watcher_.isRunning()) start();
  }
  /// The answer to what was asked is not wanted any more.
  void giveUp() {
    next_.reset();
    asked_.reset();
    *given_up_ = true;
  }
  bool isBusy() const { return next_ || asked_; }
  /// Returns when all is answered.
  void settle() {
    while (isBusy()) {
      watcher_.waitForFinished();
      QCoreApplication::processEvents();
    }
  }

 private:
  struct GivenUp {};

  void start() {
    asked_ = std::exchange(next_, std::nullopt);
    given_up_ = std::make_shared<std::atomic<bool>>(false);
    watcher_.setFuture(QtConcurrent::run(
        [](const Work& work, const Question& question, const std::shared_ptr<std::atomic<bool>>& given_up) {
          const analysis::Progress progress = [&](uint64_t) {
            if (*given_up) throw GivenUp();
          };
          try {
            return std::make_shared<Answer>(work(question, progress));
          } catch (const GivenUp&) {
            return std::shared_ptr<Answer>();
          }
        },
        work_, *asked_, given_up_));
  }

  void finished() {
    const std::shared_ptr<Answer> answer = watcher_.result();
    const std::optional<Question> asked = std::exchange(asked_, std::nullopt);
    if (next_) {
      start();
    } else if (asked && answer != nullptr) {
      answered_(*asked, std::move(*answer));
    }
  }

  Work work_;
  Answered answered_;
  QFutureWatcher<std::shared_ptr<Answer>> watcher_;
  std::shared_ptr<std::atomic<bool>> given_up_ = std::make_shared<std::atomic<bool>>(false);
  std::optional<Question> next_;
  std::optional<Question> asked_;  // being worked on
};

}  // namespace slabscope::viewer
