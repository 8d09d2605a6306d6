#include "world/real_network.hpp"

#include <string>

#include <gtest/gtest.h>

namespace weir {
namespace {

using Outcome = Transfer::Outcome;

class RealNetworkTest : public ::testing::Test {
 protected:
  void wait_for(const Waitable& waitable, Interest::In in) {
    const Interest interest{&waitable, in};
    ASSERT_EQ(network_.wait({&interest, 1}, 10'000).value(), std::vector<size_t>{0});
  }
  RealNetwork network_;
};

TEST_F(RealNetworkTest, CarriesBytesBothWaysWithoutBlocking) {
  auto listener = network_.listen("127.0.0.1", 0).value();
  EXPECT_EQ(listener->accept().value(), nullptr);
  auto caller = network_.connect("127.0.0.1", listener->port()).value();
  wait_for(*listener, Interest::In::kReading);
  auto called = listener->accept().value();
  ASSERT_NE(called, nullptr);

  std::string into(16, '.');
  EXPECT_EQ(called->read(into.data(), into.size()).value(), Transfer{});
  wait_for(*caller, Interest::In::kWriting);
  EXPECT_EQ(caller->write("ping", 4).value(), (Transfer{Outcome::kDone, 4}));
  wait_for(*called, Interest::In::kReading);
  EXPECT_EQ(called->read(into.data(), into.size()).value(), (Transfer{Outcome::kDone, 4}));
  EXPECT_EQ(into.substr(0, 5), "ping.");

  ASSERT_TRUE(caller->finish_writing().is_ok());
  wait_for(*called, Interest::In::kReading);
  EXPECT_EQ(called->read(into.data(), into.size()).value(), (Transfer{Outcome::kClosed, 0}));
  EXPECT_EQ(called->write("pong", 4).value(), (Transfer{Outcome::kDone, 4}));
  wait_for(*caller, Interest::In::kReading);
  EXPECT_EQ(caller->read(into.data(), into.size()).value(), (Transfer{Outcome::kDone, 4}));
}

TEST_F(RealNetworkTest, AFullPipeSaysSoInsteadOfBlocking) {
  auto listener = network_.listen("127.0.0.1", 0).value();
  auto caller = network_.connect("127.0.0.1", listener->port()).value();
  wait_for(*caller, Interest::In::kWriting);
  const std::string block(1 << 16, 'x');
  Transfer last{Outcome::kDone, 0};
  for (int i = 0; i < 10'000 && last.outcome == Outcome::kDone; ++i) {
    last = caller->write(block.data(), block.size()).value();
  }
  EXPECT_EQ(last.outcome, Outcome::kWouldBlock);
}

TEST_F(RealNetworkTest, NobodyListeningIsAFaultThatNamesTheAddress) {
  const uint16_t port = network_.listen("127.0.0.1", 0).value()->port();
  auto caller = network_.connect("127.0.0.1", port);
  Status fault = caller.status();
  if (caller.is_ok()) {
    wait_for(**caller, Interest::In::kReading);
    char byte = 0;
    fault = (*caller)->read(&byte, 1).status();
    EXPECT_EQ(fault.message(),
              "cannot receive from '127.0.0.1:" + std::to_string(port) + "': Connection refused");
  }
  EXPECT_EQ(fault.code(), Code::kUnavailable);
}

TEST_F(RealNetworkTest, ATakenPortIsAFault) {
  auto listener = network_.listen("127.0.0.1", 0).value();
  EXPECT_EQ(network_.listen("127.0.0.1", listener->port()).status().message(),
            "cannot listen on '127.0.0.1:" + std::to_string(listener->port()) + "': Address already in use");
}

TEST_F(RealNetworkTest, NamesAreNotAddresses) {
  EXPECT_EQ(network_.connect("localhost", 1).status().message(),
            "'localhost' is not a numeric network address, such as 127.0.0.1 or ::1");
}

TEST_F(RealNetworkTest, WaitingForNothingReturnsAfterTheTimeout) {
  auto listener = network_.listen("127.0.0.1", 0).value();
  const Interest interest{listener.get(), Interest::In::kReading};
  EXPECT_TRUE(network_.wait({&interest, 1}, 0).value().empty());
}

}  // namespace
}  // namespace weir
