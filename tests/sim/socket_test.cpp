// Pipelines that listen and call, on sockets in memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "in_process/pipeline_run.hpp"
#include "sim/scripted_executor.hpp"
#include "sim/sim_world.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::socket_test {
namespace {

using Outcome = Transfer::Outcome;

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream from(text);
  for (std::string line; std::getline(from, line);) lines.push_back(line);
  std::ranges::sort(lines);
  return lines;
}

/// Steps of somebody outside, each until it answers that it is through; the run is told to stop after the
/// last.
struct Scene {
  std::string directory;
  std::string yaml;
  std::vector<std::function<bool()>> steps;

  std::string output() const {
    auto read = read_all(sim().disk, directory + "/out.csv");
    return read.is_ok() ? *read : std::string();
  }
  std::function<bool()> until_output_holds(const std::string& text) {
    return [this, text] { return output().find(text) != std::string::npos; };
  }

  RunOutcome play(uint64_t seed) {
    EXPECT_TRUE(make_dirs(sim().disk, directory).is_ok());
    RunControl control;
    size_t step = 0;
    int waits = 0;
    ScriptedExecutor executor(seed, sim().clock, [&] {
      if (++waits > 100'000) {
        if (control.stop_requests() < 2) control.request_stop();
        ADD_FAILURE() << "step " << step << " never ended; the output is " << output();
      } else if (step < steps.size()) {
        if (steps[step]()) ++step;
      } else if (control.stop_requests() == 0) {
        control.request_stop();
      }
    });
    const PipelineRun run{.yaml = yaml, .directory = directory, .threads = 2, .control = &control};
    return run_in_process(run, sim().host, sim().catalog, executor);
  }
};

std::string listening(const std::string& listen, const std::string& more = {}) {
  return "weir: 1\nname: listening\ncheckpoint: {every: 1ms}\nsources:\n  in: {type: socket, listen: \"" +
         listen + "\"" + more + ", format: {type: ndjson, columns: {who: string, n: int64}}}\n" +
         "sinks:\n  out: {type: file, inputs: in, path: out.csv, format: csv}\n" +
         "  bad: {type: file, inputs: in.errors, path: bad.csv, format: csv, columns: [code]}\n";
}

void send(Connection& to, const std::string& text) {
  ASSERT_EQ(to.write(text.data(), text.size()).value(), (Transfer{Outcome::kDone, text.size()}));
}

TEST(SocketSource, LinesOfEveryConnectionComeAtOnceAndWhole) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    Scene scene{
        "socket/lines" + std::to_string(seed), listening("tcp://127.0.0.1:9000", ", max_connections: 2"), {}};
    const Endpoint at = Endpoint::parse("tcp://127.0.0.1:9000").value();
    std::unique_ptr<Connection> a;
    std::unique_ptr<Connection> b;
    std::unique_ptr<Connection> c;
    scene.steps = {
        [&] {
          a = sim().network.connect(at).value();
          b = sim().network.connect(at).value();
          c = sim().network.connect(at).value();  // There are two places: it waits.
          send(*a, R"({"who":"a","n":1})"
                   "\n"
                   R"({"who":"a",)");
          send(*b, R"({"who":"b","n":1})"
                   "\n");
          send(*c, R"({"who":"c","n":1})"
                   "\n");
          return true;
        },
        scene.until_output_holds("a,1\n"),
        scene.until_output_holds("b,1\n"),
        [&] {
          EXPECT_EQ(scene.output().find("c,1"), std::string::npos);
          send(*a, R"("n":2})"
                   "\n");
          return true;
        },
        scene.until_output_holds("a,2\n"),
        [&] {
          send(*a, R"({"who":"a","n":3})");  // Its end ends the line.
          a.reset();
          return true;
        },
        scene.until_output_holds("a,3\n"),
        scene.until_output_holds("c,1\n"),
        [&] {
          b.reset();
          c.reset();
          a = sim().network.connect(at).value();
          send(*a, R"({"who":"d","n":1})"
                   "\n"
                   "nothing\n");
          return true;
        },
        scene.until_output_holds("d,1\n"),
    };
    const RunOutcome outcome = scene.play(seed);
    EXPECT_EQ(outcome.end, RunResult::kStopped) << outcome.status.message();
    EXPECT_EQ(sorted_lines(scene.output()),
              (std::vector<std::string>{"a,1", "a,2", "a,3", "b,1", "c,1", "d,1", "who,n"}));
    EXPECT_EQ(sorted_lines(read_all(sim().disk, scene.directory + "/bad.csv").value()).size(), 2U);
  }
}

