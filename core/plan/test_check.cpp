#include "plan/test_check.hpp"

#include <optional>
#include <set>
#include <weir/did_you_mean.hpp>

namespace weir {
namespace {

class TestCheck {
 public:
  TestCheck(const PipelineSpec& spec, const DeclaredPipeline& declared, const BoundPipeline& bound,
            FaultList& faults)
      : spec_(spec), declared_(declared), bound_(bound), faults_(faults) {}

  void check() {
    for (const TestSpec& test : spec_.tests) {
      for (const TestRows& rows : test.given) check_rows(rows);
      for (const TestRows& rows : test.expect) check_rows(rows);
      if (!faults_.has_errors()) check_reach(test);
    }
  }

 private:
  /// A test reads nothing but the rows that it is given, and needs all of them.
  void check_reach(const TestSpec& test) {
    std::map<size_t, const TestRows*> given;
    for (const TestRows& rows : test.given) given[index_of(rows.node)] = &rows;
    std::set<size_t> reached;
    for (const TestRows& rows : test.expect) {
      const std::optional<size_t> source = reach(index_of(rows.node), given, reached);
      if (!source) continue;
      const std::string& name = spec_.nodes[*source].name;
      faults_.error(rows.place, "missing-given",
                    "the rows of '" + rows.node + "' come from the source '" + name +
                        "', which this test gives no rows",
                    "add '" + name + ": [{column: value}]' to 'given', or give rows to a node between them");
    }
    for (const auto& [node, rows] : given) {
      if (reached.contains(node) || test.expect.empty()) continue;
      faults_.error(rows->place, "unused-given",
                    "nothing that this test expects comes from '" + rows->node + "'",
                    "expect rows of a node that reads it, or leave it out");
    }
  }

  /// Goes up from a node to those with given rows. Returns a source without any that it comes to.
  std::optional<size_t> reach(size_t node, const std::map<size_t, const TestRows*>& given,
                              std::set<size_t>& reached) {
    if (!reached.insert(node).second || given.contains(node)) return std::nullopt;
    if (spec_.nodes[node].role == Role::kSource) return node;
    std::optional<size_t> source;
    const auto reads = declared_.reads.find(node);
    if (reads == declared_.reads.end()) return source;
    for (const Read& read : reads->second) {
      const std::optional<size_t> found = reach(read.from, given, reached);
      if (!source) source = found;
    }
    return source;
  }

  size_t index_of(const std::string& node) const {
    return static_cast<size_t>(spec_.find_node(node) - spec_.nodes.data());
  }

  void check_rows(const TestRows& rows) {
    const NodeSpec* const spec = spec_.find_node(rows.node);
    if (spec == nullptr || rows.rows.is_faulty) return;
    const Declared& node = declared_.nodes[static_cast<size_t>(spec - spec_.nodes.data())];
    if (!node.bound) return;
    const std::string port = rows.port.empty() && !node.outputs.empty() ? node.outputs.front() : rows.port;
    std::optional<Schema> schema = output_of(node, port);
    // Of a sink a test expects what it reads.
    const bool is_sink_input = spec->role == Role::kSink && rows.port.empty() && !node.inputs.empty();
    if (is_sink_input) schema = bound_.nodes[*node.bound].inputs.front();
    if (!schema) return;
    std::vector<std::string> names;
    for (const Field& field : schema->fields) names.push_back(field.name);
    for (const YamlValue& row : rows.rows.items) {
      for (const YamlEntry& entry : row.entries) {
        if (schema->find(entry.key)) continue;
        faults_.error(entry.key_place, "unknown-column",
                      "no column '" + entry.key + "' in '" + rows.node + (rows.port.empty() ? "" : ".") +
                          rows.port + "' (" + list_words(names, 20) + ")",
                      did_you_mean(entry.key, names));
      }
    }
  }

  const PipelineSpec& spec_;
  const DeclaredPipeline& declared_;
  const BoundPipeline& bound_;
  FaultList& faults_;
};

}  // namespace

void check_tests(const PipelineSpec& spec, const DeclaredPipeline& declared, const BoundPipeline& bound,
                 FaultList& faults) {
  TestCheck(spec, declared, bound, faults).check();
}

}  // namespace weir
