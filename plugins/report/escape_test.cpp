#include "escape.hpp"

#include <gmock/gmock.h>

namespace weir::report {
namespace {

TEST(EscapeHtml, KeepsTextText) {
  EXPECT_EQ(escape_html("<b a=\"1\" c='2'>&amp;"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;");
  EXPECT_EQ(escape_html("caf\xC3\xA9 \xF0\x9F\x98\x80"), "caf\xC3\xA9 \xF0\x9F\x98\x80");
}

TEST(EscapeHtml, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(escape_html("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(escape_html("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // An overlong '/'.
  EXPECT_EQ(escape_html("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // A euro sign cut short.
  EXPECT_EQ(escape_html("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // A surrogate.
  EXPECT_EQ(escape_html(std::string_view("a\0b", 3)),
            "a\xEF\xBF\xBD"
            "b");
}

TEST(JsonString, CannotEndTheScriptElementAroundIt) {
  EXPECT_EQ(json_string("</script><!--"), R"("\u003c/script\u003e\u003c!--")");
  EXPECT_EQ(json_string("a\"b\\c\n\t"), R"("a\"b\\c\u000a\u0009")");
  EXPECT_EQ(json_string("\xE2\x80\xA8"), R"("\u2028")");
}

TEST(InlineScript, BreaksUpWhatWouldEndTheElement) {
  EXPECT_EQ(inline_script("a='</script>';b='<!--';c=a</b/;"), "a='<\\/script>';b='<\\!--';c=a<\\/b/;");
}

}  // namespace
}  // namespace weir::report
