// SPDX-License-Identifier: GPL-3.0-or-later
#include "document.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include "made_up.h"
#include "pictures.h"
#include "temporary_file.h"

namespace slabscope::viewer {
namespace {

TEST(Document, OpensARecordingAside) {
  const slabscope::tests::TemporaryFile file;
  tests::writeSample(file.path());
  Document document;
  QSignalSpy changed(&document, &Document::recordingChanged);
  document.open(QString::fromStdString(file.path()));
  EXPECT_EQ(document.recording(), nullptr) << "open() does not wait";
  ASSERT_TRUE(changed.wait(10'000));
  EXPECT_FALSE(document.isLoading());
  EXPECT_EQ(document.recording()->lives.slabs.size(), 2U);
}

TEST(Document, SaysWhatIsWrongAndKeepsWhatWasOpen) {
  const slabscope::tests::TemporaryFile file;
  tests::writeSample(file.path());
  Document document;
  QSignalSpy changed(&document, &Document::recordingChanged);
  document.open(QString::fromStdString(file.path()));
  ASSERT_TRUE(changed.wait(10'000));
  const auto before = document.recording();
  QSignalSpy failed(&document, &Document::failed);
  document.open("/nowhere/at/all.slab");
  ASSERT_TRUE(failed.wait(10'000));
  EXPECT_TRUE(failed.front().front().toString().contains("/nowhere/at/all.slab"));
  EXPECT_EQ(document.recording(), before);
}

TEST(Document, ShowsWhatWasAskedForLast) {
  const slabscope::tests::TemporaryFile large;
  slabscope::tests::Maker maker(large.path());
  slabscope::tests::makeUpRandom(maker, 3, 60'000);
  const slabscope::tests::TemporaryFile small;
  tests::writeSample(small.path());
  Document document;
  QSignalSpy changed(&document, &Document::recordingChanged);
  document.open(QString::fromStdString(large.path()));
  document.open(QString::fromStdString(small.path()));
  ASSERT_TRUE(changed.wait(10'000));
  EXPECT_EQ(document.recording()->scan.path, small.path());
  EXPECT_FALSE(changed.wait(300)) << "the one before must not come after it";
}

TEST(Document, StopsWhenItIsTold) {
  const slabscope::tests::TemporaryFile file;
  slabscope::tests::Maker maker(file.path());
  slabscope::tests::makeUpRandom(maker, 3, 20'000);
  uint64_t told = 0;
  const auto stopped = load(file.path(), [&](uint64_t) { return ++told < 2; });
  ASSERT_TRUE(stopped);
  EXPECT_EQ(*stopped, nullptr);
  EXPECT_EQ(told, 2U);
}

}  // namespace
}  // namespace slabscope::viewer
