// plugin_name: texts that end with one character, each a row.
//
//   notes: {type: file, path: notes.txt, format: {type: plugin_name, separator: ";"}}
//
// Out: `text`, string. A text of no characters goes to `errors` with its place.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <weir/decoder.hpp>

namespace {

struct Options {
  std::string separator = ";";
};

class PluginName final : public weir::Decoder {
 public:
  explicit PluginName(Options options) : options_(std::move(options)) {}

  weir::Result<weir::Schema> bind(std::string_view, std::string_view) override {
    if (options_.separator.size() != 1) return weir::Status::invalid("separator: expected one character");
    return weir::Schema::parse("text: string");
  }

  // Where a record begins at or after `from`: lets a big file be decoded in parallel ranges.
  int64_t find_record(std::string_view bytes, size_t from) const override {
    if (from == 0) return 0;
    const size_t end = bytes.find(options_.separator, from - 1);
    return end == std::string_view::npos ? weir::kNotFound : static_cast<int64_t>(end + 1);
  }

  // Returns how many bytes were used: the rest begins a record that the next bytes end.
  weir::Result<size_t> decode(const weir::DecodeInput& input, weir::DecodeOutput& output) const override {
    const std::string_view bytes = input.text();
    weir::StringBuilder texts;
    size_t at = 0;
    while (at < bytes.size()) {
      size_t end = bytes.find(options_.separator, at);
      if (end == std::string_view::npos && !input.is_last()) break;
      if (end == std::string_view::npos) end = bytes.size();
      const std::string_view text = bytes.substr(at, end - at);
      if (text.empty())
        output.reject(at, text, "empty-text", "found nothing before the separator, expected a text");
      else
        texts.append_view(input.buffer(), text);  // Copies nothing: the column shares the bytes.
      at = std::min(end + 1, bytes.size());
    }
    const size_t count = texts.size();
    const std::array columns = {std::move(texts).finish()};
    output.emit(weir::Batch::make(count, columns), 0, at);
    return at;
  }

 private:
  const Options options_;
};

}  // namespace

WEIR_FORMAT(PluginName, weir::NoEncoder, Options, "plugin_name",
            "Texts that end with one character, each a row.",
            weir::optional("separator", &Options::separator, ";", "The character behind each text."));
