// pseudonymize: values of some columns become texts that only the owner of the key can tell apart from
// chance.
//
//   private: {type: pseudonymize, inputs: events, columns: [user], key: "${secret:file:shop.key}"}
//
// Out: the same rows; the columns are string: the first characters of HMAC-SHA256(key, text of the value).
// Equal values give equal texts, also across columns and nodes that use one key; nulls stay null. A number
// is hashed as its shortest decimal text, so 7 and "7" are one person.
#include <array>
#include <charconv>
#include <memory>
#include <unordered_map>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <weir/map_transform.hpp>

namespace {

constexpr size_t kKeyBytes = 16;

enum class Encoding { kHex, kBase32 };

struct PseudonymizeOptions {
  std::vector<weir::ColumnRef> columns;
  weir::Secret key;
  int64_t length = 16;
  Encoding encoding = Encoding::kHex;
};

struct MacDeleter {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

/// HMAC-SHA256 under one key.
class Hmac {
 public:
  explicit Hmac(std::string_view key) : mac_(EVP_MAC_fetch(nullptr, "HMAC", nullptr)) {
    context_.reset(EVP_MAC_CTX_new(mac_.get()));
    std::string digest = "SHA256";
    const std::array<OSSL_PARAM, 2> params = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    check(context_ != nullptr &&
          EVP_MAC_init(context_.get(), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                       params.data()) == 1);
  }
  std::array<uint8_t, 32> of(std::string_view text) {
    std::array<uint8_t, 32> made{};
    size_t size = 0;
    // Begins anew with the key that is set.
    check(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 &&
          EVP_MAC_update(context_.get(), reinterpret_cast<const unsigned char*>(text.data()), text.size()) ==
              1 &&
          EVP_MAC_final(context_.get(), made.data(), &size, made.size()) == 1);
    return made;
  }

