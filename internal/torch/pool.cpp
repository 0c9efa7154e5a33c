// Max-pooling of images that lie channels-last on the CPU, on one thread: one pass over the image, and over its gradient.
// libtorch's own keeps an int64 for each result and does not vectorise over channels.
#include "guarded.h"
#include "native.h"
#include "vectorised.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/LegacyTypeDispatch.h>

#include <tuple>

namespace {

using Unrecorded = at::AutoDispatchBelowADInplaceOrView;

// Which pixel of its window the largest element is of, counted row by row. As wide as an element, so that both fit one
// vector.
using Place = int32_t;

// Pools a row of windows of two by two pixels. Taken is what is larger than the largest so far, and what is no number, as
// libtorch does.
VECTORISED void pool_row(const float *upper, const float *lower, float *largest, Place *places, int64_t columns, int64_t channels) {
  for (int64_t column = 0; column < columns; column++) {
    for (int64_t c = 0; c < channels; c++) {
      float most = upper[c];
      Place place = 0;
      float others[] = {upper[channels + c], lower[c], lower[channels + c]};
      for (Place i = 0; i < 3; i++) {
        bool better = others[i] > most || others[i] != others[i];
        most = better ? others[i] : most;
        place = better ? i + 1 : place;
      }
      largest[c] = most;
      places[c] = place;
    }
    upper += 2 * channels, lower += 2 * channels, largest += channels, places += channels;
  }
}

// Gives the gradient of a row of windows to the pixels that were the largest, and nothing to the others.
VECTORISED void unpool_row(const float *gradient, const Place *places, float *upper, float *lower, int64_t columns, int64_t channels) {
  for (int64_t column = 0; column < columns; column++) {
    for (int64_t c = 0; c < channels; c++) {
      float g = gradient[c] + 0.0f;  // as libtorch, which adds it to 0: -0 becomes 0
      Place place = places[c];
      upper[c] = place == 0 ? g : 0;
      upper[channels + c] = place == 1 ? g : 0;
      lower[c] = place == 2 ? g : 0;
      lower[channels + c] = place == 3 ? g : 0;
    }
    upper += 2 * channels, lower += 2 * channels, gradient += channels, places += channels;
  }
}

bool is_own(const at::Tensor &x, int64_t size) {
  return size == 2 && x.device().is_cpu() && x.scalar_type() == at::kFloat && x.dim() == 4 && x.size(2) >= 2 && x.size(3) >= 2 &&
         x.numel() > 0 && x.is_contiguous(at::MemoryFormat::ChannelsLast) && at::get_num_threads() == 1;
}

// Calls f with the offset of every row of windows in the images, and that in the pooled images.
template <typename F>
void rows(const at::Tensor &x, F f) {
  int64_t height = x.size(2), stride = x.size(3) * x.size(1), pooled = x.size(3) / 2 * x.size(1);
  for (int64_t image = 0; image < x.size(0); image++)
    for (int64_t row = 0; row < height / 2; row++) f((image * height + row * 2) * stride, (image * (height / 2) + row) * pooled);
}

std::tuple<at::Tensor, at::Tensor> pool(const at::Tensor &x) {
  int64_t channels = x.size(1), columns = x.size(3) / 2, below = x.size(3) * channels;
  auto like = x.options().memory_format(at::MemoryFormat::ChannelsLast);
  auto pooled = at::empty({x.size(0), channels, x.size(2) / 2, columns}, like);
  auto places = at::empty(pooled.sizes(), like.dtype(at::kInt));
  auto *pixels = x.data_ptr<float>(), *largest = pooled.data_ptr<float>();
  auto *place = places.data_ptr<Place>();
  rows(x, [&](int64_t in, int64_t out) { pool_row(pixels + in, pixels + in + below, largest + out, place + out, columns, channels); });
  return {pooled, places};
}

at::Tensor unpool(const at::Tensor &gradient, const at::Tensor &x, const at::Tensor &places) {
  int64_t channels = x.size(1), columns = x.size(3) / 2, below = x.size(3) * channels;
  auto g = gradient.contiguous(at::MemoryFormat::ChannelsLast);
  bool covered = x.size(2) % 2 == 0 && x.size(3) % 2 == 0;
  auto out = covered ? at::empty_like(x) : at::zeros_like(x);
  auto *from = g.data_ptr<float>(), *to = out.data_ptr<float>();
  auto *place = places.data_ptr<Place>();
  rows(x, [&](int64_t in, int64_t at) { unpool_row(from + at, place + at, to + in, to + in + below, columns, channels); });
  return out;
}

}  // namespace

extern "C" {

char *experiment_max_pool2d(void **out, void **places, void *tensor, int64_t size) {
  return guarded([&] {
    Unrecorded guard;
    auto &x = as_tensor(tensor);
    auto both = is_own(x, size) ? pool(x) : at::max_pool2d_with_indices(x, {size, size});
    *out = new at::Tensor(std::get<0>(both));
    *places = new at::Tensor(std::get<1>(both));
  });
}

char *experiment_max_pool2d_backward(void **out, void *gradient, void *input, void *places, int64_t size) {
  return guarded([&] {
    Unrecorded guard;
    auto &g = as_tensor(gradient), &x = as_tensor(input), &i = as_tensor(places);
    auto back = i.scalar_type() == at::kInt
                    ? unpool(g, x, i)
                    : at::max_pool2d_with_indices_backward(g, x, {size, size}, {size, size}, {0, 0}, {1, 1}, false, i);
    *out = new at::Tensor(back);
  });
}

}  // extern "C"
