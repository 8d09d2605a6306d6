// test_store, test_encoded: what a node gave, as sinks that forget at a restart what no checkpoint covers.
#include <charconv>
#include <string>
#include <utility>

#include <weir/format.hpp>
#include <weir/transactional_sink.hpp>

#include "kit/test_parts.hpp"
#include "kit/wires.hpp"

namespace weir::kit {
namespace {

size_t number_in(std::span<const std::string_view> tokens) {
  size_t number = 0;
  for (const std::string_view token : tokens)
    std::from_chars(token.data(), token.data() + token.size(), number);
  return number;
}

struct StoreOptions {
  int64_t test = 0;
  std::string into;
};

class RowStore final : public TransactionalSink {
 public:
  explicit RowStore(StoreOptions options) : options_(std::move(options)) {}

  Status bind(std::span<const Input> inputs) override {
    store().columns = CSchema(inputs[0].schema);
    return {};
  }
  Result<Progress> write(const Batch& batch, size_t, Emitter&) override {
    store().batches.push_back(batch.share());
    return Progress::done();
  }
  Result<std::string> prepare(uint64_t, std::span<const PartitionOffset>) override {
    return std::to_string(store().batches.size());
  }
  Status commit(std::string_view) override { return {}; }
  Status abort(std::string_view) override { return {}; }
  Status recover(std::span<const std::string_view> tokens) override {
    const size_t kept = number_in(tokens);
    while (store().batches.size() > kept) store().batches.pop_back();
    store().taken = std::min(store().taken, kept);
    return {};
  }

 private:
  Store& store() const { return Wires::of(options_.test).store(options_.into); }
  const StoreOptions options_;
};

struct EncodedOptions {
  int64_t test = 0;
  std::string into;
  Format format;
};

class EncodedStore final : public TransactionalSink {
 public:
  explicit EncodedStore(EncodedOptions options) : options_(std::move(options)) {}

  Status bind(std::span<const Input> inputs) override {
    WEIR_ASSIGN_OR_RETURN(encoder_, options_.format.encoder(inputs[0].schema));
    return {};
  }
  Result<Progress> write(const Batch& batch, size_t, Emitter&) override {
    WEIR_RETURN_IF_ERROR(begin());
    WEIR_RETURN_IF_ERROR(encoder_->encode(batch, encoded_));
    return keep();
  }
  Result<std::string> prepare(uint64_t epoch, std::span<const PartitionOffset>) override {
    if (epoch == kLastEpoch) {
      WEIR_RETURN_IF_ERROR(begin());
      WEIR_RETURN_IF_ERROR(encoder_->end(encoded_));
      keep();
    }
    return std::to_string(bytes().size());
  }
  Status commit(std::string_view) override { return {}; }
  Status abort(std::string_view) override { return {}; }
  Status recover(std::span<const std::string_view> tokens) override {
    bytes().resize(number_in(tokens));
    has_begun_ = !bytes().empty();
    return {};
  }

 private:
  Status begin() { return std::exchange(has_begun_, true) ? Status::ok() : encoder_->begin(encoded_); }
  Progress keep() {
    bytes() += encoded_.text();
    encoded_.clear();
    return Progress::done();
  }
  std::string& bytes() const { return Wires::of(options_.test).store(options_.into).bytes; }
  const EncodedOptions options_;
  std::optional<FormatEncoder> encoder_;
  EncodedBytes encoded_;
  bool has_begun_ = false;
};

template <class Class, class Options, class... Extra>
const weir_component* sink(std::string_view name, Extra... extra) {
  return registration::node_component<Class, Options, SinkNode>(
      WEIR_KIND_SINK, &shim::fill_sink<Class>, name, "What a node gave.",
      required("test", &Options::test, "Its number."), required("into", &Options::into, "Its name."),
      std::move(extra)...);
}

}  // namespace

const weir_component* test_store() { return sink<RowStore, StoreOptions>("test_store"); }
const weir_component* test_encoded() {
  return sink<EncodedStore, EncodedOptions>("test_encoded",
                                            required("format", &EncodedOptions::format, "The format."));
}

}  // namespace weir::kit
