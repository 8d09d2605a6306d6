// right_first: what a component must not do: it refuses rows of one input until the other has ended.
//
//   both: {type: right_first, inputs: {left: rows, right: others}}
#include <weir/transform.hpp>

namespace {

class RightFirst final : public weir::Transform {
 public:
  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    return weir::Binding::keep_all(inputs[0].schema);
  }
  weir::Result<weir::Progress> process(weir::Batch batch, size_t port, weir::Emitter& out) override {
    if (port == 1) return weir::Progress::done();
    held_ = std::move(batch);
    return more(out);
  }
  weir::Result<weir::Progress> more(weir::Emitter& out) override {
    if (!has_right_ended_) return weir::Progress::not_ready(nullptr);
    out.emit(std::move(held_));
    return weir::Progress::done();
  }
  weir::Result<weir::Progress> on_end(size_t port, weir::Emitter&) override {
    if (port == 1) has_right_ended_ = true;
    return weir::Progress::done();
  }

 private:
  weir::Batch held_;
  bool has_right_ended_ = false;
};

}  // namespace

WEIR_TRANSFORM(RightFirst, weir::NoOptions, "right_first", "Refuse one input because of another.",
               weir::input("left", "Refused."), weir::input("right", "Waited for."));