TEST(SocketSource, EachDatagramHoldsWholeRecords) {
  Scene scene{"socket/datagrams", listening("udp://127.0.0.1:9000"), {}};
  std::unique_ptr<Connection> a;
  scene.steps = {
      [&] {
        a = sim().network.connect(Endpoint::parse("udp://127.0.0.1:9000").value()).value();
        send(*a, R"({"who":"a","n":1})");
        send(*a, R"({"who":"a","n":)");  // Never to be completed by the next.
        send(*a, R"({"who":"a","n":2})"
                 "\n"
                 R"({"who":"a","n":3})");
        return true;
      },
      scene.until_output_holds("a,3\n"),
  };
  const RunOutcome outcome = scene.play(1);
  EXPECT_EQ(outcome.end, RunResult::kStopped) << outcome.status.message();
  EXPECT_EQ(sorted_lines(scene.output()), (std::vector<std::string>{"a,1", "a,2", "a,3", "who,n"}));
  EXPECT_EQ(sorted_lines(read_all(sim().disk, scene.directory + "/bad.csv").value()).size(), 2U);
}

TEST(SocketSource, ARecordThatIsTooLongIsOneErrorAndTheNextIsRead) {
  Scene scene{"socket/long", listening("tcp://127.0.0.1:9000", ", max_record_bytes: 100KiB"), {}};
  std::unique_ptr<Connection> a;
  size_t left = 1'000'000;
  scene.steps = {
      [&] {
        a = sim().network.connect(Endpoint::parse("tcp://127.0.0.1:9000").value()).value();
        send(*a, R"({"who":"a","n":1})"
                 "\n"
                 R"({"who":")");
        return true;
      },
      [&] {
        const std::string block(std::min<size_t>(left, 10'000), 'x');
        left -= a->write(block.data(), block.size()).value().bytes;
        return left == 0;
      },
      [&] {
        const std::string rest = R"(","n":2})"
                                 "\n"
                                 R"({"who":"a","n":3})"
                                 "\n";
        return a->write(rest.data(), rest.size()).value().bytes == rest.size();
      },
      scene.until_output_holds("a,3\n"),
  };
  const RunOutcome outcome = scene.play(1);
  EXPECT_EQ(outcome.end, RunResult::kStopped) << outcome.status.message();
  EXPECT_EQ(sorted_lines(scene.output()), (std::vector<std::string>{"a,1", "a,3", "who,n"}));
  EXPECT_EQ(read_all(sim().disk, scene.directory + "/bad.csv").value(), "code\nrecord-too-long\n");
}

constexpr int kSent = 100'000;

std::string sending() {
  return "weir: 1\nname: sending\nsources:\n  in: {type: file, path: in.csv, chunk: 4KiB, format: {type: "
         "csv, columns: "
         "{n: int64}}}\nsinks:\n  out: {type: socket, inputs: in, address: \"tcp://127.0.0.1:9000\", format: "
         "csv}\n";
}

std::string numbers() {
  std::string text = "n\n";
  for (int i = 0; i < kSent; ++i) text += std::to_string(i) + "\n";
  return text;
}

