// plugin_name(text): how many words a text has.
#include <weir/function.hpp>

namespace {

int64_t count_words(std::string_view text) {
  int64_t words = 0;
  bool is_inside = false;
  for (const char c : text) {
    const bool is_space = c == ' ' || c == '\t' || c == '\n';
    if (!is_space && !is_inside) ++words;
    is_inside = !is_space;
  }
  return words;
}

class PluginName final : public weir::Function {
 public:
  weir::Result<weir::Field> resolve(std::span<const weir::Field> args) const override {
    if (args.size() != 1 || args[0].type != weir::Type::kString)
      return weir::Status::invalid("plugin_name takes one string");
    return weir::Field{"words", weir::Type::kInt64};
  }

  weir::Result<weir::Column> call(std::span<const weir::Column> args, size_t row_count,
                                  weir::RowErrors&) const override {
    const auto texts = args[0].view<std::string_view>();
    weir::ColumnBuilder<int64_t> words;
    for (size_t row = 0; row < row_count; ++row)
      texts.is_null(row) ? words.append_null() : words.append(count_words(texts[row]));
    return std::move(words).finish();
  }
};

}  // namespace

WEIR_FUNCTION(PluginName, "plugin_name", "How many words a text has.",
              weir::example("plugin_name('so it goes') => 3"));
