// abi_1_plus: adds a number to a column. abi_1_keep: rows for which a condition holds, and a column more; it
// is a program and never called. abi_1_through: the same rows, put through an Arrow IPC stream of the host's.
//
//   plus: {type: abi_1_plus, inputs: pairs, column: value, by: 10}
//   kept: {type: abi_1_keep, inputs: plus, where: value > 11, longer: "name || '!'"}
//   through: {type: abi_1_through, inputs: kept}
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include <weir/ext_ipc.h>
#include <weir/ext_net.h>
#include <weir/builder.hpp>
#include <weir/c_schema.hpp>
#include <weir/encode_output.hpp>
#include <weir/map_transform.hpp>
#include <weir/program_transform.hpp>

namespace {

struct PlusOptions {
  weir::ColumnRef column;
  int64_t by = 0;
};

class Plus final : public weir::MapTransform {
 public:
  explicit Plus(PlusOptions options) : options_(options) {}

  weir::Result<weir::Binding> bind(const weir::Schema& input) override {
    return weir::Binding::keep_all(input).derive(options_.column);
  }
  weir::Result<weir::Batch> map(weir::Batch batch, weir::RowErrors& errors) override {
    const weir::ColumnView<int64_t> in = batch.column<int64_t>(options_.column);
    weir::ColumnBuilder<int64_t> sums(in.size(), in.validity());
    for (size_t row = 0; row < in.size(); ++row) {
      sums.values()[row] = in[row] + options_.by;
      if (in.is_null(row)) errors.add(row, "missing", "there is no number", "value");
    }
    return std::move(batch).with_column(options_.column, std::move(sums).finish());
  }

 private:
  const PlusOptions options_;
};

struct KeepOptions {
  weir::Expression where;
  weir::Expression longer;
};

class Keep final : public weir::ProgramTransform {
 public:
  explicit Keep(KeepOptions options) : options_(options) {}

  weir::Result<weir::Program> bind(const weir::Schema& input) override {
    return weir::Program::keep_all(input).where(options_.where).set("longer", options_.longer);
  }

 private:
  const KeepOptions options_;
};

class Through final : public weir::MapTransform {
 public:
  weir::Result<weir::Binding> bind(const weir::Schema& input) override {
    const auto* const net = static_cast<const weir_net_calls*>(served(WEIR_NET_EXTENSION));
    ipc_ = static_cast<const weir_ipc_calls*>(served(WEIR_IPC_EXTENSION));
    if (net == nullptr || ipc_ == nullptr) return weir::Status::unsupported("an extension is not served");
    weir_fault fault{};
    if (net->check(weir::as_str("tcp://127.0.0.1:9"), &fault) != 0)
      return weir::Status::invalid(fault.message);
    schema_ = input;
    return weir::Binding::keep_all(input);
  }

  weir::Result<weir::Batch> map(weir::Batch batch, weir::RowErrors&) override {
    weir::EncodedBytes bytes;
    WEIR_RETURN_IF_ERROR(write(batch, bytes));
    return read(bytes.text());
  }

 private:
  static const void* served(std::string_view name) {
    return weir::host()->extension(weir::host(), weir::as_str(name));
  }

  weir::Status write(const weir::Batch& batch, weir::EncodedBytes& bytes) const {
    const weir::CSchema schema(schema_);
    weir_ipc_writer* writer = nullptr;
    weir_fault fault{};
    int32_t code = ipc_->writer_new(schema.get(), 0, &writer, &fault);
    if (code == 0) code = ipc_->writer_begin(writer, &bytes, &fault);
    if (code == 0) code = ipc_->writer_write(writer, batch.get(), &bytes, &fault);
    if (code == 0) code = ipc_->writer_finish(writer, &bytes, &fault);
    ipc_->writer_free(writer);
    return weir::status_of(code, fault);
  }

  weir::Result<weir::Batch> read(std::string_view bytes) const {
    weir_ipc_reader* reader = nullptr;
    weir_fault fault{};
    weir::Batch found;
    int32_t code = ipc_->reader_new(WEIR_IPC_OWN, &reader, &fault);
    weir_ipc_step step{};
    step.event = WEIR_IPC_NEED_MORE;
    while (code == 0 && step.event != WEIR_IPC_END) {
      step = {};
      step.struct_size = sizeof(step);
      code = ipc_->reader_read(reader, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), 1,
                               nullptr, &step, &fault);
      if (code != 0) break;
      bytes.remove_prefix(step.consumed);
      if (step.event == WEIR_IPC_BATCH) found = weir::Batch::adopt(step.batch);
      if (step.event == WEIR_IPC_NEED_MORE && step.consumed == 0) break;
    }
    ipc_->reader_free(reader);
    if (code != 0) return weir::status_of(code, fault);
    if (!found) return weir::Status::corrupt("no batch came back");
    return found;
  }

  const weir_ipc_calls* ipc_ = nullptr;
  weir::Schema schema_;
};

}  // namespace

WEIR_TRANSFORM(Plus, PlusOptions, "abi_1_plus", "Add a number to a column.",
               weir::required("column", &PlusOptions::column, weir::Type::kInt64, "The column."),
               weir::required("by", &PlusOptions::by, "What is added.", weir::range(-1000, 1000)));
WEIR_TRANSFORM(Keep, KeepOptions, "abi_1_keep", "Keep some rows and compute one column.",
               weir::required("where", &KeepOptions::where, weir::Type::kBool, "Which rows to keep."),
               weir::required("longer", &KeepOptions::longer, weir::Type::kString, "The column."));
WEIR_TRANSFORM(Through, weir::NoOptions, "abi_1_through", "Put rows through an Arrow IPC stream.");
