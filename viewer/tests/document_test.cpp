// SPDX-License-Identifier: GPL-3.0-or-later
#include "document.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <fstream>

#include "made_up.h"
#include "notices.h"
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

TEST(Document, NamesTheLinesThatAPersonWrote) {
  const slabscope::tests::TemporaryFile file;
  const slabscope::tests::TemporaryFile program;
  const slabscope::tests::TemporaryFile broken;
  std::ofstream(program.path())
      << "function f(){\n  return g()\n}\n//# sourceMappingURL=data:application/json,{%22version%22:3,"
         "%22sources%22:[%22cache.ts%22],%22names%22:[],%22mappings%22:%22AAAA;AASA%22}\n";
  std::ofstream(broken.path()) << "f()\n//# sourceMappingURL=data:application/json,{\n";
  recording::Header header = slabscope::tests::Maker::defaultHeader();
  header.start_unix_ns = 0;
  slabscope::tests::Maker maker(file.path(), header);
  maker.alloc(1, 100, recording::StoreKind::kArrayBuffer, maker.stack("f", program.path(), 2, 7));
  maker.alloc(2, 100, recording::StoreKind::kArrayBuffer, maker.stack("f", broken.path(), 1, 1));
  maker.finish();
  const auto loaded = tests::loadedFrom(file.path());
  const QString name = loaded->callerName(recording::FrameId{1});
  EXPECT_TRUE(name.contains("cache.ts:10")) << name.toStdString();
  const QString notices = noticesOf(*loaded).join(' ');
  EXPECT_TRUE(notices.contains("1 source map could not be used")) << notices.toStdString();
  EXPECT_TRUE(notices.contains(QString::fromStdString(broken.path()))) << notices.toStdString();
}

TEST(Document, SaysWhatWasNotRecordedInEachHeadingToo) {
  const slabscope::tests::TemporaryFile file;
  recording::Header header = slabscope::tests::Maker::defaultHeader();
  header.liveness = false;
  slabscope::tests::Maker maker(file.path(), header);
  maker.alloc(1, 8192, recording::StoreKind::kPool);
  maker.finish();
  const auto loaded = tests::loadedFrom(file.path());
  EXPECT_TRUE(loaded->title().contains("deaths of slices not recorded")) << loaded->title().toStdString();
  const QString notices = noticesOf(*loaded).join(' ');
  EXPECT_TRUE(notices.contains("--no-liveness")) << notices.toStdString();
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
