// Derivatives of layers without libtorch's recording: the operations of its own backward pass.
#include "guarded.h"
#include "native.h"

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>

#include <array>
#include <tuple>

namespace {

// Operations below this guard skip the layers of dispatch that record.
using Unrecorded = at::AutoDispatchBelowADInplaceOrView;

// The derivatives by input, weight and bias, each where it is wanted.
std::tuple<at::Tensor, at::Tensor, at::Tensor> conv2d_backward(void *gradient, void *input, void *weight, int64_t padding,
                                                               int64_t groups, std::array<bool, 3> wanted) {
  auto &w = as_tensor(weight);
  return at::convolution_backward(as_tensor(gradient), as_tensor(input), w, at::IntArrayRef({w.size(0)}), {1, 1},
                                  {padding, padding}, {1, 1}, /*transposed=*/false, {0, 0}, groups, wanted);
}

}  // namespace

extern "C" {

char *experiment_relu_backward(void **out, void *gradient, void *result) {
  return guarded([&] {
    Unrecorded guard;
    *out = new at::Tensor(at::threshold_backward(as_tensor(gradient), as_tensor(result), 0));
  });
}

char *experiment_linear_gradients(void *of_weight, void *of_bias, void *gradient, void *input) {
  return guarded([&] {
    Unrecorded guard;
    at::bmm_out(as_tensor(of_weight), as_tensor(input).transpose(1, 2), as_tensor(gradient));
    at::sum_out(as_tensor(of_bias), as_tensor(gradient), {1}, /*keepdim=*/true);
  });
}

char *experiment_linear_backward(void **out, void *gradient, void *weight) {
  return guarded([&] {
    Unrecorded guard;
    *out = new at::Tensor(at::bmm(as_tensor(gradient), as_tensor(weight).transpose(1, 2)));
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
