#include "native.h"

#include "guarded.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <dlfcn.h>
#include <limits.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <torch/version.h>

namespace {

// A function of a library that may or may not be loaded.
template <typename F>
F loaded(const char *name) {
  return reinterpret_cast<F>(dlsym(RTLD_DEFAULT, name));
}

// In deterministic mode libtorch also fills every tensor that is created without values, from 2.1 on: with NaN, so that
// reading one early shows. Whatever makes its result that way then writes it twice. From 2.2 on this can be switched off.
template <typename Context>
auto leave_uninitialised(Context &context, int) -> decltype(context.setDeterministicFillUninitializedMemory(false)) {
  context.setDeterministicFillUninitializedMemory(false);
}

template <typename Context>
void leave_uninitialised(Context &, long) {}

char *openblas_text(const char *name) {
  auto f = loaded<char *(*)()>(name);
  return f ? strdup(f()) : nullptr;
}

}  // namespace

extern "C" {

void experiment_free(const uintptr_t *tensors, int64_t count) {
  for (int64_t i = count - 1; i >= 0; i--) delete reinterpret_cast<at::Tensor *>(tensors[i]);
}

void experiment_scalar_set(void *scalar, double value) { *static_cast<at::Scalar *>(scalar) = value; }

int experiment_device(void *tensor) {
  auto device = as_tensor(tensor).device();
  return device.is_cuda() ? device.index() : -1;
}

char *experiment_channels_last(void **out, void *tensor) {
  return guarded([&] {
    auto t = as_tensor(tensor).contiguous(at::MemoryFormat::ChannelsLast);
    // With one channel either layout is both, and libtorch takes it for channels first unless the strides say otherwise.
    if (t.size(1) == 1) t = t.as_strided(t.sizes(), {t.size(2) * t.size(3), 1, t.size(3), 1});
    *out = new at::Tensor(t);
  });
}

char *experiment_borrow(void **out, void *data, const int64_t *shape, int64_t dims, int dtype) {
  return guarded([&] { *out = new at::Tensor(at::from_blob(data, at::IntArrayRef(shape, dims), static_cast<at::ScalarType>(dtype))); });
}

char *experiment_add_scaled(void *tensor, void *other, double scale) {
  return guarded([&] { as_tensor(tensor).add_(as_tensor(other), scale); });
}

int experiment_grad_mode(int enabled) {
  bool previous = c10::GradMode::is_enabled();
  c10::GradMode::set_enabled(enabled != 0);
  return previous;
}

char *experiment_zero_grad(void *tensor) {
  return guarded([&] { as_tensor(tensor).mutable_grad() = at::Tensor(); });
}

int experiment_has_grad(void *tensor) { return as_tensor(tensor).grad().defined(); }

char *experiment_set_threads(int count) {
  return guarded([&] {
    at::set_num_threads(count);
    if (auto f = loaded<void (*)(int)>("openblas_set_num_threads")) f(count);
  });
}

int experiment_reuse_memory(void) {
#ifdef __GLIBC__
  const int mapped_from = 32 << 20;  // the most that glibc accepts
  return mallopt(M_MMAP_THRESHOLD, mapped_from) && mallopt(M_TRIM_THRESHOLD, INT_MAX) && mallopt(M_TOP_PAD, 64 << 20) &&
         mallopt(M_ARENA_MAX, 1);
#else
  return 0;
#endif
}

void experiment_trim_memory(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

char *experiment_set_deterministic(int enabled) {
  return guarded([&] {
    at::globalContext().setDeterministicAlgorithms(enabled != 0, /*warn_only=*/false);
    at::globalContext().setDeterministicCuDNN(enabled != 0);
    at::globalContext().setBenchmarkCuDNN(false);
    leave_uninitialised(at::globalContext(), 0);
  });
}

char *experiment_set_tf32(int allowed) {
  return guarded([&] {
    at::globalContext().setAllowTF32CuBLAS(allowed != 0);
    at::globalContext().setAllowTF32CuDNN(allowed != 0);
  });
}

const char *experiment_version(void) { return TORCH_VERSION; }

int experiment_threads(void) { return at::get_num_threads(); }

char *experiment_parallel_info(void) { return strdup(at::get_parallel_info().c_str()); }

int experiment_has_mkl(void) { return at::hasMKL(); }

char *experiment_blas_library(void) {
  void *symbol = dlsym(RTLD_DEFAULT, "sgemm_");
  Dl_info info;
  if (symbol == nullptr || dladdr(symbol, &info) == 0 || info.dli_fname == nullptr) return nullptr;
  char *path = realpath(info.dli_fname, nullptr);
  return path ? path : strdup(info.dli_fname);
}

char *experiment_openblas_config(void) { return openblas_text("openblas_get_config"); }

char *experiment_openblas_core(void) { return openblas_text("openblas_get_corename"); }

int experiment_openblas_threads(void) {
  auto f = loaded<int (*)()>("openblas_get_num_threads");
  return f ? f() : 0;
}

}  // extern "C"
