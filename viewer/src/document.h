// SPDX-License-Identifier: GPL-3.0-or-later
// The recording that a window shows: opened on another thread, with progress and cancel.
#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QString>
#include <memory>

#include "loaded.h"

namespace slabscope::viewer {

class Document : public QObject {
  Q_OBJECT

 public:
  explicit Document(QObject* parent = nullptr);
  ~Document() override;

  /// Begins to read the file; what was being read is given up, what was open stays until this is there.
  void open(const QString& path);
  /// Gives up reading; what was open stays.
  void cancel();

  bool isLoading() const;
  /// The file that is being read, or was last.
  const QString& path() const { return path_; }
  /// Null while there is none.
  const std::shared_ptr<const Loaded>& recording() const { return recording_; }

 signals:
  void loadingChanged(bool loading);
  void progressed(quint64 events);
  void recordingChanged();
  /// One line for the user.
  void failed(const QString& message);

 private:
  using Outcome = Result<std::shared_ptr<const Loaded>>;
  void finished();
  void progressChanged(int thousands);

  QFutureWatcher<std::shared_ptr<Outcome>> watcher_;
  QString path_;
  std::shared_ptr<const Loaded> recording_;
};

}  // namespace slabscope::viewer
