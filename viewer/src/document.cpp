// SPDX-License-Identifier: GPL-3.0-or-later
#include "document.h"

#include <QPromise>
#include <QtConcurrent>
#include <algorithm>
#include <limits>

namespace slabscope::viewer {

Document::Document(QObject* parent) : QObject(parent) {
  connect(&watcher_, &QFutureWatcherBase::finished, this, &Document::finished);
  connect(&watcher_, &QFutureWatcherBase::progressValueChanged, this, &Document::progressChanged);
}

Document::~Document() {
  watcher_.disconnect(this);
  watcher_.cancel();
  watcher_.waitForFinished();
}

void Document::open(const QString& path) {
  watcher_.cancel();
  path_ = path;
  // The watcher forgets the reading before: its end is not reported, whenever it comes.
  watcher_.setFuture(QtConcurrent::run(
      [](QPromise<std::shared_ptr<Outcome>>& promise, const std::string& file) {
        promise.setProgressRange(0, std::numeric_limits<int>::max());
        const auto keep_going = [&promise](uint64_t events) {
          // A future's progress is an int.
          promise.setProgressValue(static_cast<int>(std::min<uint64_t>(events / 1000, INT32_MAX)));
          return !promise.isCanceled();
        };
        promise.addResult(std::make_shared<Outcome>(load(file, keep_going)));
      },
      path.toStdString()));
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

void Document::finished() {
  emit loadingChanged(false);
  if (watcher_.isCanceled() || watcher_.future().resultCount() == 0) return;
  const std::shared_ptr<Outcome> outcome = watcher_.result();
  if (!*outcome) {
    emit failed(QString::fromStdString(outcome->error().message));
  } else if (**outcome) {
    recording_ = **outcome;
    emit recordingChanged();
  }
}

}  // namespace slabscope::viewer
