#include "plugin_host/text_format.hpp"

#include <vector>

#include <weir/c_schema.hpp>
#include <weir/encode_output.hpp>
#include <weir/fault.hpp>

#include "plugin_host/table.hpp"

namespace weir::test {
namespace {

struct Encoding {
  std::string name;
  Schema schema;
};
struct TextFormat {
  std::string name;
  std::vector<std::unique_ptr<Encoding>> made;
};

const Encoding& of(weir_node* node) { return *reinterpret_cast<const Encoding*>(node); }

int32_t begin(weir_node* node, weir_bytes_out* out, weir_fault*) {
  if (of(node).name == "framed") EncodeOutput(out).append(std::string_view("BEGIN\n"));
  if (of(node).name != "header") return 0;
  std::string line;
  for (const Field& field : of(node).schema.fields) line += (line.empty() ? "" : ",") + field.name;
  EncodeOutput(out).append(line + "\n");
  return 0;
}

int32_t encode(weir_node* node, const weir_batch* batch, weir_bytes_out* out, weir_fault*) {
  host()->batch_retain(batch);
  const Batch rows = Batch::adopt(batch);
  for (size_t row = 0; row < rows.row_count(); ++row) {
    std::string line;
    for (size_t i = 0; i < rows.column_count(); ++i)
      line += (i > 0 ? "," : "") + value_text(of(node).schema, rows, i, row);
    EncodeOutput(out).append(line + "\n");
  }
  return 0;
}

int32_t end(weir_node* node, weir_bytes_out* out, weir_fault*) {
  if (of(node).name == "framed") EncodeOutput(out).append(std::string_view("END\n"));
  return 0;
}

const weir_encoder_calls kCalls = {sizeof(kCalls), 0, nullptr, &begin, &encode, &end, {"txt", 3}};

}  // namespace

std::shared_ptr<void> make_text_format(const std::string& name) {
  if (name != "text" && name != "header" && name != "framed") return nullptr;
  auto format = std::make_shared<TextFormat>();
  format->name = name;
  return format;
}

int32_t text_encoder(weir_format* format, const weir_schema* schema, weir_encoder* out, weir_fault*) {
  auto& made = reinterpret_cast<TextFormat*>(format)->made;
  made.push_back(
      std::make_unique<Encoding>(Encoding{reinterpret_cast<TextFormat*>(format)->name, to_schema(*schema)}));
  out->calls = &kCalls;
  out->node = reinterpret_cast<weir_node*>(made.back().get());
  return 0;
}

}  // namespace weir::test
