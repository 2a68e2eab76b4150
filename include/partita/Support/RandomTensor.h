// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random weights, for models of which only the architecture is at hand.

#ifndef PARTITA_SUPPORT_RANDOMTENSOR_H
#define PARTITA_SUPPORT_RANDOMTENSOR_H

#include "partita/Support/HostTensor.h"

#include "llvm/ADT/StringRef.h"

namespace partita {

/// A tensor of normal numbers with mean 0 and this standard deviation. Each
/// element depends on the seed, the tensor's name and the element's row-major
/// index only: not on the shape, on other tensors or on the machine. `kind` is
/// a float kind; each number is rounded to it once.
HostTensor randomNormalTensor(uint64_t seed, llvm::StringRef name,
                              ElementKind kind, llvm::ArrayRef<int64_t> dims,
                              double standardDeviation);

/// A tensor of integers, each of lowest..highest equally likely (up to a bias
/// of (highest - lowest + 1) / 2^32). `kind` is an integer kind that holds both
/// ends, and the range has at most 2^32 numbers. Depends on the same as above.
HostTensor randomIntegerTensor(uint64_t seed, llvm::StringRef name,
                               ElementKind kind, llvm::ArrayRef<int64_t> dims,
                               int64_t lowest, int64_t highest);

} // namespace partita

#endif // PARTITA_SUPPORT_RANDOMTENSOR_H
