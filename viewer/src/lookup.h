// SPDX-License-Identifier: GPL-3.0-or-later
// What a view shows of the recording at a place that the user goes on moving: asked of the analysis, beside
// the GUI thread. What was begun for an earlier question is given up.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "latest.h"
#include "slabscope/analysis/scan.h"

namespace slabscope::viewer {

template <class Question, class Answer>
class Lookup {
 public:
  /// Runs on another thread: must touch nothing but the question. Is left by the progress where its answer is
  /// not wanted any more.
  using Work = std::function<Answer(const Question&, const analysis::Progress&)>;
  /// Runs on the thread of this.
  using Answered = std::function<void(const Question&, std::shared_ptr<const Answer>)>;

  Lookup(Work work, Answered answered)
      : work_(std::move(work)),
        latest_([answered = std::move(answered)](const std::shared_ptr<const Told>& told) {
          answered(told->question, std::shared_ptr<const Answer>(told, &told->answer));
        }) {}

  void ask(Question question) {
    latest_.ask([work = work_, question = std::move(question)](const std::atomic<bool>& stop) {
      const analysis::Progress progress = [&stop](uint64_t) {
        if (stop) throw GivenUp();
      };
      try {
        return std::make_shared<const Told>(Told{question, work(question, progress)});
      } catch (const GivenUp&) {
        return std::shared_ptr<const Told>();
      }
    });
  }
  /// The answer to what was asked is not wanted any more.
  void giveUp() { latest_.forget(); }
  bool isBusy() const { return latest_.busy(); }
  /// Returns when all is answered.
  void settle() { latest_.settle(); }

 private:
  struct GivenUp {};
  struct Told {
    Question question;
    Answer answer;
  };

  Work work_;
  Latest<Told> latest_;
};

}  // namespace slabscope::viewer
