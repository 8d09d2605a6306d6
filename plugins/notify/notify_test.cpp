// What options must be like. That letters arrive is tried in sending_test.cpp, and with receivers that fail
// in deliveries.py.
#include <weir/test/node_harness.hpp>

namespace weir::test {
namespace {

using testing::HasSubstr;

constexpr const char* kNotices = "incident: string, state: string, sentence: string";

std::string fault(const std::string& name, const std::string& options,
                  const std::string& columns = kNotices) {
  return NodeHarness(sink(name, options, columns)).fault();
}

TEST(Webhook, SaysWhatItNeeds) {
  EXPECT_THAT(fault("webhook", "timeout: 1s"), HasSubstr("url: is needed"));
  EXPECT_THAT(fault("webhook", "url: ops.example"), HasSubstr("url: must begin with http:// or https://"));
  EXPECT_THAT(fault("webhook", "url: http://a\nshape: slack", "x: int64"), HasSubstr("text: is needed"));
  EXPECT_THAT(fault("webhook", "shape: pagerduty\ntext: x", "x: string"),
              HasSubstr("shape: pagerduty needs the columns 'incident' and 'state'"));
  EXPECT_THAT(fault("webhook", "shape: pagerduty"), HasSubstr("routing_key: is needed for PagerDuty"));
  EXPECT_THAT(fault("webhook", "url: http://a\nheaders: {X: \"a\\nb\"}"),
              HasSubstr("headers: 'X' holds a line break"));
}

TEST(Smtp, SaysWhatItNeeds) {
  const std::string people = "\nfrom: weir@example.org\nto: [ops@example.org]";
  EXPECT_THAT(fault("smtp", "server: mail.example" + people),
              HasSubstr("server: must begin with smtp:// or smtps://"));
  EXPECT_THAT(fault("smtp", "server: smtp://a\nfrom: weir\nto: [a@b]"),
              HasSubstr("from: 'weir' is no mail address"));
  EXPECT_THAT(fault("smtp", "server: smtp://a\nfrom: a@b\nto: []"),
              HasSubstr("to: at least one address is needed"));
  EXPECT_THAT(fault("smtp", "server: smtp://a\nfrom: a@b\nto: [\"a@b\\r\\nBcc: c@d\"]"),
              HasSubstr("is no mail address"));
  EXPECT_THAT(fault("smtp", "server: smtp://a" + people, "x: int64"), HasSubstr("text: is needed"));
}

TEST(Heartbeat, SaysWhatItNeeds) {
  EXPECT_THAT(fault("heartbeat", "url: hc.example"), HasSubstr("url: must begin with http:// or https://"));
  EXPECT_THAT(fault("heartbeat", "url: http://a\nevery: 1ms"), HasSubstr("every"));
}

}  // namespace
}  // namespace weir::test
