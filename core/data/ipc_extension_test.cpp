// "weir.ipc/1" as a plugin calls it: plain C structs in, plain C structs out.
#include "data/ipc_extension.hpp"

#include <gtest/gtest.h>

#include <weir/c_schema.hpp>
#include <weir/encode_output.hpp>

#include "data/data_calls.hpp"
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
  weir_ipc_step step{};
  EXPECT_EQ(ipc.reader_read(reader, reinterpret_cast<const uint8_t*>(text.data()), text.size(), 1, nullptr,
                            &step, &fault),
            static_cast<int32_t>(Code::kCorrupt));
  EXPECT_STREQ(fault.message, "message 0: no message begins here");
  ipc.reader_free(reader);
  ipc.reader_free(nullptr);
}

}  // namespace
}  // namespace weir
