// SPDX-License-Identifier: GPL-3.0-or-later
#include "following.h"

#include <QFileInfo>

namespace slabscope::viewer {

Following::Following(Document& document, int interval, QObject* parent)
    : QObject(parent), document_(document) {
  timer_.setInterval(interval);
  timer_.start();
  reading_.start();
  connect(&timer_, &QTimer::timeout, this, &Following::look);
  connect(&document, &Document::loadingChanged, this, [this](bool loading) {
    if (loading) {
      size_ = QFileInfo(document_.path()).size();
      reading_.restart();
    } else {
      rest_until_ = 2 * reading_.elapsed();
    }
  });
}

void Following::setEnabled(bool enabled) {
  if (enabled) {
    timer_.start();
  } else {
    timer_.stop();
  }
}

bool Following::isFollowing() const {
  return timer_.isActive() && document_.recording() != nullptr &&
         !document_.recording()->scan.integrity.finished;
}

void Following::look() {
  if (!isFollowing() || document_.isLoading() || reading_.elapsed() < rest_until_) return;
  const QFileInfo file(QString::fromStdString(document_.recording()->scan.path));
  if (file.exists() && file.size() != size_) document_.reload();
}

}  // namespace slabscope::viewer
