// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Support/RandomTensor.h"

#include "partita/Support/Philox.h"

#include "llvm/Support/xxhash.h"

#include <algorithm>
#include <type_traits>

using namespace partita;

/// Calls `body(begin, count)` for the elements in pieces that stay in the
/// first-level cache.
template <typename Body>
static void forEachPiece(int64_t numElements, Body body) {
  for (int64_t begin = 0; begin < numElements; begin += 1024)
    body(begin, std::min<int64_t>(1024, numElements - begin));
}

HostTensor partita::randomNormalTensor(uint64_t seed, llvm::StringRef name,
                                       ElementKind kind,
                                       llvm::ArrayRef<int64_t> dims,
                                       double standardDeviation) {
  assert(isFloatKind(kind) && "expected a float kind");
  HostTensor result = HostTensor::allocate(kind, dims);
  RandomArray random(seed, llvm::xxHash64(name));
  double buffer[1024];
  dispatch(kind, [&](auto type) {
    using T = decltype(type);
    if constexpr (!std::is_integral_v<T>) {
      llvm::MutableArrayRef<T> out = result.mutableData<T>();
      forEachPiece(result.getNumElements(), [&](int64_t begin, int64_t count) {
        random.normal(begin, llvm::MutableArrayRef(buffer, count));
        for (int64_t i = 0; i != count; ++i) {
          double value = buffer[i] * standardDeviation;
          if constexpr (std::is_same_v<T, Float16>)
            out[begin + i] = toFloat16(value);
          else if constexpr (std::is_same_v<T, BFloat16>)
            out[begin + i] = toBFloat16(value);
          else
            out[begin + i] = static_cast<T>(value);
        }
      });
    }
  });
  return result;
}

HostTensor partita::randomIntegerTensor(uint64_t seed, llvm::StringRef name,
                                        ElementKind kind,
                                        llvm::ArrayRef<int64_t> dims,
                                        int64_t lowest, int64_t highest) {
  assert(!isFloatKind(kind) && "expected an integer kind");
  uint64_t last =
      static_cast<uint64_t>(highest) - static_cast<uint64_t>(lowest);
  assert(lowest <= highest && last <= UINT32_MAX && "expected a range");
  HostTensor result = HostTensor::allocate(kind, dims);
  RandomArray random(seed, llvm::xxHash64(name));
  uint32_t buffer[1024];
  dispatch(kind, [&](auto type) {
    using T = decltype(type);
    if constexpr (std::is_integral_v<T>) {
      llvm::MutableArrayRef<T> out = result.mutableData<T>();
      forEachPiece(result.getNumElements(), [&](int64_t begin, int64_t count) {
        random.bits(begin, llvm::MutableArrayRef(buffer, count));
        // The high half of bits * size is uniform over 0..size-1.
        for (int64_t i = 0; i != count; ++i)
          out[begin + i] = static_cast<T>(
              lowest + static_cast<int64_t>((buffer[i] * (last + 1)) >> 32));
      });
    }
  });
  return result;
}
