"""Sends batches between Weir and pyarrow, by the C Data Interface and as IPC streams, and compares every value.

    check.py LIBRARY      LIBRARY: libweir_arrow_roundtrip.so
"""
import ctypes
import datetime
import decimal
import io
import sys

import pyarrow as pa

ERROR_BYTES = 500
UTC = datetime.timezone.utc


class Weir:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.weir_test_held_bytes.restype = ctypes.c_size_t
        self.library.weir_test_begin()

    def held_bytes(self):
        return self.library.weir_test_held_bytes()

    @staticmethod
    def _call(function, *arguments):
        error = ctypes.create_string_buffer(ERROR_BYTES)
        if function(*arguments, error) != 0:
            raise ValueError(error.value.decode())

    def _batch(self, function, *arguments):
        """Calls a function that fills a schema and an array, and imports the two."""
        schema = (ctypes.c_uint64 * 9)()
        array = (ctypes.c_uint64 * 10)()
        self._call(function, *arguments, schema, array)
        return pa.RecordBatch._import_from_c(ctypes.addressof(array), ctypes.addressof(schema))

    def sample(self, rows, is_plain):
        return self._batch(self.library.weir_test_export_sample, ctypes.c_size_t(rows), int(is_plain))

    def give_back(self, batch, is_plain):
        schema = (ctypes.c_uint64 * 9)()
        array = (ctypes.c_uint64 * 10)()
        batch._export_to_c(ctypes.addressof(array), ctypes.addressof(schema))
        try:
            return self._batch(self.library.weir_test_give_back, schema, array, int(is_plain))
        finally:
            release = schema[7]
            if release:
                ctypes.CFUNCTYPE(None, ctypes.c_void_p)(release)(ctypes.addressof(schema))

    def stream(self, rows):
        room = 1 << 22
        into = ctypes.create_string_buffer(room)
        size = ctypes.c_size_t(room)
        self._call(self.library.weir_test_write_stream, ctypes.c_size_t(rows), into, ctypes.byref(size))
        return into.raw[: size.value]

    def read_stream(self, data, is_own):
        return self._batch(self.library.weir_test_read_stream, data, ctypes.c_size_t(len(data)), int(is_own))


def text(row):
    return f"n{row}" + ("" if row % 2 == 0 else " is a text beyond twelve bytes \u00e9\u20ac")


def sample_row(i):
    """Row i of the batch that Weir's SampleBatch makes."""
    at = datetime.datetime(2025, 1, 1, tzinfo=UTC) + datetime.timedelta(microseconds=123456 + i)
    return {
        "flag": i % 3 == 0, "i8": i - 2, "i16": -300 * i, "i32": 70000 * i, "i64": -(2**63) + i,
        "u8": 255 - i, "u16": 65535 - i, "u32": 2**32 - 1 - i, "u64": 2**64 - 1 - i,
        "f32": 0.5 * i, "f64": i / 3, "at": at, "day": datetime.date(2025, 1, 1) + datetime.timedelta(days=i),
        "name": text(i), "offsets": text(i), "page": text(i % 4), "raw": text(i).encode(),
        "price": decimal.Decimal(100 * i - 5).scaleb(-2), "tags": [text(k) for k in range(i % 3)],
        "place": {"city": text(i), "x": i},
    }


def sample_rows(count):
    rows = [sample_row(i) for i in range(count)]
    for i in range(3, count, 5):
        rows[i] = dict.fromkeys(rows[i])
    return rows


def expect(found, wanted, what):
    if found == wanted:
        return
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        place = next(i for i in range(len(found)) if found[i] != wanted[i])
        what, found, wanted = f"{what}, row {place}", found[place], wanted[place]
    if isinstance(found, dict) and isinstance(wanted, dict) and found.keys() == wanted.keys():
        place = next(key for key in found if found[key] != wanted[key])
        what, found, wanted = f"{what}, {place}", found[place], wanted[place]
    sys.exit(f"FAIL {what}\n  found  {repr(found)[:500]}\n  wanted {repr(wanted)[:500]}")


