// sort_all: sorts the whole input by one int64 column, ascending, nulls last.
//
// Rows wait as batches in the host's log, which spills; at the end they are sorted and given out in portions
// that the emit budget allows.
#include <weir/state.hpp>
#include <weir/transform.hpp>

#include <algorithm>

namespace {

struct SortAllOptions {
  weir::ColumnRef by;
};

class SortAll final : public weir::Transform {
 public:
  explicit SortAll(SortAllOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    weir::Binding binding = weir::Binding::keep_all(inputs[0].schema);
    binding.reads({options_.by}).single_copy();
    rows_.spec().values = inputs[0].schema.fields;
    rows_.declare(binding);
    return binding;
  }
  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter&) override {
    WEIR_RETURN_IF_ERROR(rows_.append(context(), std::move(batch)));
    return weir::Progress::done();
  }
  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    WEIR_ASSIGN_OR_RETURN(const uint64_t count, rows_.count(context()));
    std::vector<weir::Batch> batches;
    for (uint64_t i = 0; i < count; ++i) {
      WEIR_ASSIGN_OR_RETURN(weir::Batch batch, rows_.read(context(), i));
      batches.push_back(std::move(batch));
    }
    if (batches.empty()) return weir::Progress::done();
    all_ = weir::Batch::concat(batches);
    const auto by = all_.column<int64_t>(options_.by);
    order_.resize(by.size());
    for (uint32_t i = 0; i < order_.size(); ++i) order_[i] = i;
    std::ranges::sort(order_, [&](uint32_t a, uint32_t b) {
      if (by.is_null(a) != by.is_null(b)) return by.is_null(b);
      if (!by.is_null(a) && by[a] != by[b]) return by[a] < by[b];
      return a < b;
    });
    return more(emitter);
  }
  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    while (given_ < order_.size()) {
      if (!emitter.has_room()) return weir::Progress::more();
      const size_t count = std::min<size_t>(8192, order_.size() - given_);
      emitter.emit(all_.select(std::span(order_).subspan(given_, count)));
      given_ += count;
    }
    WEIR_RETURN_IF_ERROR(rows_.clear(context()));
    return weir::Progress::done();
  }

 private:
  const SortAllOptions options_;
  weir::LogState rows_{"rows", {}};
  weir::Batch all_;
  std::vector<uint32_t> order_;
  size_t given_ = 0;
};

}  // namespace

WEIR_TRANSFORM(SortAll, SortAllOptions, "sort_all", "Sort the whole input.",
               weir::traits(weir::Trait::kDeterministic),
               weir::required("by", &SortAllOptions::by, weir::Type::kInt64, "The column to sort by."));
