// What the service of a run answers, and that nobody holds it up.
#include "cli/run_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "cli/control_socket.hpp"

namespace weir {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Served {
  int stops = 0;
  int stops_now = 0;
  RunStatus status;
  ServedRun run() {
    status.pipeline = "shop";
    status.run = "r1";
    status.process = 5;
    status.phase = RunPhase::kRunning;
    return {[this] { return status; }, [this] { ++stops; }, [this] { ++stops_now; }};
  }
};

TEST(ServiceAnswers, ALineOfJson) {
  Served served;
  const ServedRun run = served.run();
  bool is_stop = false;
  EXPECT_EQ(answer_control("stop", run, is_stop),
            R"({"ok":false,"error":"expected one line with a JSON object"})");
  EXPECT_EQ(answer_control(R"({"verb":"jump"})", run, is_stop),
            R"({"ok":false,"error":"there is no verb 'jump'; expected status or stop"})");
  EXPECT_EQ(answer_control(R"({"verb":"status"})", run, is_stop), status_json(served.status));
  EXPECT_THAT(answer_control(R"({"verb":"status","as":"text"})", run, is_stop),
              StartsWith(R"({"ok":true,"text":"shop is running as PID 5: run r1)"));
  EXPECT_FALSE(is_stop);
  EXPECT_EQ(answer_control(R"({"verb":"stop"})", run, is_stop), R"({"ok":true,"pid":5,"run":"r1"})");
  EXPECT_TRUE(is_stop);
  EXPECT_EQ(served.stops, 1);
  answer_control(R"({"verb":"stop","now":true})", run, is_stop);
  EXPECT_EQ(served.stops_now, 1);
}

TEST(ServiceAnswers, Http) {
  Served served;
  const ServedRun run = served.run();
  EXPECT_THAT(answer_http("GET /healthz HTTP/1.1\r\nHost: x", run), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer_http("GET /readyz HTTP/1.1", run), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer_http("GET /metrics?x=1 HTTP/1.1", run), HasSubstr("\r\n\r\n# HELP weir_run_info "));
  EXPECT_THAT(answer_http("GET /status HTTP/1.1", run), HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(answer_http("GET / HTTP/1.1", run), StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(answer_http("POST /metrics HTTP/1.1", run), StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT_THAT(answer_http("nonsense", run), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  served.status.disk = {true, "no room"};
  EXPECT_THAT(answer_http("GET /readyz HTTP/1.1", run), StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_THAT(answer_http("GET /readyz HTTP/1.1", run), HasSubstr("\r\n\r\nthe disk is full: no room\n"));
}

class Service : public testing::Test {
 protected:
  // Longer than the address of a socket may be.
  const std::string directory_ =
      testing::TempDir() + "weir-service-" + std::to_string(getpid()) + "/" + std::string(150, 'd');
  Served served_;
  void SetUp() override { std::filesystem::create_directories(directory_); }
  void TearDown() override { std::filesystem::remove_all(directory_); }
};

TEST_F(Service, AnswersOnASocketThatOnlyThisUserMayOpen) {
  const auto service = RunService::start(directory_, "", served_.run());
  ASSERT_TRUE(service.is_ok()) << service.status().message();
  struct stat info{};
  ASSERT_EQ(::stat((directory_ + "/control.sock").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  const auto connection = connect_to_control(directory_);
  ASSERT_TRUE(connection.is_ok());
  EXPECT_EQ(ask_control(connection->get(), R"({"verb":"status"})").value(), status_json(served_.status));
}

TEST_F(Service, AStaleSocketIsReplaced) {
  {
    // As after a SIGKILL: the name is there, and nobody listens.
    const auto dead = listen_for_control(directory_);
    ASSERT_TRUE(dead.is_ok());
  }
  EXPECT_EQ(connect_to_control(directory_).status().code(), Code::kNotFound);
  const auto service = RunService::start(directory_, "", served_.run());
  ASSERT_TRUE(service.is_ok());
  EXPECT_TRUE(connect_to_control(directory_).is_ok());
}

TEST_F(Service, CallersThatSayNothingHoldNobodyUp) {
  const auto service = RunService::start(directory_, "", served_.run());
  std::vector<OwnedDescriptor> silent;
  for (int i = 0; i < 10; ++i) silent.push_back(std::move(connect_to_control(directory_)).value());
  const auto connection = connect_to_control(directory_);
  EXPECT_TRUE(ask_control(connection->get(), R"({"verb":"status"})").is_ok());
}

TEST_F(Service, WhoStoppedItSeesItsEnd) {
  auto service = RunService::start(directory_, "", served_.run());
  const auto connection = connect_to_control(directory_);
  ASSERT_TRUE(ask_control(connection->get(), R"({"verb":"stop"})").is_ok());
  service->reset();
  EXPECT_EQ(ask_control(connection->get(), R"({"verb":"status"})").status().code(), Code::kIo);
}

TEST_F(Service, WordsThatAreNoAddressAreRefused) {
  for (const char* const address : {"x", "1.2.3:80", "127.0.0.1:99999", "example.org:80", "127.0.0.1:"}) {
    const auto service = RunService::start(directory_, address, served_.run());
    EXPECT_EQ(service.status().message(), std::string("--metrics ") + address +
                                              ": expected a port (on loopback) or a numeric address and a "
                                              "port, such as 9100, 127.0.0.1:9100 or "
                                              "[::1]:9100");
  }
}

TEST_F(Service, HttpIsOnLoopbackWhenOnlyAPortIsGiven) {
  const auto service = RunService::start(directory_, "0", served_.run());
  ASSERT_TRUE(service.is_ok());
  EXPECT_THAT((*service)->http_address(), StartsWith("127.0.0.1:"));
}

}  // namespace
}  // namespace weir