 private:
  static void check(bool is_done) {
    if (!is_done) weir::throw_fault(weir::Code::kInternal, "OpenSSL cannot compute HMAC-SHA256");
  }
  std::unique_ptr<EVP_MAC, MacDeleter> mac_;
  std::unique_ptr<EVP_MAC_CTX, MacDeleter> context_;
};

std::string encode(const std::array<uint8_t, 32>& bytes, Encoding encoding, size_t length) {
  const std::string_view digits =
      encoding == Encoding::kHex ? "0123456789abcdef" : "abcdefghijklmnopqrstuvwxyz234567";
  const unsigned bits_each = encoding == Encoding::kHex ? 4 : 5;
  std::string text;
  unsigned held = 0;
  unsigned held_bits = 0;
  for (size_t at = 0; text.size() < length;) {
    if (held_bits < bits_each) {
      held = (held << 8) | bytes[at++];
      held_bits += 8;
    }
    held_bits -= bits_each;
    text += digits[(held >> held_bits) & ((1U << bits_each) - 1)];
    held &= (1U << held_bits) - 1;
  }
  return text;
}

bool can_be_hashed(weir::Type type) {
  return (type >= weir::Type::kBool && type <= weir::Type::kFloat64) || type == weir::Type::kString ||
         type == weir::Type::kBinary;
}

class Pseudonymize final : public weir::MapTransform {
 public:
  explicit Pseudonymize(PseudonymizeOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(const weir::Schema& input) override {
    if (options_.columns.empty()) return weir::Status::invalid("columns: at least one column is needed");
    const size_t key_bytes = options_.key.reveal().size();
    if (key_bytes < kKeyBytes)
      return weir::Status::invalid("key: it has " + std::to_string(key_bytes) + " bytes, at least " +
                                   std::to_string(kKeyBytes) + " are needed; 'weir new key FILE' makes one");
    if (options_.encoding == Encoding::kBase32 && options_.length > 51)
      return weir::Status::invalid("length: base32 gives at most 51 characters");
    weir::Binding binding = weir::Binding::keep_all(input);
    for (const weir::ColumnRef& column : options_.columns) {
      const weir::Field& field = input[column.index];
      if (!can_be_hashed(field.type.type))
        return weir::Status::invalid("columns: '" + column.name + "' is " + field.type.to_string() +
                                     "; texts, numbers and bools can be pseudonymised");
      binding.pseudonymise(column).retype(column, weir::Type::kString, field.nullable);
    }
    return binding.reads({});
  }

  weir::Result<weir::Batch> map(weir::Batch batch, weir::RowErrors&) override {
    if (!hmac_) hmac_.emplace(options_.key.reveal());
    std::vector<weir::Column> columns = batch.columns();
    for (const weir::ColumnRef& ref : options_.columns) columns[ref.index] = pseudonyms(*columns[ref.index]);
    return std::move(batch).with_columns(columns);
  }

 private:
  weir::Column pseudonyms(const weir_column& column) {
    const auto rows = static_cast<size_t>(column.row_count);
    const weir::Validity validity(column);
    // Each distinct text is hashed once a batch.
    weir::DictionaryBuilder made;
    known_.clear();
    std::string text;
    for (size_t row = 0; row < rows; ++row) {
      if (validity.is_null(row)) {
        made.append_null();
        continue;
      }
      text.clear();
      append_text(column, row, text);
      const auto found = known_.find(text);
      const int32_t code = found != known_.end() ? found->second : made.code_of(pseudonym(text));
      if (found == known_.end()) known_.emplace(text, code);
      made.append_code(code);
    }
    return std::move(made).finish();
  }
  std::string pseudonym(std::string_view text) {
    return encode(hmac_->of(text), options_.encoding, static_cast<size_t>(options_.length));
  }
  static void append_text(const weir_column& column, size_t row, std::string& out) {
    switch (static_cast<weir::Type>(column.type)) {
      case weir::Type::kString:
      case weir::Type::kBinary:
        out += weir::StringColumn(column)[row];
        return;
      case weir::Type::kBool:
        out += weir::BoolColumn(column)[row] ? "true" : "false";
        return;
      case weir::Type::kInt8:
        return append_number(column, int8_t{}, row, out);
      case weir::Type::kInt16:
        return append_number(column, int16_t{}, row, out);
      case weir::Type::kInt32:
        return append_number(column, int32_t{}, row, out);
      case weir::Type::kUint8:
        return append_number(column, uint8_t{}, row, out);
      case weir::Type::kUint16:
        return append_number(column, uint16_t{}, row, out);
      case weir::Type::kUint32:
        return append_number(column, uint32_t{}, row, out);
      case weir::Type::kUint64:
        return append_number(column, uint64_t{}, row, out);
      case weir::Type::kFloat32:
        return append_number(column, float{}, row, out);
      case weir::Type::kFloat64:
        return append_number(column, double{}, row, out);
      default:
        return append_number(column, int64_t{}, row, out);
    }
  }
  template <class T>
  static void append_number(const weir_column& column, T value, size_t row, std::string& out) {
    value = weir::ColumnView<T>(column)[row];
    std::array<char, 40> digits;
    out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
  }

  const PseudonymizeOptions options_;
  std::optional<Hmac> hmac_;
  std::unordered_map<std::string, int32_t> known_;
};

}  // namespace

WEIR_TRANSFORM(
    Pseudonymize, PseudonymizeOptions, "pseudonymize", "Values that name someone become texts that do not.",
    weir::traits(weir::Trait::kDeterministic, weir::Trait::kKeepsOrder, weir::Trait::kKeepsRows,
                 weir::Trait::kStateless),
    weir::description(
        "HMAC-SHA256 of the value's text under a secret key, cut to `length` characters. Equal values give "
        "equal texts wherever the key is the same; without the key nobody can try out who is who. Nulls stay "
        "null. A number is hashed as its shortest decimal text, so 7 and \"7\" give the same."),
    weir::example("private: {type: pseudonymize, inputs: events, columns: [user], key: "
                  "\"${secret:file:shop.key}\"}"),
    weir::required("columns", &PseudonymizeOptions::columns, "Texts, numbers or bools.",
                   weir::example_value("[user]")),
    weir::required("key", &PseudonymizeOptions::key, "At least 16 bytes. `weir new key FILE` makes one.",
                   weir::example_value("\"${secret:file:shop.key}\"")),
    weir::optional("length", &PseudonymizeOptions::length, 16, "How many characters to keep.",
                   weir::range(8, 64)),
    weir::optional("encoding", &PseudonymizeOptions::encoding, "hex", "How the bytes are written.",
                   weir::choices<Encoding>({{"hex", Encoding::kHex}, {"base32", Encoding::kBase32}})));
