// abi_1_pairs: lines of a name, an equals sign and a whole number.
//
//   in: {type: file, path: in.txt, format: abi_1_pairs}
//
// Out: `name` (string), `value` (int64). Lines of another form go to `errors`.
#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include <weir/decoder.hpp>
#include <weir/encoder.hpp>

namespace {

struct Options {
  std::string mark = "=";
};

class Decode final : public weir::Decoder {
 public:
  explicit Decode(Options options) : options_(std::move(options)) {}

  weir::Result<weir::Schema> bind(std::string_view, std::string_view) override {
    weir::Schema schema;
    schema.fields = {{"name", weir::Type::kString}, {"value", weir::Type::kInt64}};
    return schema;
  }

  int64_t find_record(std::string_view bytes, size_t from) const override {
    if (from == 0) return 0;
    const size_t end = bytes.find('\n', from - 1);
    return end == std::string_view::npos ? weir::kNotFound : static_cast<int64_t>(end + 1);
  }

  weir::Result<size_t> decode(const weir::DecodeInput& input, weir::DecodeOutput& output) const override {
    const std::string_view bytes = input.text();
    weir::StringBuilder names;
    weir::ColumnBuilder<int64_t> values;
    size_t at = 0;
    while (at < bytes.size()) {
      size_t end = bytes.find('\n', at);
      if (end == std::string_view::npos && !input.is_last()) break;
      end = std::min(end, bytes.size());
      const std::string_view line = bytes.substr(at, end - at);
      const size_t mark = line.find(options_.mark);
      int64_t value = 0;
      const char* const last = line.data() + line.size();
      if (mark == std::string_view::npos ||
          std::from_chars(line.data() + mark + options_.mark.size(), last, value).ptr != last) {
        output.reject(at, line, "bad-pair", "this line is no pair");
      } else {
        names.append_view(input.buffer(), line.substr(0, mark));
        values.append(value);
      }
      at = std::min(end + 1, bytes.size());
    }
    const size_t rows = values.size();
    const std::array columns = {std::move(names).finish(), std::move(values).finish()};
    if (rows > 0) output.emit(weir::Batch::make(rows, columns), 0, at);
    return at;
  }

 private:
  const Options options_;
};

class Encode final : public weir::Encoder {
 public:
  explicit Encode(Options options) : options_(std::move(options)) {}

  static constexpr std::string_view kExtension = "pairs";
  weir::Status bind(const weir::Schema& schema) override {
    const bool fits =
        schema.size() == 2 && schema[0].type == weir::Type::kString && schema[1].type == weir::Type::kInt64;
    return fits ? weir::Status::ok() : weir::Status::invalid("pairs are a string and an int64");
  }
  weir::Status encode(const weir::Batch& batch, weir::EncodeOutput& output) override {
    const auto names = batch.column<std::string_view>(0);
    const auto values = batch.column<int64_t>(1);
    for (size_t row = 0; row < batch.row_count(); ++row) {
      output.append(names[row]);
      output.append(options_.mark);
      output.append(std::to_string(values[row]));
      output.append('\n');
    }
    return {};
  }

 private:
  const Options options_;
};

}  // namespace

WEIR_FORMAT(Decode, Encode, Options, "abi_1_pairs", "Lines of a name and a number.",
            weir::optional("mark", &Options::mark, "=", "What stands between them."));
