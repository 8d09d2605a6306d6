#include "world/endpoint.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Endpoint, IsReadAndWrittenAsAUrl) {
  for (const char* const url : {"tcp://127.0.0.1:9000", "udp://0.0.0.0:514", "tcp://[::1]:1",
                                "tcp://name.example:80", "unix:///run/x.sock", "unixgram:///run/x.sock"}) {
    const auto parsed = Endpoint::parse(url);
    ASSERT_TRUE(parsed.is_ok()) << parsed.status().message();
    EXPECT_EQ(parsed->to_url(), url);
  }
}

TEST(Endpoint, WithoutAHostIsThisMachineAlone) {
  EXPECT_EQ(Endpoint::parse("tcp://:9000")->to_url(), "tcp://127.0.0.1:9000");
}

TEST(Endpoint, EveryMistakeIsNamed) {
  const auto fault_of = [](std::string_view url) {
    return std::string(Endpoint::parse(url).status().message());
  };
  EXPECT_EQ(
      fault_of("127.0.0.1:9000"),
      "'127.0.0.1:9000' is no address of a socket: write tcp://HOST:PORT, udp://HOST:PORT, unix:///PATH or "
      "unixgram:///PATH");
  EXPECT_EQ(fault_of("http://x:80"),
            "'http://x:80' begins with 'http', and a socket is tcp, udp, unix or unixgram");
  EXPECT_EQ(fault_of("tcp://localhost"), "'tcp://localhost' names no port: add one, as in tcp://HOST:9000");
  EXPECT_EQ(fault_of("tcp://::1:9000"),
            "'tcp://::1:9000' has several ':': an IPv6 address stands in brackets, as in tcp://[::1]:9000");
  EXPECT_EQ(fault_of("tcp://[::1"), "'tcp://[::1' has a '[' without its ']'");
  EXPECT_EQ(fault_of("tcp://[::1]"), "'tcp://[::1]' names no port: add one, as in tcp://[::1]:9000");
  EXPECT_EQ(fault_of("tcp://h:70000"),
            "'tcp://h:70000' has the port '70000': a port is a number from 0 to 65535");
  EXPECT_EQ(fault_of("tcp://h/p:1"),
            "'tcp://h/p:1' has more than a host and a port, as in tcp://127.0.0.1:9000");
  EXPECT_EQ(fault_of("unix://run/x.sock"),
            "'unix://run/x.sock' names no absolute path: write unix:///run/name.sock, with three slashes");
  EXPECT_EQ(
      fault_of("unix:///" + std::string(120, 'x')),
      "'unix:///" + std::string(120, 'x') + "' has a path of 121 bytes: a socket's path has at most 107");
}

}  // namespace
}  // namespace weir