def foreign_batch():
    """Every Arrow type that Weir reads, in pyarrow's own hands."""
    times = [datetime.datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC), None,
             datetime.datetime(2025, 1, 31, 12, tzinfo=UTC), datetime.datetime(2000, 2, 29, tzinfo=UTC)]
    words = ["a", None, "a text beyond twelve bytes \u20ac", ""]
    return pa.record_batch({
        "null": pa.nulls(4),
        "bool": pa.array([True, None, False, True]),
        "int8": pa.array([-1, None, 3, 4], pa.int8()),
        "uint64": pa.array([2**64 - 1, None, 3, 4], pa.uint64()),
        "float": pa.array([0.5, None, -1.5, 4], pa.float32()),
        "utf8": pa.array(words),
        "large_utf8": pa.array(words, pa.large_string()),
        "utf8_view": pa.array(words, pa.string_view()),
        "binary": pa.array([b"\xff\x00", None, b"", b"x" * 40]),
        "large_binary": pa.array([b"\xff\x00", None, b"", b"x" * 40], pa.large_binary()),
        "binary_view": pa.array([b"\xff\x00", None, b"", b"x" * 40], pa.binary_view()),
        "fixed_binary": pa.array([b"abcd", None, b"efgh", b"ijkl"], pa.binary(4)),
        "dictionary": pa.array(words).dictionary_encode(),
        "small_codes": pa.DictionaryArray.from_arrays(pa.array([1, None, 0, 1], pa.uint8()), pa.array(["x", "y"])),
        "null_in_dictionary": pa.DictionaryArray.from_arrays(pa.array([1, None, 0, 1], pa.int16()),
                                                             pa.array(["x", None])),
        "second": pa.array([t and t.replace(microsecond=0) for t in times], pa.timestamp("s", "UTC")),
        "milli": pa.array(times, pa.timestamp("ms", "Europe/Berlin")),
        "micro": pa.array(times, pa.timestamp("us", "UTC")),
        "nano": pa.array(times, pa.timestamp("ns", "UTC")),
        "date32": pa.array([datetime.date(1969, 12, 31), None, datetime.date(2025, 1, 1), datetime.date(1, 1, 1)]),
        "date64": pa.array([datetime.date(1969, 12, 31), None, datetime.date(2025, 1, 1), datetime.date(1, 1, 1)],
                           pa.date64()),
        "decimal": pa.array([decimal.Decimal("-1.25"), None, decimal.Decimal("9" * 36 + ".99"), 0],
                            pa.decimal128(38, 2)),
        "small_decimal": pa.array([decimal.Decimal("-1.25"), None, 2, 0], pa.decimal64(10, 2)),
        "list": pa.array([[1, 2], None, [], [None]], pa.list_(pa.int64())),
        "large_list": pa.array([["a"], None, [], [None, "b"]], pa.large_list(pa.string())),
        "fixed_list": pa.array([[1, 2], None, [3, 4], [5, None]], pa.list_(pa.int32(), 2)),
        "struct": pa.array([{"x": 1, "y": "a"}, None, {"x": None, "y": "b"}, {"x": 4, "y": None}]),
        "map": pa.array([[("k", 1)], None, [], [("l", None), ("m", 2)]], pa.map_(pa.string(), pa.int64())),
    })


def as_weir_has_it(batch):
    """What a foreign batch's values are once Weir's types hold them."""
    rows = batch.to_pylist()
    for row in rows:
        if row.get("map") is not None:
            row["map"] = [e if isinstance(e, dict) else {"key": e[0], "value": e[1]} for e in row["map"]]
    return rows


def check_c_data(weir):
    for is_plain in (False, True):
        for rows in (0, 1, 8, 23, 100):  # Beyond, the small integers overflow.
            batch = weir.sample(rows, is_plain)
            batch.validate(full=True)
            expect(batch.to_pylist(), sample_rows(rows), f"sample of {rows} rows, plain={is_plain}")
            expect(batch.schema.field("name").metadata, {b"weir.sensitivity": b"direct"}, "the label")
            expect(batch.schema.metadata, {b"weir.event_time": b"at"}, "the event time")
            back = weir.give_back(batch, False)
            back.validate(full=True)
            expect(back.to_pylist(), sample_rows(rows), f"sample of {rows} rows and back")
            expect(back.schema.field("name").metadata, {b"weir.sensitivity": b"direct"}, "the label and back")
    kinds = {name: str(weir.sample(8, False).schema.field(name).type) for name in ("name", "offsets", "page", "raw")}
    expect(kinds, {"name": "string_view", "offsets": "string", "raw": "binary_view",
                   "page": "dictionary<values=string_view, indices=int32, ordered=0>"}, "layouts")
    kinds = {str(weir.sample(8, True).schema.field(name).type) for name in ("name", "offsets", "page")}
    expect(kinds, {"string"}, "plain layouts")


def check_foreign(weir):
    whole = foreign_batch()
    long = pa.Table.from_batches([whole] * 7).combine_chunks().to_batches()[0]
    cases = [whole, whole.slice(0, 0), whole.slice(1, 2), long, *(long.slice(k, 13) for k in range(1, 12))]
    for number, batch in enumerate(cases):
        for is_plain in (False, True):
            back = weir.give_back(batch, is_plain)
            back.validate(full=True)
            expect(as_weir_has_it(back), as_weir_has_it(batch), f"foreign batch {number}, plain={is_plain}")
    types = {name: str(weir.give_back(whole, True).schema.field(name).type)
             for name in ("null", "large_utf8", "milli", "date64", "small_decimal", "fixed_list", "map")}
    expect(types, {"null": "string", "large_utf8": "string", "milli": "timestamp[us, tz=UTC]", "date64": "date32[day]",
                   "small_decimal": "decimal128(10, 2)", "fixed_list": "list<item: int32>",
                   "map": "list<item: struct<key: string not null, value: int64> not null>"}, "types")
    struct = pa.RecordBatch.from_struct_array(pa.array([{"a": i, "b": str(i)} for i in range(9)]).slice(3, 5))
    expect(weir.give_back(struct, False).to_pylist(), struct.to_pylist(), "a sliced struct as a batch")


