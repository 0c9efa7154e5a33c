// For the C++ of this package only: loops that are compiled for each kind of vectors, of which the best one is taken when
// the program starts. Where the processor has both in one, a product is not rounded before it is added to.
#ifndef EXPERIMENT_VECTORISED_H
#define EXPERIMENT_VECTORISED_H

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__)
#define VECTORISED __attribute__((optimize("O3","fp-contract=fast"), target_clones("default", "arch=haswell", "avx512f")))
#else
#define VECTORISED
#endif

#endif
