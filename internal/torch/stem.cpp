// The first layers of a network for grey images in one pass: a 3x3 convolution, 2x2 max-pooling and ReLU, in float32 on the CPU.
// What a convolution of one channel computes is little beside what it writes: the result of the convolution is four times that
// of the pooling, and here it never leaves the registers.
#include "guarded.h"
#include "native.h"
#include "vectorised.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace {

constexpr int64_t lanes = 16, taps = 9;

// One number for each of sixteen channels.
using Lanes = float __attribute__((vector_size(lanes * sizeof(float))));

// Which pixel of its window the largest element is of, counted row by row; nowhere is that of no gradient.
constexpr uint8_t nowhere = 4;

// An image with a border of zeros, and its windows of two by two pixels.
struct Image {
  const float *pixels;  // [2·rows + 2, stride]
  int64_t rows, columns, stride;
};

// Convolves an image with sixteen kernels [taps], takes the largest of each window where that is above 0, and says where it
// is. Results and places of a window lie apart by channels, of which so many are wanted.
VECTORISED void forward(const Image &image, const Lanes *weight, const Lanes &bias, float *results, uint8_t *places,
                        int64_t channels, int64_t wanted) {
  Lanes kernels[taps], shift = bias;  // in registers, which results might not be apart from
  for (int64_t tap = 0; tap < taps; tap++) kernels[tap] = weight[tap];
  for (int64_t row = 0; row < image.rows; row++) {
    for (int64_t column = 0; column < image.columns; column++) {
      const float *pixel = image.pixels + 2 * row * image.stride + 2 * column;
      alignas(Lanes) float sums[4][lanes];
      for (int64_t here = 0; here < 4; here++) {
        const float *x = pixel + here / 2 * image.stride + here % 2;
        Lanes sum = shift;
        for (int64_t tap = 0; tap < taps; tap++) sum += kernels[tap] * x[tap / 3 * image.stride + tap % 3];
        std::memcpy(sums[here], &sum, sizeof sum);
      }
      alignas(Lanes) float largest[lanes];
      alignas(Lanes) int32_t place[lanes];
      for (int64_t c = 0; c < lanes; c++) {
        float most = sums[0][c];
        int32_t at = 0;
        for (int32_t here = 1; here < 4; here++) {
          bool better = sums[here][c] > most || sums[here][c] != sums[here][c];
          most = better ? sums[here][c] : most;
          at = better ? here : at;
        }
        largest[c] = most <= 0 ? 0 : most;
        place[c] = most <= 0 ? nowhere : at;
      }
      if (wanted == lanes) {
        for (int64_t c = 0; c < lanes; c++) results[c] = largest[c], places[c] = static_cast<uint8_t>(place[c]);
      } else {
        for (int64_t c = 0; c < wanted; c++) results[c] = largest[c], places[c] = static_cast<uint8_t>(place[c]);
      }
      results += channels, places += channels;
    }
  }
}

// The gradients by the kernels [taps] and the biases of sixteen channels that one image gives.
VECTORISED void backward(const Image &image, const float *gradients, const uint8_t *places, int64_t channels, int64_t wanted,
                         Lanes *of_weight, Lanes &of_bias) {
  Lanes kernels[taps] = {}, shift{};  // in registers, which what they are added to is not
  for (int64_t row = 0; row < image.rows; row++) {
    for (int64_t column = 0; column < image.columns; column++) {
      const float *pixel = image.pixels + 2 * row * image.stride + 2 * column;
      alignas(Lanes) float gradient[lanes] = {}, given[4][lanes];
      alignas(Lanes) int32_t place[lanes] = {};
      if (wanted == lanes) {
        for (int64_t c = 0; c < lanes; c++) gradient[c] = gradients[c], place[c] = places[c];
      } else {
        for (int64_t c = 0; c < wanted; c++) gradient[c] = gradients[c], place[c] = places[c];
      }
      for (int32_t here = 0; here < 4; here++)
        for (int64_t c = 0; c < lanes; c++) given[here][c] = place[c] == here ? gradient[c] : 0;
      for (int64_t here = 0; here < 4; here++) {
        const float *x = pixel + here / 2 * image.stride + here % 2;
        Lanes slope;
        std::memcpy(&slope, given[here], sizeof slope);
        shift += slope;
        for (int64_t tap = 0; tap < taps; tap++) kernels[tap] += slope * x[tap / 3 * image.stride + tap % 3];
      }
      gradients += channels, places += channels;
    }
  }
  for (int64_t tap = 0; tap < taps; tap++) of_weight[tap] = kernels[tap];
  of_bias = shift;
}

