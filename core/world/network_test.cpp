// What both networks promise, and what only the machine's own can do.
#include "world/network.hpp"

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "world/real_network.hpp"
#include "world/sim_network.hpp"

namespace weir {
namespace {

using Outcome = Transfer::Outcome;

Endpoint at(std::string_view url) { return Endpoint::parse(url).value(); }

std::string socket_path() { return ::testing::TempDir() + "weir-network-test-" + std::to_string(::getpid()); }

/// Something that is said from another thread.
class Bell {
 public:
  std::function<void()> ring() {
    return [this] {
      {
        const std::lock_guard lock(mutex_);
        ++rung_;
      }
      changed_.notify_all();
    };
  }
  void wait_for(int times) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return rung_ >= times; });
  }
  int rung() {
    const std::lock_guard lock(mutex_);
    return rung_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int rung_ = 0;
};

template <class Net>
class NetworkTest : public ::testing::Test {
 protected:
  void wait_for(const Waitable& waitable, Interest::In in) {
    const Interest interest{&waitable, in};
    ASSERT_EQ(network_.wait({&interest, 1}, 10'000).value(), std::vector<size_t>{0});
  }
  std::unique_ptr<Connection> accepted(Listener& listener) {
    wait_for(listener, Interest::In::kReading);
    return listener.accept().value();
  }
  std::string read(Connection& from) {
    wait_for(from, Interest::In::kReading);
    std::string into(64, '.');
    into.resize(from.read(into.data(), into.size()).value().bytes);
    return into;
  }
  Net network_;
};

using Both = ::testing::Types<RealNetwork, SimNetwork>;
TYPED_TEST_SUITE(NetworkTest, Both);

TYPED_TEST(NetworkTest, AStreamCarriesBytesBothWaysWithoutBlocking) {
  for (const std::string& url : {std::string("tcp://127.0.0.1:0"), "unix://" + socket_path()}) {
    auto listener = this->network_.listen(at(url)).value();
    EXPECT_EQ(listener->accept().value(), nullptr);
    auto caller = this->network_.connect(listener->endpoint()).value();
    auto called = this->accepted(*listener);
    ASSERT_NE(called, nullptr);

    char byte = 0;
    EXPECT_EQ(called->read(&byte, 1).value(), Transfer{});
    this->wait_for(*caller, Interest::In::kWriting);
    EXPECT_EQ(caller->write("ping", 4).value(), (Transfer{Outcome::kDone, 4}));
    EXPECT_EQ(this->read(*called), "ping");

    ASSERT_TRUE(caller->finish_writing().is_ok());
    this->wait_for(*called, Interest::In::kReading);
    EXPECT_EQ(called->read(&byte, 1).value(), (Transfer{Outcome::kClosed, 0}));
    EXPECT_EQ(called->write("pong", 4).value(), (Transfer{Outcome::kDone, 4}));
    EXPECT_EQ(this->read(*caller), "pong");
  }
}

TYPED_TEST(NetworkTest, ADatagramIsReadAsItWasSentAndALongOneIsCut) {
  for (const std::string& url : {std::string("udp://127.0.0.1:0"), "unixgram://" + socket_path()}) {
    auto bound = this->network_.bind(at(url)).value();
    auto caller = this->network_.connect(at(bound->name())).value();
    for (const std::string_view sent : {"one", "", "three", "a long one"})
      EXPECT_EQ(caller->write(sent.data(), sent.size()).value(), (Transfer{Outcome::kDone, sent.size()}));
    EXPECT_EQ(this->read(*bound), "one");
    EXPECT_EQ(this->read(*bound), "");
    EXPECT_EQ(this->read(*bound), "three");
    char first[6] = {};
    EXPECT_EQ(bound->read(first, 5).value(), (Transfer{Outcome::kDone, 10}));
    EXPECT_STREQ(first, "a lon");
    EXPECT_EQ(bound->read(first, 5).value(), Transfer{});
  }
}

TYPED_TEST(NetworkTest, AFullPipeSaysSoAndTellsWhenThereIsRoom) {
  auto listener = this->network_.listen(at("tcp://127.0.0.1:0")).value();
  auto caller = this->network_.connect(listener->endpoint()).value();
  auto called = this->accepted(*listener);
  this->wait_for(*caller, Interest::In::kWriting);
  std::string block(1 << 16, 'x');
  Transfer last{Outcome::kDone, 0};
  for (int i = 0; i < 10'000 && last.outcome == Outcome::kDone; ++i)
    last = caller->write(block.data(), block.size()).value();
  EXPECT_EQ(last.outcome, Outcome::kWouldBlock);

  Bell bell;
  caller->when_ready(true, bell.ring());
  while (bell.rung() == 0) static_cast<void>(called->read(block.data(), block.size()).value());
  EXPECT_EQ(caller->write("y", 1).value().outcome, Outcome::kDone);
}

TYPED_TEST(NetworkTest, WhoWaitsIsToldOnce) {
  auto listener = this->network_.listen(at("tcp://127.0.0.1:0")).value();
  Bell callers;
  listener->when_ready(false, callers.ring());
  EXPECT_EQ(callers.rung(), 0);
  auto caller = this->network_.connect(listener->endpoint()).value();
  callers.wait_for(1);
  auto called = listener->accept().value();
  ASSERT_NE(called, nullptr);

  Bell bytes;
  called->when_ready(false, bytes.ring());
  this->wait_for(*caller, Interest::In::kWriting);
  static_cast<void>(caller->write("a", 1).value());
  bytes.wait_for(1);
  static_cast<void>(caller->write("b", 1).value());
  called->when_ready(false, bytes.ring());  // At once: there is something to read.
  bytes.wait_for(2);
  caller.reset();
  std::string into(64, '.');
  while (called->read(into.data(), into.size()).value().outcome != Outcome::kClosed)
    this->wait_for(*called, Interest::In::kReading);
  called->forget();
  EXPECT_EQ(bytes.rung(), 2);
  EXPECT_EQ(callers.rung(), 1);
}

TYPED_TEST(NetworkTest, NobodyListeningIsAFaultThatNamesTheAddress) {
  const Endpoint nobody = this->network_.listen(at("tcp://127.0.0.1:0")).value()->endpoint();
  auto caller = this->network_.connect(nobody);
  Status fault = caller.status();
  if (caller.is_ok()) {
    this->wait_for(**caller, Interest::In::kReading);
    char byte = 0;
    fault = (*caller)->read(&byte, 1).status();
  }
  EXPECT_EQ(fault.code(), Code::kUnavailable);
  EXPECT_NE(fault.message().find(nobody.to_url() + "': Connection refused"), std::string::npos)
      << fault.message();
}

TYPED_TEST(NetworkTest, ATakenAddressIsAFault) {
  for (const std::string& url : {std::string("tcp://127.0.0.1:0"), "unix://" + socket_path()}) {
    auto listener = this->network_.listen(at(url)).value();
    const Status taken = this->network_.listen(listener->endpoint()).status();
    EXPECT_EQ(taken.code(), Code::kUnavailable);
    EXPECT_EQ(std::string(taken.message()).substr(0, std::string(taken.message()).find(" already in use")),
              "cannot listen on '" + listener->endpoint().to_url() + "': Address");
    listener.reset();
    EXPECT_TRUE(this->network_.listen(at(url)).is_ok());
  }
}

class RealNetworkTest : public NetworkTest<RealNetwork> {};

TEST_F(RealNetworkTest, FaultsSayWhatToTry) {
  EXPECT_EQ(
      network_.listen(at("tcp://192.0.2.1:9000")).status().message(),
      "cannot listen on 'tcp://192.0.2.1:9000': Cannot assign requested address: this machine has no such "
      "address; 127.0.0.1 is itself alone, 0.0.0.0 every address it has");
  EXPECT_EQ(
      network_.listen(at("unix:///there/is/no/such/directory/x.sock")).status().message(),
      "cannot listen on 'unix:///there/is/no/such/directory/x.sock': No such file or directory: there is no "
      "such directory");
  const auto listener = network_.listen(at("tcp://127.0.0.1:0")).value();
  const std::string url = listener->endpoint().to_url();
  EXPECT_EQ(
      network_.listen(at(url)).status().message(),
      "cannot listen on '" + url +
          "': Address already in use: somebody listens there already; stop it (ss -lnp names it) or choose "
          "another address");
}

TEST_F(RealNetworkTest, ASocketThatADeadProcessLeftIsReplacedAndAFileIsNot) {
  const std::string path = socket_path();
  {
    std::ofstream(path) << "a file";
  }
  EXPECT_EQ(network_.listen(at("unix://" + path)).status().message(),
            "cannot listen on 'unix://" + path + "': a file that is no socket has that name");
  ASSERT_EQ(::unlink(path.c_str()), 0);
  {
    // Bound, never removed: as after a kill.
    const auto bound = network_.listen(at("unix://" + path)).value();
    ASSERT_EQ(::link(path.c_str(), (path + ".kept").c_str()), 0);
  }
  ASSERT_EQ(::rename((path + ".kept").c_str(), path.c_str()), 0);
  EXPECT_TRUE(network_.listen(at("unix://" + path)).is_ok());
}

TEST_F(RealNetworkTest, ANameIsLookedUpWithoutWaitingForIt) {
  auto listener = network_.listen(at("tcp://localhost:0")).value();
  auto caller = network_.connect(listener->endpoint()).value();
  Bell bell;
  caller->when_ready(true, bell.ring());
  bell.wait_for(1);
  while (caller->write("x", 1).value().outcome == Outcome::kWouldBlock)
    wait_for(*caller, Interest::In::kWriting);
  EXPECT_EQ(read(*accepted(*listener)), "x");
}

TEST_F(RealNetworkTest, ANameThatIsNoneIsAFaultAtTheFirstWrite) {
  auto caller = network_.connect(at("tcp://no-such-name.invalid:1")).value();
  Bell bell;
  caller->when_ready(true, bell.ring());
  bell.wait_for(1);
  const Status fault = caller->write("x", 1).status();
  EXPECT_FALSE(fault.is_ok());
  EXPECT_EQ(std::string(fault.message())
                .find("cannot look up 'no-such-name.invalid' of 'tcp://no-such-name.invalid:1'"),
            0U)
      << fault.message();
}

TEST_F(RealNetworkTest, WaitingForNothingReturnsAfterTheTimeout) {
  auto listener = network_.listen(at("tcp://127.0.0.1:0")).value();
  const Interest interest{listener.get(), Interest::In::kReading};
  EXPECT_TRUE(network_.wait({&interest, 1}, 0).value().empty());
}

}  // namespace
}  // namespace weir
