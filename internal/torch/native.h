// What libtch leaves out of libtorch, with C linkage.
//
// Tensors and scalars are passed as void* (at::Tensor*, at::Scalar*). A function that can fail returns NULL on
// success, and otherwise a message that the caller frees.
#ifndef EXPERIMENT_NATIVE_H
#define EXPERIMENT_NATIVE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Handles.
void experiment_free(const uintptr_t *tensors, int64_t count);
void experiment_scalar_set(void *scalar, double value);
int experiment_device(void *tensor);  // -1: CPU, i >= 0: CUDA device i
char *experiment_channels_last(void **out, void *tensor);
char *experiment_borrow(void **out, void *data, const int64_t *shape, int64_t dims, int dtype);  // shares data
char *experiment_add_scaled(void *tensor, void *other, double scale);

// Gradients.
int experiment_grad_mode(int enabled);  // returns the previous mode
char *experiment_zero_grad(void *tensor);  // drops the gradient
int experiment_has_grad(void *tensor);

// Layers, and their derivatives. gradient is the derivative by the result of the layer; the one by its input comes out, those by its
// parameters are put into of_weight and of_bias.
char *experiment_relu_backward(void **out, void *gradient, void *result);
char *experiment_linear_backward(void **out, void *gradient, void *weight);
char *experiment_linear_gradients(void *of_weight, void *of_bias, void *gradient, void *input);
char *experiment_conv2d(void **out, void *input, void *weight, void *bias, int64_t padding, int64_t groups);
char *experiment_conv2d_backward(void **out, void *gradient, void *input, void *weight, int64_t padding, int64_t groups);
char *experiment_conv2d_gradients(void *of_weight, void *of_bias, void *gradient, void *input, void *weight,
                                  int64_t padding, int64_t groups);
char *experiment_max_pool2d(void **out, void **places, void *tensor, int64_t size);
char *experiment_max_pool2d_backward(void **out, void *gradient, void *input, void *places, int64_t size);
char *experiment_stem(void **out, void **places, void *images, void *weight, void *bias);
char *experiment_stem_gradients(void *of_weight, void *of_bias, void *gradient, void *images, void *places);

// Of logits [K, N, C] on the CPU, int64 targets [K, N] or [1, N], and K values of gamma and epsilon each: the mean loss of each
// replica, float64 [K], and the gradient of their sum by the logits.
char *experiment_focal_descent(void **mean, void **gradient, void *logits, void *targets, const double *gamma,
                               const double *epsilon);

// Graphs of a GPU. Streams are those of this thread; both wait for what was started before.
int experiment_has_graphs(void);
char *experiment_own_stream(int device);
char *experiment_default_stream(int device);
char *experiment_graph_begin(void **graph);  // what is done until the end is recorded; the graph is to be freed, also after an error
char *experiment_graph_end(void *graph);
char *experiment_graph_replay(void *graph);
void experiment_graph_free(void *graph);  // which may be NULL

// Settings of the process.
char *experiment_set_threads(int count);
int experiment_reuse_memory(void);  // 0: the C library cannot
void experiment_trim_memory(void);
char *experiment_set_deterministic(int enabled);
char *experiment_set_tf32(int allowed);

// Facts. Texts are to be freed; NULL where there is none.
const char *experiment_version(void);
char *experiment_build_id(void);  // of the library that holds libtorch's CPU kernels
char *experiment_config(void);  // libtorch's own account of how it was built, several lines
int experiment_threads(void);
char *experiment_parallel_info(void);
int experiment_has_mkl(void);
char *experiment_blas_library(void);  // path of the library that sgemm_ comes from
char *experiment_openblas_config(void);
char *experiment_openblas_core(void);
int experiment_openblas_threads(void);  // 0: no OpenBLAS
char *experiment_cuda_name(int device);  // as the driver numbers the devices this process sees
int64_t experiment_cuda_memory(void);  // bytes in use on the device of this thread's context; 0 where there is none

#ifdef __cplusplus
}
#endif

#endif
