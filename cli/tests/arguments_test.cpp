// SPDX-License-Identifier: Apache-2.0
#include "arguments.h"

#include <gtest/gtest.h>

#include "program.h"
#include "version.h"

namespace slabscope::cli {
namespace {

using Words = std::vector<std::string>;

template <class Options>
Options parsed(const Words& arguments) {
  const Result<Request> request = parseArguments(arguments);
  EXPECT_TRUE(request) << request.error().message;
  const Options* options = request ? std::get_if<Options>(&*request) : nullptr;
  EXPECT_NE(options, nullptr);
  return options != nullptr ? *options : Options{};
}

std::string error(const Words& arguments) {
  const Result<Request> request = parseArguments(arguments);
  EXPECT_FALSE(request);
  return request ? "" : request.error().message;
}

TEST(Arguments, OfRecordHaveTheirDefaults) {
  const auto options = parsed<collector::RecordOptions>({"record", "node", "app.js"});
  EXPECT_EQ(options.command, (Words{"node", "app.js"}));
  EXPECT_EQ(options.output, "");
  EXPECT_EQ(options.stack_depth, collector::kFullStackDepth);
  EXPECT_TRUE(options.slices);
  EXPECT_TRUE(options.liveness);
  EXPECT_FALSE(options.native);
}

TEST(Arguments, OfRecordAreAllUnderstood) {
  const auto options =
      parsed<collector::RecordOptions>({"record", "-o", "x-%p.slab", "--stacks=17", "--native", "--no-slices",
                                        "--no-liveness", "--paused", "--", "node"});
  EXPECT_EQ(options.command, Words{"node"});
  EXPECT_EQ(options.output, "x-%p.slab");
  EXPECT_EQ(options.stack_depth, 17U);
  EXPECT_FALSE(options.slices);
  EXPECT_FALSE(options.liveness);
  EXPECT_TRUE(options.native);
  EXPECT_TRUE(options.paused);
  EXPECT_EQ(parsed<collector::RecordOptions>({"record", "--stacks=off", "node"}).stack_depth, 0U);
  EXPECT_EQ(parsed<collector::RecordOptions>({"record", "--stacks", "full", "node"}).stack_depth, 128U);
  EXPECT_EQ(parsed<collector::RecordOptions>({"record", "-ox", "node"}).output, "x");
  const auto limit = [](const std::string& text) {
    return parsed<collector::RecordOptions>({"record", "--max-size=" + text, "node"}).max_size;
  };
  EXPECT_EQ(parsed<collector::RecordOptions>({"record", "node"}).max_size, 0U);
  EXPECT_TRUE(parsed<collector::RecordOptions>({"record", "node"}).argv);
  EXPECT_FALSE(parsed<collector::RecordOptions>({"record", "--no-argv", "node"}).argv);
  EXPECT_EQ(parsed<collector::RecordOptions>({"record", "--max-size", "1M", "node"}).max_size, 1U << 20);
  EXPECT_EQ(limit("262144"), 256U << 10);
  EXPECT_EQ(limit("500K"), 500U << 10);
  EXPECT_EQ(limit("3m"), 3U << 20);
  EXPECT_EQ(limit("2G"), 2ULL << 30);
  EXPECT_EQ(limit("1T"), 1ULL << 40);
}

TEST(Arguments, FromTheProgramOnBelongToTheProgram) {
  const auto commandOf = [](const Words& arguments) {
    return parsed<collector::RecordOptions>(arguments).command;
  };
  EXPECT_EQ(commandOf({"record", "node", "--help"}), (Words{"node", "--help"}));
  EXPECT_EQ(commandOf({"record", "node", "-o", "y", "--", "z"}), (Words{"node", "-o", "y", "--", "z"}));
  EXPECT_EQ(commandOf({"record", "--native", "--", "--native", "-x"}), (Words{"--native", "-x"}));
  EXPECT_EQ(commandOf({"record", "-o", "record", "report"}), (Words{"report"}));
  EXPECT_EQ(commandOf({"record", "-"}), (Words{"-"}));
  EXPECT_EQ(commandOf({"record", "node", ""}), (Words{"node", ""}));
}

TEST(Arguments, OfTheReadingCommandsAreUnderstood) {
  const auto info = parsed<InfoOptions>({"info", "--verify", "a.slab", "--json"});
  EXPECT_EQ(info.file, "a.slab");
  EXPECT_TRUE(info.verify && info.json);
  const auto exported = parsed<ExportOptions>({"export", "a.slab", "--format", "jsonl", "-o", "out"});
  EXPECT_EQ(exported.output, "out");
  const auto report = parsed<ReportOptions>({"report", "a.slab", "--at", "load#2", "--top=3", "--json"});
  EXPECT_EQ(report.at, "load#2");
  EXPECT_EQ(report.top, 3U);
  EXPECT_TRUE(report.json);
  EXPECT_EQ(parsed<InfoOptions>({"info", "report"}).file, "report") << "a file may be named like a command";
  EXPECT_EQ(parsed<InfoOptions>({"info", "--", "--json"}).file, "--json");
  const auto ctl = parsed<CtlOptions>({"ctl", "17", "mark", "a b"});
  EXPECT_EQ(ctl.pid, 17);
  EXPECT_EQ(ctl.action, "mark");
  EXPECT_EQ(ctl.name, "a b");
  EXPECT_EQ(parsed<CtlOptions>({"ctl", "17", "stop"}).action, "stop");
  EXPECT_EQ(parsed<ServeOptions>({"serve", "5"}).fd, 5);
}

TEST(Arguments, ThatAreWrongAreNamed) {
  EXPECT_EQ(error({}), "a command is missing; see slabscope --help");
  EXPECT_EQ(error({"slabz"}), "unknown command slabz; see slabscope --help");
  EXPECT_EQ(error({"--foo"}), "unknown option --foo; see slabscope --help");
  EXPECT_EQ(error({"record"}), "record needs a program to run; see slabscope record --help");
  EXPECT_EQ(error({"record", "--"}), "record needs a program to run; see slabscope record --help");
  EXPECT_EQ(error({"record", "--foo", "node"}), "unknown option --foo; see slabscope record --help");
  EXPECT_EQ(error({"record", "-o"}), "--output needs a value; see slabscope record --help");
  EXPECT_EQ(error({"info"}), "FILE is required; see slabscope info --help");
  EXPECT_EQ(error({"info", "--foo"}), "unknown option --foo; see slabscope info --help");
  EXPECT_EQ(error({"info", "a.slab", "--json=3"}), "--json takes no value; see slabscope info --help");
  EXPECT_EQ(error({"info", "a", "b"}), "unexpected argument b; see slabscope info --help");
  EXPECT_EQ(error({"export", "a", "--format", "xml"}),
            "unknown format xml; give --format jsonl, csv, pprof, speedscope, folded");
  EXPECT_EQ(error({"export", "a"}), "--format is required; see slabscope export --help");
  EXPECT_EQ(error({"info", "--fo\no"}), "unknown option --fo o; see slabscope info --help");
  EXPECT_EQ(error({"ctl", "17"}), "ACTION is required; see slabscope ctl --help");
  EXPECT_EQ(error({"ctl", "17", "pause"}), "unknown action pause; give start, stop or mark NAME");
  EXPECT_EQ(error({"ctl", "17", "mark"}), "mark needs a name; see slabscope ctl --help");
  EXPECT_EQ(error({"ctl", "17", "stop", "x"}), "unexpected argument x; see slabscope ctl --help");
  EXPECT_EQ(error({"ctl", "17", "mark", std::string(1025, 'x')}),
            "the name of a mark has at most 1024 bytes");
  for (const char* size : {"x", "1MB", "1.5M", "-1", "M", "99999999999999999999", "9999999999T", "1X"}) {
    EXPECT_EQ(
        error({"record", std::string("--max-size=") + size, "node"}),
        std::string("--max-size=") + size + ": give a number of bytes, with K, M, G or T for units of 1024");
  }
  for (const char* size : {"0", "262143", "255K"}) {
    EXPECT_EQ(error({"record", std::string("--max-size=") + size, "node"}),
              std::string("--max-size=") + size + ": too little to hold a recording; give 256K or more");
  }
  for (const char* pid : {"0", "-1", "x", "99999999999"}) {
    EXPECT_EQ(error({"ctl", pid, "stop"}).find('\n'), std::string::npos) << pid;
  }
  for (const char* depth : {"0", "129", "-1", "1x", ""}) {
    EXPECT_EQ(error({"record", std::string("--stacks=") + depth, "node"}).rfind("--stacks", 0), 0U) << depth;
  }
  for (const char* top : {"0", "x", "-3"}) {
    EXPECT_EQ(error({"report", "a", std::string("--top=") + top}).rfind("--top: ", 0), 0U) << top;
  }
}

TEST(Program, TellsEveryErrorInOneLineWithStatus2) {
  for (const Words& arguments :
       {Words{}, Words{"nothing"}, Words{"record", "--foo"}, Words{"info"}, Words{"info", "/nowhere/x.slab"},
        Words{"info", SLABSCOPE_EXECUTABLE}, Words{"report", "/nowhere/x\ny.slab"},
        Words{"export", "/nowhere/x.slab", "--format", "jsonl"}, Words{"export", "x", "--format", "pprof"}}) {
    const tests::Ran ran = tests::slabscope(arguments);
    EXPECT_EQ(ran.status, 2) << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_TRUE(tests::isOneErrorLine(ran.err)) << ran.err;
  }
}

TEST(Program, HelpsWithEveryCommandButTheHiddenOne) {
  const tests::Ran all = tests::slabscope({"--help"});
  EXPECT_EQ(all.status, 0);
  for (const std::string command :
       {"record", "info", "export", "report", "slabs", "explain", "diff", "view", "ctl", "anonymize"}) {
    EXPECT_NE(all.out.find("  " + command), std::string::npos);
    const tests::Ran one = tests::slabscope({command, "--help"});
    EXPECT_EQ(one.status, 0);
    EXPECT_NE(one.out.find("Usage: slabscope " + command + " "), std::string::npos) << one.out;
  }
  EXPECT_EQ(all.out.find("serve"), std::string::npos);
}

TEST(Program, TellsItsVersionAndThatOfTheRecordings) {
  const tests::Ran ran = tests::slabscope({"--version"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.out, versionText() + "\n");
  EXPECT_NE(ran.out.find(" (recording formats 1 to 2, shared memory "), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace slabscope::cli
