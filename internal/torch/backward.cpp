// Derivatives of layers without libtorch's recording: the operations of its own backward pass.
#include "guarded.h"
#include "native.h"

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>

namespace {

// Operations below this guard skip the layers of dispatch that record.
using Unrecorded = at::AutoDispatchBelowADInplaceOrView;

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

}  // extern "C"
