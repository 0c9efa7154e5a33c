// For the C++ of this package only.
#ifndef EXPERIMENT_GUARDED_H
#define EXPERIMENT_GUARDED_H

#include <ATen/core/Tensor.h>
#include <string.h>

#include <exception>

inline at::Tensor &as_tensor(void *p) { return *static_cast<at::Tensor *>(p); }

// Runs f and turns an exception into its message.
template <typename F>
char *guarded(F f) {
  try {
    f();
    return nullptr;
  } catch (const std::exception &e) {
    return strdup(e.what());
  } catch (...) {
    return strdup("unknown exception");
  }
}

#endif