TEST(SocketSink, WaitsForASlowReceiverAndSendsAgainWhenTheConnectionBreaks) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    Scene scene{"socket/sending" + std::to_string(seed), sending(), {}};
    ASSERT_TRUE(make_dirs(sim().disk, scene.directory).is_ok());
    ASSERT_TRUE(
        write_atomic(sim().disk, sim().faults, "test.input", scene.directory + "/in.csv", numbers(), 0644)
            .is_ok());
    auto listener = sim().network.listen(Endpoint::parse("tcp://127.0.0.1:9000").value()).value();
    std::vector<std::string> received;  // By connection.
    std::unique_ptr<Connection> caller;
    int breaks = 0;
    scene.steps = {[&] {
      if (!caller) {
        caller = listener->accept().value();
        if (caller) received.emplace_back();
        return false;
      }
      std::string into(1000, '.');
      const Transfer got = caller->read(into.data(), into.size()).value();
      received.back() += into.substr(0, got.outcome == Outcome::kDone ? got.bytes : 0);
      if (breaks < 2 && received.back().size() > 20'000) {
        ++breaks;
        caller.reset();
      }
      return got.outcome == Outcome::kClosed;
    }};
    const RunOutcome outcome = scene.play(seed);
    EXPECT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
    while (caller) {
      std::string into(1000, '.');
      const Transfer got = caller->read(into.data(), into.size()).value();
      if (got.outcome != Outcome::kDone) break;
      received.back() += into.substr(0, got.bytes);
    }
    ASSERT_EQ(received.size(), 3U);
    std::vector<bool> came(kSent);
    for (const std::string& text : received) {
      EXPECT_EQ(text.substr(0, 2), "n\n");  // Each connection begins with the header.
      std::istringstream from(text.substr(2, text.rfind('\n') - 1));
      for (int n = 0; from >> n;) came[static_cast<size_t>(n)] = true;
    }
    // What the broken connections had taken and nobody read is lost, twice a pipe at most: of the last one,
    // all came.
    EXPECT_EQ(received.back().substr(received.back().size() - 6), "99999\n");
    EXPECT_GT(std::ranges::count(came, true), kSent * 7 / 10);
  }
}

TEST(SocketSink, SendsEachRowAsADatagram) {
  Scene scene{
      "socket/rows",
      "weir: 1\nname: rows\nsources:\n  in: {type: file, path: in.csv, format: {type: csv, columns: {n: "
      "int64}}}\n"
      "sinks:\n  out: {type: socket, inputs: in, address: \"udp://127.0.0.1:9001\", format: ndjson}\n",
      {}};
  ASSERT_TRUE(make_dirs(sim().disk, scene.directory).is_ok());
  ASSERT_TRUE(
      write_atomic(sim().disk, sim().faults, "test.input", scene.directory + "/in.csv", "n\n1\n2\n3\n", 0644)
          .is_ok());
  auto bound = sim().network.bind(Endpoint::parse("udp://127.0.0.1:9001").value()).value();
  EXPECT_EQ(scene.play(1).end, RunResult::kComplete);
  for (const std::string row : {"{\"n\":1}\n", "{\"n\":2}\n", "{\"n\":3}\n"}) {
    std::string into(100, '.');
    const Transfer got = bound->read(into.data(), into.size()).value();
    EXPECT_EQ(into.substr(0, got.bytes), row);
  }
}

TEST(SocketSource, FaultsNameTheAddressAndWhatIsExpected) {
  Scene wrong{"socket/wrong", listening("localhost:9000"), {}};
  EXPECT_NE(std::string(wrong.play(1).status.message())
                .find("'localhost:9000' is no address of a socket: write tcp://HOST:PORT"),
            std::string::npos);
  const auto taken = sim().network.listen(Endpoint::parse("tcp://127.0.0.1:9002").value()).value();
  Scene used{"socket/used", listening("tcp://127.0.0.1:9002"), {}};
  EXPECT_NE(std::string(used.play(1).status.message())
                .find("cannot listen on 'tcp://127.0.0.1:9002': Address already in use"),
            std::string::npos);
}

}  // namespace
}  // namespace weir::simulated::socket_test
