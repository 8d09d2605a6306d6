#include "plugin/library_validate.hpp"

#include <string>

#include <gtest/gtest.h>

#include <weir/ext_bounded.h>
#include <weir/ext_incremental.h>
#include <weir/ext_memory.h>
#include <weir/text.hpp>

namespace weir {
namespace {

// What the component of the test answers to its host's questions.
weir_bounded_calls bounded;
weir_incremental_calls incremental;
weir_memory_calls memory;

const void* answer(weir_str name) {
  if (as_view(name) == WEIR_BOUNDED_EXTENSION) return &bounded;
  if (as_view(name) == WEIR_MEMORY_EXTENSION) return &memory;
  return as_view(name) == WEIR_INCREMENTAL_EXTENSION ? &incremental : nullptr;
}

class LibraryValidate : public testing::Test {
 protected:
  LibraryValidate() {
    bounded = {sizeof(bounded), 0, [](weir_node*) -> int32_t { return 1; }};
    incremental = {sizeof(incremental), 0, [](weir_node*) -> int32_t { return 1; }};
    memory = {sizeof(memory), 0, [](weir_node*) -> uint64_t { return 1; }, [](weir_instance*, uint64_t) {}};
    calls_.struct_size = sizeof(calls_);
    calls_.poll = [](weir_instance*, const weir_call*, weir_wake*, weir_fault*) { return WEIR_FINISHED; };
    calls_.restore = [](weir_instance*, const weir_partition_offset*, size_t, weir_fault*) -> int32_t {
      return 0;
    };
    source_.struct_size = sizeof(source_);
    source_.kind = WEIR_KIND_SOURCE;
    source_.name = as_str("ticks");
    source_.source = &calls_;
    source_.extension = answer;
    source_.create = [](const weir_host*, const weir_value*, size_t, weir_node**, weir_fault*) -> int32_t {
      return 0;
    };
    source_.destroy = [](weir_node*) {};
    source_.bind = [](weir_node*, const weir_bind_input*, size_t, const weir_binding**,
                      weir_fault*) -> int32_t { return 0; };
    source_.instance_new = [](weir_node*, const weir_instance_info*, weir_instance**,
                              weir_fault*) -> int32_t { return 0; };
    source_.instance_free = [](weir_instance*) {};
  }
  std::string message() const { return std::string(validate_component(source_).message()); }

  weir_source_calls calls_{};
  weir_component source_{};
};

TEST_F(LibraryValidate, TakesWholeTablesAndLongerOnes) {
  EXPECT_EQ(message(), "");
  calls_.struct_size += 8;
  bounded.struct_size += 8;
  incremental.struct_size += 8;
  memory.struct_size += 8;
  EXPECT_EQ(message(), "");
}

TEST_F(LibraryValidate, RefusesTablesOfExtensionsThatAreCutShort) {
  bounded.struct_size = 8;
  EXPECT_EQ(message(), "source 'ticks': gives no whole table for 'weir.bounded/1'");
  bounded = {sizeof(bounded), 0, nullptr};
  EXPECT_EQ(message(), "source 'ticks': gives no whole table for 'weir.bounded/1'");
  bounded.is_bounded = [](weir_node*) -> int32_t { return 0; };
  incremental.struct_size = 0;
  EXPECT_EQ(message(), "source 'ticks': gives no whole table for 'weir.incremental/1'");
  incremental = {sizeof(incremental), 0, [](weir_node*) -> int32_t { return 1; }};
  memory.grant = nullptr;
  EXPECT_EQ(message(), "source 'ticks': gives no whole table for 'weir.memory/1'");
}

}  // namespace
}  // namespace weir
