// SPDX-License-Identifier: GPL-3.0-or-later
// Shows what is added to a recording that is still being written.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include "document.h"

namespace slabscope::viewer {

class Following : public QObject {
  Q_OBJECT

 public:
  /// Looks every so many milliseconds. `document` must outlive this.
  explicit Following(Document& document, int interval = 1000, QObject* parent = nullptr);

  void setEnabled(bool enabled);
  /// The recording that is open has no end yet, and is looked at.
  bool isFollowing() const;

 private:
  void look();

  Document& document_;
  QTimer timer_;
  QElapsedTimer reading_;
  qint64 rest_until_ = 0;  // by reading_: not more than half of the time is spent on it
  qint64 size_ = -1;       // of the file when it was last read
};

}  // namespace slabscope::viewer
