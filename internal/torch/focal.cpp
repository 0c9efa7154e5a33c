// The mean of a focal loss and its gradient by the logits in one pass over a batch.
#include "guarded.h"
#include "native.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

// A divisor instead of 0; any other 1 - q is far larger.
constexpr double smallest = 1e-30;

// F is -(1-q)^gamma·l as a function of l = log q, with its derivative.
struct Term {
  double value, slope;
};

Term term(double l, double gamma) {
  if (gamma == 0) return {-l, -1};
  double q = std::exp(l), m = -std::expm1(l), weight = std::pow(m, gamma);
  return {-weight * l, weight * (gamma * q * (l / std::max(m, smallest)) - 1)};
}

// descend returns the sum of the losses of n examples, and writes the gradient of that sum times scale.
template <typename T>
double descend(const T *logits, const int64_t *labels, T *gradient, int64_t n, int64_t classes, double gamma, double epsilon,
               double scale) {
  double total = 0, all = epsilon / classes, own = 1 - epsilon;
  std::vector<double> q(classes), by_log(classes);
  for (; n > 0; n--, logits += classes, gradient += classes, labels++) {
    double largest = *std::max_element(logits, logits + classes), sum = 0;
    for (int64_t k = 0; k < classes; k++) sum += q[k] = std::exp(logits[k] - largest);
    double log_sum = std::log(sum), whole = 0;
    for (int64_t k = 0; k < classes; k++) {
      double weight = all + (k == *labels ? own : 0);
      by_log[k] = 0;
      if (weight == 0) continue;
      Term t = term(logits[k] - largest - log_sum, gamma);
      total += weight * t.value;
      whole += by_log[k] = weight * t.slope;
    }
    for (int64_t k = 0; k < classes; k++) gradient[k] = scale * (by_log[k] - q[k] / sum * whole);
  }
  return total;
}

}  // namespace

extern "C" {

char *experiment_focal_descent(void **mean, void **gradient, void *logits, void *targets, const double *gamma,
                               const double *epsilon) {
  return guarded([&] {
    auto z = as_tensor(logits).detach().contiguous();
    auto y = as_tensor(targets).expand({z.size(0), z.size(1)}).contiguous();
    auto by_logits = at::empty_like(z), means = at::empty({z.size(0)}, z.options().dtype(at::kDouble));
    int64_t n = z.size(1), classes = z.size(2);
    TORCH_CHECK(y.numel() == 0 || (y.min().item<int64_t>() >= 0 && y.max().item<int64_t>() < classes), "a label is no class");
    AT_DISPATCH_FLOATING_TYPES(z.scalar_type(), "focal descent", [&] {
      for (int64_t k = 0; k < z.size(0); k++) {
        double total = descend(z.data_ptr<scalar_t>() + k * n * classes, y.data_ptr<int64_t>() + k * n,
                               by_logits.data_ptr<scalar_t>() + k * n * classes, n, classes, gamma[k], epsilon[k], 1.0 / n);
        means.data_ptr<double>()[k] = total / n;
      }
    });
    *mean = new at::Tensor(means);
    *gradient = new at::Tensor(by_logits);
  });
}

}  // extern "C"
