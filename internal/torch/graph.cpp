// CUDA graphs, without the headers of CUDA: libtorch's own class is found by the names that it exports. What these are in each
// version, scripts/check-cuda compares with libtorch's headers and libraries.
#include "native.h"

#include <c10/core/impl/VirtualGuardImpl.h>
#include <dlfcn.h>

#include <atomic>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "guarded.h"

namespace {

using Pool = std::pair<unsigned long long, unsigned long long>;  // of memory; {0, 0} is one of the graph's own

constexpr int strict = 0;  // cudaStreamCaptureModeGlobal: nothing that could not be repeated is let pass

template <typename F>
F exported(const char *name) {
  return reinterpret_cast<F>(dlsym(RTLD_DEFAULT, name));
}

// The functions of at::cuda::CUDAGraph.
struct Functions {
  using OfGraph = void (*)(void *);
  OfGraph make = exported<OfGraph>("_ZN2at4cuda9CUDAGraphC1Ev");
  void (*make_kept)(void *, bool) = exported<void (*)(void *, bool)>("_ZN2at4cuda9CUDAGraphC1Eb");  // of later versions: read, not seen
  OfGraph drop = exported<OfGraph>("_ZN2at4cuda9CUDAGraphD1Ev");
  void (*begin)(void *, Pool) = exported<void (*)(void *, Pool)>("_ZN2at4cuda9CUDAGraph13capture_beginESt4pairIyyE");  // 1.13
  void (*begin_in)(void *, Pool, int) =
      exported<void (*)(void *, Pool, int)>("_ZN2at4cuda9CUDAGraph13capture_beginESt4pairIyyE21cudaStreamCaptureMode");  // 2.6
  OfGraph end = exported<OfGraph>("_ZN2at4cuda9CUDAGraph11capture_endEv");
  OfGraph replay = exported<OfGraph>("_ZN2at4cuda9CUDAGraph6replayEv");

  bool complete() const { return (make || make_kept) && drop && (begin || begin_in) && end && replay; }
};

const Functions &functions() {
  static const Functions found;
  return found;
}

// Where a recording could not be ended, libtorch's allocator may count it as under way for ever: there is no second one then.
std::atomic<bool> spoilt{false};

class Graph {
 public:
  Graph() {
    auto &f = functions();
    if (!f.complete()) throw std::runtime_error("this libtorch has no CUDA graphs");
    f.make ? f.make(room) : f.make_kept(room, false);
  }
  ~Graph() { functions().drop(room); }
  Graph(const Graph &) = delete;
  Graph &operator=(const Graph &) = delete;

  void begin() {
    auto &f = functions();
    f.begin ? f.begin(room, {0, 0}) : f.begin_in(room, {0, 0}, strict);
  }
  void end() {
    functions().end(room);
    ended = true;
  }
  void replay() { functions().replay(room); }
  bool whole() const { return ended; }

 private:
  bool ended = false;
  alignas(16) unsigned char room[4096];  // of which the class takes 104 bytes in 1.13
};

Graph *as_graph(void *p) { return static_cast<Graph *>(p); }

// Makes a stream of a device, which choose names, that of this thread, once what was started in another is done.
template <typename F>
char *change_stream(int device, F choose) {
  return guarded([&] {
    c10::impl::VirtualGuardImpl cuda(c10::DeviceType::CUDA);
    c10::Device on(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(device));
    cuda.setDevice(on);
    cuda.synchronizeStream(cuda.getStream(on));
    cuda.exchangeStream(choose(cuda, on));
  });
}

// Returns the one stream of a device that work of its own goes to. Memory that was freed in a stream is used again in that only.
c10::Stream own_stream(const c10::impl::VirtualGuardImpl &cuda, c10::Device on) {
  static std::mutex guard;
  static std::map<int, c10::Stream> streams;
  std::lock_guard<std::mutex> locked(guard);
  auto found = streams.find(on.index());
  if (found == streams.end()) found = streams.emplace(on.index(), cuda.getStreamFromGlobalPool(on)).first;
  return found->second;
}

}  // namespace

extern "C" {

int experiment_has_graphs(void) { return functions().complete() && !spoilt; }

char *experiment_own_stream(int device) { return change_stream(device, own_stream); }

char *experiment_default_stream(int device) {
  return change_stream(device, [](const c10::impl::VirtualGuardImpl &cuda, c10::Device on) { return cuda.getDefaultStream(on); });
}

char *experiment_graph_begin(void **graph) {
  return guarded([&] {
    auto made = new Graph;
    *graph = made;
    made->begin();
  });
}

char *experiment_graph_end(void *graph) {
  return guarded([&] { as_graph(graph)->end(); });
}

char *experiment_graph_replay(void *graph) {
  return guarded([&] { as_graph(graph)->replay(); });
}

void experiment_graph_free(void *graph) {
  if (graph == nullptr) return;
  if (as_graph(graph)->whole()) {
    delete as_graph(graph);
  } else {
    spoilt = true;  // and the allocator may still have pointers to it
  }
}

}  // extern "C"