// Images [..., height, width], one after the other with a border of zeros.
class Bordered {
 public:
  explicit Bordered(const at::Tensor &images)
      : x(images.contiguous()), height(x.size(2)), width(x.size(3)), pixels((height + 2) * (width + 2)) {}

  Image at(int64_t number) {
    const float *from = x.data_ptr<float>() + number * height * width;
    for (int64_t row = 0; row < height; row++) std::copy_n(from + row * width, width, pixels.data() + (row + 1) * (width + 2) + 1);
    return {pixels.data(), height / 2, width / 2, width + 2};
  }

 private:
  at::Tensor x;
  int64_t height, width;
  std::vector<float> pixels;
};

void check(const at::Tensor &x, int64_t channels) {
  TORCH_CHECK(x.dim() == 4 && x.size(1) > 0 && channels % x.size(1) == 0, "images of ", x.sizes(), " are not grey ones for each of some replicas with ",
              channels, " channels in all");
  TORCH_CHECK(x.size(2) >= 2 && x.size(3) >= 2 && x.device().is_cpu() && x.scalar_type() == at::kFloat,
              "images of ", x.sizes(), " are not of 2x2 pixels at least, in float32 on the CPU");
}

// Calls f for every image, and every sixteen channels that it has in the result or fewer: the image, the first channel, how many
// there are, and where they are for the first window.
template <typename F>
void each(const at::Tensor &images, int64_t channels, F f) {
  int64_t replicas = images.size(1), own = channels / replicas, windows = images.size(2) / 2 * (images.size(3) / 2);
  Bordered bordered(images);
  for (int64_t i = 0; i < images.size(0); i++) {
    for (int64_t replica = 0; replica < replicas; replica++) {
      Image image = bordered.at(i * replicas + replica);
      for (int64_t first = replica * own; first < (replica + 1) * own; first += lanes)
        f(image, first, std::min(lanes, (replica + 1) * own - first), i * windows * channels + first);
    }
  }
}

}  // namespace

extern "C" {

char *experiment_stem(void **out, void **places, void *images, void *weight, void *bias) {
  return guarded([&] {
    auto &x = as_tensor(images);
    auto w = as_tensor(weight).detach().reshape({-1, taps}).contiguous(), b = as_tensor(bias).detach().reshape({-1}).contiguous();
    int64_t channels = w.size(0);
    check(x, channels);
    auto like = x.options().memory_format(at::MemoryFormat::ChannelsLast);
    auto result = at::empty({x.size(0), channels, x.size(2) / 2, x.size(3) / 2}, like);
    auto place = at::empty(result.sizes(), like.dtype(at::kByte));
    auto *results = result.data_ptr<float>();
    auto *at = place.data_ptr<uint8_t>();
    auto *weights = w.data_ptr<float>(), *biases = b.data_ptr<float>();
    each(x, channels, [&](const Image &image, int64_t first, int64_t wanted, int64_t offset) {
      Lanes kernels[taps] = {}, shift{};
      for (int64_t c = 0; c < wanted; c++) {
        for (int64_t tap = 0; tap < taps; tap++) kernels[tap][c] = weights[(first + c) * taps + tap];
        shift[c] = biases[first + c];
      }
      forward(image, kernels, shift, results + offset, at + offset, channels, wanted);
    });
    *out = new at::Tensor(result);
    *places = new at::Tensor(place);
  });
}

char *experiment_stem_gradients(void *of_weight, void *of_bias, void *gradient, void *images, void *places) {
  return guarded([&] {
    auto &x = as_tensor(images);
    auto g = as_tensor(gradient).contiguous(at::MemoryFormat::ChannelsLast);
    auto &place = as_tensor(places);
    int64_t channels = g.size(1);
    check(x, channels);
    auto *gradients = g.data_ptr<float>();
    auto *at = place.data_ptr<uint8_t>();
    std::vector<double> sums(channels * (taps + 1));  // over images: a float would lose digits
    each(x, channels, [&](const Image &image, int64_t first, int64_t wanted, int64_t offset) {
      Lanes kernels[taps], shift;
      backward(image, gradients + offset, at + offset, channels, wanted, kernels, shift);
      for (int64_t c = 0; c < wanted; c++) {
        double *of = sums.data() + (first + c) * (taps + 1);
        for (int64_t tap = 0; tap < taps; tap++) of[tap] += kernels[tap][c];
        of[taps] += shift[c];
      }
    });
    auto all = at::from_blob(sums.data(), {channels, taps + 1}, at::kDouble);
    as_tensor(of_weight).copy_(all.narrow(1, 0, taps).reshape(as_tensor(of_weight).sizes()));
    as_tensor(of_bias).copy_(all.narrow(1, taps, 1).reshape(as_tensor(of_bias).sizes()));
  });
}

}  // extern "C"