def check_refused(weir):
    for name, array, message in [
        ("t", pa.array([1], pa.time64("us")), "column 't': the Arrow type 'ttu' has no form in Weir"),
        ("h", pa.array([1.5], pa.float16()), "column 'h': the Arrow type 'e' has no form in Weir"),
        ("d", pa.array([1], pa.decimal256(60, 2)), "column 'd': the Arrow type 'd:60,2,256' has no form in Weir"),
        ("n", pa.array([1, 2]).dictionary_encode(),
         "column 'n': only dictionaries of texts are read; decode it first"),
        ("s", pa.array([2**62], pa.timestamp("s", "UTC")),
         "column 's': a time lies outside the range of microseconds"),
        ("u", pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"a\xff")]),
         "column 'u': row 0 is not UTF-8"),
    ]:
        batch = pa.record_batch({name: array})
        try:
            weir.give_back(batch, False)
        except ValueError as fault:
            expect(str(fault), message, f"the refusal of {array.type}")
        else:
            sys.exit(f"FAIL {array.type} was taken")


def stream_of(batches, schema, make=pa.ipc.new_stream, options=None):
    sink = io.BytesIO()
    with make(sink, schema, options=options) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue()


def check_ipc(weir):
    for rows in (0, 8, 23, 100):
        data = weir.stream(rows)
        with pa.ipc.open_stream(data) as reader:
            expect([m for m in reader.schema.metadata.items()], [(b"weir.event_time", b"at")], "the event time at rest")
            expect(reader.schema.field("name").metadata, {b"weir.sensitivity": b"direct"}, "the label at rest")
            table = reader.read_all()
        table.validate(full=True)
        expect(table.to_pylist(), sample_rows(rows) * 2, f"Weir's stream of {rows} rows")
        for is_own in (True, False):
            expect(weir.read_stream(data, is_own).to_pylist(), sample_rows(rows) * 2, "Weir's stream, read by Weir")
    messages = pa.ipc.MessageReader.open_stream(weir.stream(3))
    expect([len(m.metadata) > 0 and m.type for m in messages], ["schema", "record batch", "record batch"], "messages")
    foreign = foreign_batch()
    replaced = foreign.set_column(foreign.schema.get_field_index("dictionary"), "dictionary",
                                  pa.array(["new", "b", "new", None]).dictionary_encode())
    replaced = replaced.cast(foreign.schema) if replaced.schema != foreign.schema else replaced
    batches = [foreign, foreign.slice(1, 3), replaced]
    wanted = [row for batch in batches for row in as_weir_has_it(batch)]
    data = stream_of(batches, foreign.schema)
    expect(as_weir_has_it(weir.read_stream(data, False)), wanted, "pyarrow's stream")
    deltas = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    grown = [pa.record_batch({"d": pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(words))})
             for codes, words in (([0, 1, 0], ["a", "b"]), ([2, 1, 0], ["a", "b", "c"]))]
    expect(weir.read_stream(stream_of(grown, grown[0].schema, options=deltas), False).to_pylist(),
           [{"d": x} for x in "abacba"], "a dictionary that grows")
    data = stream_of([foreign, foreign], foreign.schema, pa.ipc.new_file)
    expect(as_weir_has_it(weir.read_stream(data, False)), as_weir_has_it(foreign) * 2, "pyarrow's file")
    for arguments, message in [
        ((stream_of([foreign], foreign.schema), True), "message 0: it carries no digest (weir.xxh3)"),
        ((stream_of([foreign], foreign.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")), False),
         "message 4: its body is compressed; write the stream without compression"),
    ]:
        try:
            weir.read_stream(*arguments)
        except ValueError as fault:
            if "compressed" in message:
                expect(str(fault).split(": ", 1)[1], message.split(": ", 1)[1], "the refusal of compression")
            else:
                expect(str(fault), message, "the refusal of a stream")
        else:
            sys.exit("FAIL a stream was taken: " + message)


def main():
    weir = Weir(sys.argv[1])
    held = weir.held_bytes()
    allocated = pa.total_allocated_bytes()
    for check in (check_c_data, check_foreign, check_refused, check_ipc):
        check(weir)
        print("ok  ", check.__name__)
    expect(weir.held_bytes(), held, "memory that Weir still holds")
    expect(pa.total_allocated_bytes(), allocated, "memory that pyarrow still holds")
    print("ok   all memory was released")


if __name__ == "__main__":
    main()
