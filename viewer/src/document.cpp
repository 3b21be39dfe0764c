// SPDX-License-Identifier: GPL-3.0-or-later
#include "document.h"

#include <QPromise>
#include <QtConcurrent>
#include <algorithm>
#include <limits>
#include <utility>

namespace slabscope::viewer {

Document::Document(QObject* parent) : QObject(parent) {
  connect(&watcher_, &QFutureWatcherBase::resultReadyAt, this, &Document::arrived);
  connect(&watcher_, &QFutureWatcherBase::finished, this, &Document::finished);
  connect(&watcher_, &QFutureWatcherBase::progressValueChanged, this, &Document::progressChanged);
}

Document::~Document() {
  watcher_.disconnect(this);
  watcher_.cancel();
  watcher_.waitForFinished();
}

void Document::open(const QString& path) {
  path_ = path;
  again_ = false;
  begin();
}

void Document::reload() {
  if (isLoading() || recording_ == nullptr) return;
  path_ = QString::fromStdString(recording_->scan.path);
  again_ = true;
  begin();
}

void Document::begin() {
  watcher_.cancel();
  // The watcher forgets the reading before: its end is not reported, whenever it comes.
  watcher_.setFuture(QtConcurrent::run(
      [](QPromise<std::shared_ptr<Outcome>>& promise, const std::string& file) {
        promise.setProgressRange(0, std::numeric_limits<int>::max());
        const auto keep_going = [&promise](uint64_t events) {
          // A future's progress is an int.
          promise.setProgressValue(static_cast<int>(std::min<uint64_t>(events / 1000, INT32_MAX)));
          return !promise.isCanceled();
        };
        const auto tell = [&promise](Outcome outcome) {
          promise.addResult(std::make_shared<Outcome>(std::move(outcome)));
        };
        tell(load(file, keep_going, tell));
      },
      path_.toStdString()));
  emit loadingChanged(true);
}

void Document::cancel() {
  watcher_.cancel();
}

bool Document::isLoading() const {
  return watcher_.isRunning();
}

void Document::progressChanged(int thousands) {
  emit progressed(static_cast<quint64>(thousands) * 1000);
}

void Document::arrived(int index) {
  const std::shared_ptr<Outcome> outcome = watcher_.resultAt(index);
  const bool summary = *outcome && **outcome && !(**outcome)->has_lives;
  if (watcher_.isCanceled() || !summary || again_) return;
  recording_ = **outcome;
  emit summarized();
}

void Document::finished() {
  emit loadingChanged(false);
  const int results = watcher_.future().resultCount();
  if (watcher_.isCanceled() || results == 0) return;
  const std::shared_ptr<Outcome> outcome = watcher_.resultAt(results - 1);
  if (!*outcome) {
    // What is open stays; the next look may have more luck with a file that is being written.
    if (!again_) emit failed(QString::fromStdString(outcome->error().message));
  } else if (**outcome) {
    recording_ = **outcome;
    emit recordingChanged();
  }
}

}  // namespace slabscope::viewer
