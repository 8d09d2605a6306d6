// slow_to_stop: what a busy machine does to a component, and what a component must not do: so many instances,
// the first ones of their name, take a quarter of a second to be cancelled.
//
//   slow: {type: slow_to_stop, inputs: readings, name: once, instances: 1}
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include <weir/map_transform.hpp>

namespace {

struct SlowToStopOptions {
  std::string name;
  int64_t instances = 0;
};

class SlowToStop final : public weir::MapTransform {
 public:
  explicit SlowToStop(const SlowToStopOptions& options)
      : is_slow_(count(options.name) <= options.instances) {}

  weir::Result<weir::Binding> bind(const weir::Schema& input) override {
    return weir::Binding::keep_all(input);
  }
  weir::Result<weir::Batch> map(weir::Batch batch, weir::RowErrors&) override { return batch; }
  void cancel() override {
    if (is_slow_) std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }

 private:
  /// Which of that name this one is, from 1.
  static int64_t count(const std::string& name) {
    static std::mutex mutex;
    static std::map<std::string, int64_t> counts;  // Guarded by mutex.
    const std::lock_guard lock(mutex);
    return ++counts[name];
  }

  const bool is_slow_;
};

}  // namespace

WEIR_TRANSFORM(SlowToStop, SlowToStopOptions, "slow_to_stop", "Take long to be cancelled.",
               weir::required("name", &SlowToStopOptions::name, "What they are counted by."),
               weir::required("instances", &SlowToStopOptions::instances, "How many are slow."));
