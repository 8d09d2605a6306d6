// What the sinks promise where they send: to receivers on this machine that take all, or say nothing. Those
// that fail are deliveries.py's.
#include <weir/test/conformance.hpp>

#include "test_http_receiver.hpp"
#include "test_mail_receiver.hpp"

namespace weir::notify {
namespace {

using test::NodeHarness;
using test::Subject;
using testing::ElementsAre;

constexpr const char* kColumns = "id: int64, sentence: string";
constexpr const char* kRows =
    R"([[1, "a"], [2, "b"], [3, "a"], [null, "d"], [5, "e"], [6, "b & c"], [7, "g"]])";
constexpr const char* kAlive = "GET /alive HTTP/1.1";
constexpr std::chrono::seconds kPatience(10);

Subject webhook(const Receiver& to) {
  return test::sink("webhook", "url: http://" + to.address() + "/hook", kColumns);
}
Subject smtp(const Receiver& to) {
  return test::sink(
      "smtp", "server: smtp://" + to.address() + "\nfrom: weir@example.org\nto: [ops@example.org]\ntls: none",
      kColumns);
}
Subject heartbeat(const Receiver& to) {
  return test::sink("heartbeat", "url: http://" + to.address() + "/alive", kColumns);
}

test::Trial trial_with(Receiver& receiver, std::vector<test::BadOptions> bad_options = {}) {
  return {.rows = kRows, .bad_options = std::move(bad_options), .may_repeat = true, .received = [&receiver] {
            return receiver.take();
          }};
}

void run_to_its_end(NodeHarness& node) {
  node.end();
  while (node.state() == NodeHarness::State::kWaiting && node.wait_for_others(kPatience)) node.run();
  EXPECT_TRUE(node.is_complete()) << node.fault();
}

TEST(Webhook, KeepsThePromisesOfEveryComponent) {
  Receiver receiver(&answer_http);
  expect_conforms(webhook(receiver), trial_with(receiver, {{"timeout: 1s", "url: is needed"},
                                                           {"url: ops.example", "url: must begin with"}}));
}

TEST(Webhook, PostsRowsInTheirOrder) {
  Receiver receiver(&answer_http);
  NodeHarness node(webhook(receiver));
  node.push(R"([[2, "b"], [1, "a"]])");
  node.push(R"([[3, "c"]])");
  run_to_its_end(node);
  EXPECT_THAT(receiver.take(), ElementsAre(R"({"id":2,"sentence":"b"})", R"({"id":1,"sentence":"a"})",
                                           R"({"id":3,"sentence":"c"})"));
}

TEST(Webhook, TakesNoRowBeforeItIsAnswered) {
  Receiver silent(&say_nothing);
  NodeHarness node(webhook(silent));
  node.push(R"([[1, "a"]])");
  EXPECT_FALSE(node.checkpoint());
  EXPECT_EQ(node.state(), NodeHarness::State::kWaiting);
}

TEST(Webhook, SaysWhichCertificatesItCannotRead) {
  Receiver receiver(&answer_http);
  for (test::Subject subject : {webhook(receiver), smtp(receiver), heartbeat(receiver)}) {
    subject.options += "\nca_file: no/such.pem";
    NodeHarness node(subject);
    node.run();
    EXPECT_THAT(node.fault(),
                testing::HasSubstr("ca_file: cannot read 'no/such.pem': No such file or directory"))
        << subject.name;
  }
}

TEST(Webhook, EndsSoonWhileItsReceiverSaysNothing) {
  Receiver silent(&say_nothing);
  expect_cancel_returns_soon(webhook(silent), trial_with(silent));
}

TEST(Smtp, KeepsThePromisesOfEveryComponent) {
  Receiver receiver(&answer_smtp);
  const std::string people = "\nfrom: weir@example.org\nto: [ops@example.org]";
  expect_conforms(smtp(receiver),
                  trial_with(receiver, {{"server: mail.example" + people, "server: must begin with"},
                                        {"server: smtp://a\nfrom: weir\nto: [a@b]", "from: 'weir'"}}));
}

TEST(Smtp, EndsSoonWhileItsServerSaysNothing) {
  Receiver silent(&say_nothing);
  expect_cancel_returns_soon(smtp(silent), trial_with(silent));
}

TEST(Smtp, WaitsForNoFarewell) {
  Receiver server(&take_one_mail);
  NodeHarness node(smtp(server));
  node.push(R"([[1, "a"]])");
  run_to_its_end(node);
  EXPECT_EQ(server.take().size(), 1U);
}  // Where it waited, the end of the node would take minutes.

// What is compared: that the monitor was asked, and that nothing is held up for it. How often depends on time
// and on restarts.
TEST(Heartbeat, KeepsThePromisesOfEveryComponent) {
  Receiver monitor(&answer_http);
  expect_conforms(heartbeat(monitor), trial_with(monitor, {{"url: hc.example", "url: must begin with"},
                                                           {"url: http://a\nevery: 1ms", "every"}}));
}

TEST(Heartbeat, AsksOnceInItsTimeHoweverManyRowsCome) {
  Receiver monitor(&answer_http);
  NodeHarness node(heartbeat(monitor));
  node.push(R"([[1, "a"], [2, "b"]])");
  ASSERT_TRUE(node.wait_for_others(kPatience));
  node.push(R"([[3, "c"]])");
  EXPECT_THAT(monitor.take(), ElementsAre(kAlive));
  node.advance(std::chrono::minutes(1));
  node.push(R"([[4, "d"]])");
  run_to_its_end(node);
  EXPECT_THAT(monitor.take(), ElementsAre(kAlive));
}

TEST(Heartbeat, HoldsUpNoRowWhileItsMonitorSaysNothing) {
  Receiver silent(&say_nothing);
  NodeHarness node(heartbeat(silent));
  node.push(R"([[1, "a"]])");
  EXPECT_TRUE(node.checkpoint());
}

TEST(Heartbeat, HoldsUpTheEndForItsTimeoutAtMost) {
  Receiver silent(&say_nothing);
  Subject subject = heartbeat(silent);
  subject.options += "\ntimeout: 50ms";
  NodeHarness node(subject);
  node.push(R"([[1, "a"]])");
  run_to_its_end(node);
}

TEST(Heartbeat, EndsSoonWhileItsMonitorSaysNothing) {
  Receiver silent(&say_nothing);
  expect_cancel_returns_soon(heartbeat(silent), trial_with(silent));
}

}  // namespace
}  // namespace weir::notify
