#include "spec/test_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "spec/keys.hpp"
#include "spec/scalar.hpp"

namespace weir {
namespace {

constexpr std::array<std::string_view, 4> kTestKeys = {"name", "given", "expect", "ordered"};

bool are_rows(const YamlValue& value, const std::string& what, FaultList& faults) {
  if (!value.is_list()) {
    add_wrong_type(value, what, "a list of rows such as [{user: u1, page: /}]", faults);
    return false;
  }
  for (const YamlValue& row : value.items) {
    if (row.is_map()) continue;
    add_wrong_type(row, "a row of " + what, "a map of columns such as {user: u1, page: /}", faults);
    return false;
  }
  return true;
}

class TestReader {
 public:
  TestReader(NameTable& names, FaultList& faults) : names_(names), faults_(faults) {}

  TestSpec read(YamlValue map) {
    check_keys(map, "a test", kTestKeys, faults_);
    TestSpec test;
    test.place = map.place;
    if (const YamlEntry* name = map.find("name")) {
      test.place = name->value.place;
      if (auto text = to_text(name->value, "'name'", faults_)) test.name = std::move(*text);
    } else {
      faults_.error(map.place, "missing-key", "a test has no 'name'", "add 'name: ...' with what it claims");
    }
    test.given = read_ports(map, "given");
    test.expect = read_ports(map, "expect");
    if (const YamlEntry* ordered = map.find("ordered"))
      test.ordered = to_bool(ordered->value, "'ordered'", faults_).value_or(false);
    return test;
  }

 private:
  std::vector<TestRows> read_ports(const YamlValue& map, std::string_view key) {
    std::vector<TestRows> ports;
    const YamlEntry* found = map.find(key);
    if (found == nullptr) {
      faults_.error(map.place, "missing-key", "a test has no '" + std::string(key) + "'",
                    "add '" + std::string(key) + ": {node: [{column: value}]}'");
    } else if (is_map(found->value, "'" + std::string(key) + "'", faults_)) {
      for (const YamlEntry& entry : found->value.entries) read_port(entry, ports);
    }
    return ports;
  }

  void read_port(const YamlEntry& entry, std::vector<TestRows>& ports) {
    if (!are_rows(entry.value, "'" + entry.key + "'", faults_)) return;
    const NameTable::Resolution found = names_.resolve(entry.key, entry.key_place);
    if (found.outcome != NameTable::Outcome::kFound) return;
    ports.push_back({.node = found.node, .port = found.port, .place = entry.key_place, .rows = entry.value});
  }

  NameTable& names_;
  FaultList& faults_;
};

}  // namespace

std::vector<TestSpec> read_tests(const YamlValue& value, NameTable& names, FaultList& faults) {
  std::vector<TestSpec> tests;
  if (value.is_null() || !is_list(value, "'tests'", faults)) return tests;
  for (const YamlValue& item : value.items) {
    if (!is_map(item, "a test", faults)) continue;
    TestSpec test = TestReader(names, faults).read(item);
    const auto same = std::ranges::find(tests, test.name, &TestSpec::name);
    if (!test.name.empty() && same != tests.end())
      faults
          .error(test.place, "duplicate-test", "there is already a test '" + test.name + "'",
                 "give one of them another name")
          .second = FaultNote{"first given here", same->place};
    tests.push_back(std::move(test));
  }
  return tests;
}

}  // namespace weir
