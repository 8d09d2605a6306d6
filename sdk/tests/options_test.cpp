#include "weir/options.hpp"

#include <array>
#include <string_view>

#include <gtest/gtest.h>

namespace {

enum class Order { kAscending, kDescending };

struct Window {
  weir::Duration size{};
  static weir::OptionList<Window> options() {
    return weir::options_of<Window>(weir::required("tumbling", &Window::size, "How long a window is."));
  }
};

struct Options {
  weir::ColumnRef column;
  std::optional<int64_t> limit;
  double share = 0;
  Order order = Order::kAscending;
  weir::NamedList<weir::OneOf<std::string, Window>> named;
  std::vector<std::string> words;
  uint16_t port = 0;
};

weir::OptionList<Options> described() {
  return weir::options_of<Options>(
      weir::required("column", &Options::column, weir::Type::kFloat64, "The column."),
      weir::optional("limit", &Options::limit, "At most so many."),
      weir::optional("share", &Options::share, 0.25, "Which part.", weir::range(0, 1)),
      weir::optional("order", &Options::order, "asc", "Which first.",
                     weir::choices<Order>({{"asc", Order::kAscending}, {"desc", Order::kDescending}})),
      weir::optional("named", &Options::named, "Texts or windows."),
      weir::optional("words", &Options::words, "[a, b]", "Some words.", weir::choices({"a", "b", "c"})),
      weir::required("tcp_port", &Options::port, "A port."));
}

weir_value value_of(weir_option_kind kind) {
  weir_value value{};
  value.struct_size = sizeof(value);
  value.kind = static_cast<uint32_t>(kind);
  value.present = 1;
  return value;
}

TEST(Options, DescriptionFollowsFromTheMembers) {
  const auto list = described();
  const weir::COptions c(list.shapes());
  ASSERT_EQ(c.size(), 7U);
  const weir_option* o = c.data();
  EXPECT_EQ(o[0].type, uint32_t{WEIR_FLOAT64});
  EXPECT_EQ(o[0].flags, uint32_t{WEIR_OPTION_REQUIRED});
  EXPECT_EQ(weir::as_view(o[1].doc), "At most so many.");
  EXPECT_EQ(o[1].flags, 0U);
  EXPECT_EQ(weir::as_view(o[1].default_text), "");
  EXPECT_EQ(weir::as_view(o[2].default_text), "0.25");
  EXPECT_EQ(o[2].max, 1.0);
  EXPECT_EQ(o[3].kind, uint32_t{WEIR_OPTION_CHOICE});
  EXPECT_EQ(weir::as_view(o[3].choices[1]), "desc");
  EXPECT_EQ(weir::as_view(o[3].doc), "Which first.");
  EXPECT_EQ(o[4].kind, uint32_t{WEIR_OPTION_MAP});
  EXPECT_EQ(o[4].children[0].kind, uint32_t{WEIR_OPTION_ONE_OF});
  EXPECT_EQ(weir::as_view(o[4].children[0].children[1].children[0].name), "tumbling");
  EXPECT_EQ(o[5].kind, uint32_t{WEIR_OPTION_LIST});
  EXPECT_EQ(o[5].children[0].choice_count, 3U);
  EXPECT_EQ(o[6].max, 65535.0);
}

TEST(Options, ValuesBecomeMembersAndAbsentOnesKeepWhatTheStructSays) {
  std::vector<weir_value> values(7);
  values[0] = value_of(WEIR_OPTION_COLUMN);
  values[0].integer = 4;
  values[0].text = weir::as_str("price");
  values[3] = value_of(WEIR_OPTION_CHOICE);
  values[3].text = weir::as_str("desc");
  weir_value size = value_of(WEIR_OPTION_DURATION);
  size.integer = 60'000'000;
  std::array<weir_value, 2> shapes = {value_of(WEIR_OPTION_STRING), value_of(WEIR_OPTION_STRUCT)};
  shapes[0].text = weir::as_str("plain");
  shapes[1].variant = 1;
  shapes[1].items = &size;
  shapes[1].item_count = 1;
  const std::array<weir_str, 2> keys = {weir::as_str("first"), weir::as_str("second")};
  values[4] = value_of(WEIR_OPTION_MAP);
  values[4].keys = keys.data();
  values[4].items = shapes.data();
  values[4].item_count = 2;

  Options options;
  std::string where;
  ASSERT_TRUE(described().read(values.data(), values.size(), options, &where).is_ok());
  EXPECT_EQ(options.column.index, 4U);
  EXPECT_EQ(options.column.name, "price");
  EXPECT_EQ(options.limit, std::nullopt);
  EXPECT_EQ(options.order, Order::kDescending);
  ASSERT_EQ(options.named.size(), 2U);
  EXPECT_EQ(std::get<std::string>(options.named[0].second), "plain");
  EXPECT_EQ(options.named[1].first, "second");
  EXPECT_EQ(std::get<Window>(options.named[1].second).size, std::chrono::minutes(1));
}

TEST(Options, AFaultNamesTheOption) {
  std::vector<weir_value> values(7);
  values[6] = value_of(WEIR_OPTION_INT);
  values[6].integer = 70000;
  Options options;
  std::string where;
  const weir::Status status = described().read(values.data(), values.size(), options, &where);
  EXPECT_EQ(status.message(), "the number does not fit");
  EXPECT_EQ(where, "tcp_port");
}

TEST(OptionName, KnowsWhatTheLanguageKeeps) {
  static_assert(weir::is_reserved_option("inputs"));
  static_assert(weir::is_reserved_option("retry"));
  static_assert(weir::is_reserved_option("max_errors"));
  // A name more would refuse libraries that were built when it was free.
  constexpr std::array<std::string_view, 19> kFrozen = {
      "type",        "inputs", "id",        "description", "labels",    "event_time", "batch",
      "parallelism", "buffer", "on_error",  "retry",       "retention", "allow",      "purposes",
      "subject",     "owner",  "freshness", "isolation",   "max_errors"};
  static_assert(WEIR_ABI_MAJOR == 1 && weir::kReservedOptions == kFrozen);
  static_assert(!weir::is_reserved_option("column"));
  static_assert(weir::is_option_name("max_rows_2"));
  static_assert(!weir::is_option_name("maxRows"));
  static_assert(!weir::is_option_name("2nd"));
}

}  // namespace
