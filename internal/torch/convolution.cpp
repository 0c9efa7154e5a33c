// Convolution and its derivatives, which libtorch leaves to oneDNN on a CPU where it can.
#include "guarded.h"
#include "native.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/version.h>

#include <array>
#include <tuple>

namespace {

using Unrecorded = at::AutoDispatchBelowADInplaceOrView;

// Keeps oneDNN out of a convolution of one channel a group with libtorch 2, while it lives. The one of Debian 13 (3.7.2, with libtorch
// 2.6.0) gets results and gradients of those wrong that lie channels-last, by their whole size; libtorch's own are right, as
// is the oneDNN of libtorch 1.13.1.
class Trusted {
 public:
  explicit Trusted(const at::Tensor &weight) : onednn(at::globalContext().userEnabledMkldnn()) {
    if (TORCH_VERSION_MAJOR >= 2 && weight.dim() == 4 && weight.size(1) == 1) at::globalContext().setUserEnabledMkldnn(false);
  }
  ~Trusted() { at::globalContext().setUserEnabledMkldnn(onednn); }

 private:
  bool onednn;
};

// The derivatives by input, weight and bias, each where it is wanted.
std::tuple<at::Tensor, at::Tensor, at::Tensor> conv2d_backward(void *gradient, void *input, void *weight, int64_t padding,
                                                               int64_t groups, std::array<bool, 3> wanted) {
  auto &w = as_tensor(weight);
  Trusted kernels(w);
  return at::convolution_backward(as_tensor(gradient), as_tensor(input), w, at::IntArrayRef({w.size(0)}), {1, 1},
                                  {padding, padding}, {1, 1}, /*transposed=*/false, {0, 0}, groups, wanted);
}

}  // namespace

extern "C" {

char *experiment_conv2d(void **out, void *input, void *weight, void *bias, int64_t padding, int64_t groups) {
  return guarded([&] {
    auto &w = as_tensor(weight);
    Trusted kernels(w);
    *out = new at::Tensor(at::conv2d(as_tensor(input), w, as_tensor(bias), {1, 1}, {padding, padding}, {1, 1}, groups));
  });
}

char *experiment_conv2d_gradients(void *of_weight, void *of_bias, void *gradient, void *input, void *weight,
                                  int64_t padding, int64_t groups) {
  return guarded([&] {
    Unrecorded guard;
    auto all = conv2d_backward(gradient, input, weight, padding, groups, {false, true, true});
    as_tensor(of_weight).copy_(std::get<1>(all).view_as(as_tensor(of_weight)));
    as_tensor(of_bias).copy_(std::get<2>(all).view_as(as_tensor(of_bias)));
  });
}

char *experiment_conv2d_backward(void **out, void *gradient, void *input, void *weight, int64_t padding, int64_t groups) {
  return guarded([&] {
    Unrecorded guard;
    *out = new at::Tensor(std::get<0>(conv2d_backward(gradient, input, weight, padding, groups, {true, false, false})));
  });
}

}  // extern "C"
