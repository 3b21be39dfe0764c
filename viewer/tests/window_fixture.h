// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window, with settings of its own.
#pragma once

#include <gtest/gtest.h>

#include <QApplication>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <memory>

#include "main_window.h"
#include "pictures.h"
#include "temporary_file.h"
#include "view.h"

namespace slabscope::viewer::tests {

class Window : public ::testing::Test {
 protected:
  Window() : sample_(writeSample(file_.path())) {
    QCoreApplication::setOrganizationName("slabscope");
    QCoreApplication::setApplicationName("slabscope-viewer");
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings_.path());
    makeWindow();
  }

  void makeWindow() {
    window_ = std::make_unique<MainWindow>();
    window_->resize(780, 780);  // the offscreen screen is 800 × 800
    window_->show();
    window_->activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(window_.get()));
  }

  void openSample() { open(QString::fromStdString(file_.path())); }
  void open(const QString& path) {
    QSignalSpy changed(&window_->document(), &Document::recordingChanged);
    window_->open(path);
    ASSERT_TRUE(changed.wait(10'000));
  }
  template <class Kind>
  Kind& view(const char* name) {
    window_->showView(name);
    QApplication::processEvents();
    return dynamic_cast<Kind&>(*window_->view(name));
  }
  QToolButton* chip(const char* name) {
    QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    return window_->findChild<QToolButton*>(name);
  }
  const Picks& picks() { return window_->selection().picks(); }

  slabscope::tests::TemporaryFile file_;
  QTemporaryDir settings_;
  Sample sample_;
  std::unique_ptr<MainWindow> window_;
};

}  // namespace slabscope::viewer::tests
