// "weir.ipc/1" as a plugin calls it: plain C structs in, plain C structs out.
#include "data/ipc_extension.hpp"
#include "data/give_out.hpp"

#include <gtest/gtest.h>

#include <weir/c_schema.hpp>
#include <weir/encode_output.hpp>

#include "data/data_calls.hpp"
#include "data/give_out.hpp"
#include "data/sample_batch.hpp"

namespace weir {
namespace {

TEST(IpcExtension, WritesAndReadsAStream) {
  init_data_host();
  const auto& ipc =
      *static_cast<const weir_ipc_calls*>(host()->extension(host(), as_str(WEIR_IPC_EXTENSION)));
  const CSchema schema(sample_schema());
  weir_fault fault{};
  weir_ipc_writer* writer = nullptr;
  EncodedBytes out;
  ASSERT_EQ(ipc.writer_new(schema.get(), 0, &writer, &fault), 0);
  ASSERT_EQ(ipc.writer_begin(writer, &out, &fault), 0);
  const Batch batch = SampleBatch(9).make();
  ASSERT_EQ(ipc.writer_write(writer, batch.get(), &out, &fault), 0) << fault.message;
  ASSERT_EQ(ipc.writer_finish(writer, &out, &fault), 0);
  EXPECT_EQ(ipc.writer_next_number(writer), 2U);
  ipc.writer_free(writer);

  weir_ipc_reader* reader = nullptr;
  ASSERT_EQ(ipc.reader_new(WEIR_IPC_OWN, &reader, &fault), 0);
  EXPECT_EQ(ipc.reader_schema(reader), nullptr);
  std::vector<uint32_t> events;
  size_t at = 0;
  size_t rows = 0;
  weir_ipc_step step{};
  for (step.struct_size = sizeof(step); step.event != WEIR_IPC_END;) {
    ASSERT_EQ(ipc.reader_read(reader, out.data + at, out.size - at, 1, nullptr, &step, &fault), 0)
        << fault.message;
    at += step.consumed;
    events.push_back(step.event);
    if (step.batch != nullptr) rows += Batch::adopt(step.batch).row_count();
  }
  EXPECT_EQ(events, (std::vector<uint32_t>{WEIR_IPC_SCHEMA, WEIR_IPC_BATCH, WEIR_IPC_END}));
  EXPECT_EQ(rows, 9U);
  EXPECT_EQ(to_schema(*ipc.reader_schema(reader)), sample_schema());
  ipc.reader_free(reader);
}

TEST(IpcExtension, AnswersAFaultAsCodeAndText) {
  init_data_host();
  const weir_ipc_calls& ipc = ipc_extension();
  weir_ipc_reader* reader = nullptr;
  weir_fault fault{};
  ASSERT_EQ(ipc.reader_new(0, &reader, &fault), 0);
  const std::string text = "certainly no stream";
  weir_ipc_step step{sizeof(step), 0, 0, nullptr};
  EXPECT_EQ(ipc.reader_read(reader, reinterpret_cast<const uint8_t*>(text.data()), text.size(), 1, nullptr,
                            &step, &fault),
            static_cast<int32_t>(Code::kCorrupt));
  EXPECT_STREQ(fault.message, "message 0: no message begins here");
  ipc.reader_free(reader);
  ipc.reader_free(nullptr);
}

TEST(IpcExtension, ReadsAndFillsNothingThatDoesNotSayItsSize) {
  init_data_host();
  const weir_ipc_calls& ipc = ipc_extension();
  weir_ipc_reader* reader = nullptr;
  weir_fault fault{};
  ASSERT_EQ(ipc.reader_new(0, &reader, &fault), 0);
  weir_ipc_step step{8, 77, 77, nullptr};
  EXPECT_EQ(ipc.reader_read(reader, nullptr, 0, 1, nullptr, &step, &fault), int32_t{WEIR_CODE_INVALID});
  EXPECT_STREQ(fault.message,
               "the caller's weir_ipc_step says that it has 8 bytes, not at least 24: its struct_size is set "
               "before the call");
  EXPECT_EQ(step.event, 77U);
  const weir_schema schema{};
  EXPECT_EQ(ipc.reader_resume(reader, &schema, &fault), int32_t{WEIR_CODE_INVALID});
  EXPECT_STREQ(fault.message, "a weir_schema is shorter than this ABI's: its struct_size is to be set");
  ipc.reader_free(reader);
  weir_ipc_writer* writer = nullptr;
  EXPECT_EQ(ipc.writer_new(&schema, 0, &writer, &fault), int32_t{WEIR_CODE_INVALID});
  EXPECT_EQ(writer, nullptr);
}

// A library of an earlier minor has a shorter struct, and no byte behind it is written.
TEST(IpcExtension, FillsNoMoreThanTheCallerHas) {
  weir_ipc_step steps[2] = {};
  steps[0].struct_size = sizeof(weir_ipc_step);
  give_out(weir_ipc_step{0, WEIR_IPC_END, 9, nullptr}, steps);
  EXPECT_EQ(steps[0].struct_size, sizeof(weir_ipc_step));
  EXPECT_EQ(steps[0].event, uint32_t{WEIR_IPC_END});
  steps[1].struct_size = 8;
  give_out(weir_ipc_step{0, WEIR_IPC_END, 9, nullptr}, steps + 1);
  EXPECT_EQ(steps[1].struct_size, 8U);
  EXPECT_EQ(steps[1].event, uint32_t{WEIR_IPC_END});
  EXPECT_EQ(steps[1].consumed, 0U);
}

}  // namespace
}  // namespace weir
