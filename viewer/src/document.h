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
  /// Reads the file that is open once more, for what has been written since. Nothing while one is read.
  void reload();
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
  /// Of a file that was not open before: the recording has no lives yet. Others go on to recordingChanged().
  void summarized();
  /// The recording is there as a whole.
  void recordingChanged();
  /// One line for the user.
  void failed(const QString& message);

 private:
  using Outcome = Result<std::shared_ptr<const Loaded>>;
  void begin();
  void arrived(int index);
  void finished();
  void progressChanged(int thousands);

  QFutureWatcher<std::shared_ptr<Outcome>> watcher_;
  QString path_;
  bool again_ = false;  // what is being read is open already
  std::shared_ptr<const Loaded> recording_;
};

}  // namespace slabscope::viewer
