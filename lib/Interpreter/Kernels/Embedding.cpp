// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Embedding.h"

#include "IdLookup.h"
#include "KernelUtils.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

using namespace partita;
using namespace partita::interp;

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

std::optional<BadId> interp::findBadId(const HostTensor &ids, int64_t limit,
                                       std::optional<int64_t> exempt) {
  return dispatchId(ids.getKind(), [&](auto type) -> std::optional<BadId> {
    for (auto [index, id] : llvm::enumerate(ids.data<decltype(type)>()))
      if ((id < 0 || id >= limit) && id != exempt)
        return BadId{static_cast<int64_t>(index), id};
    return std::nullopt;
  });
}

HostTensor interp::embedding(const HostTensor &table, const HostTensor &ids,
                             const HostTensor *rowIds) {
  int64_t numFeatures = table.getDim(1);
  Shape dims(ids.getDims());
  dims.push_back(numFeatures);
  if (rowIds) {
    IdLookup rows(*rowIds);
    HostTensor result = HostTensor::zeros(table.getKind(), dims);
    dispatchFloat(table.getKind(), [&](auto type) {
      using T = decltype(type);
      T *sums = result.mutableData<T>().data();
      for (int64_t id : idsOf(ids)) {
        rows.forEach(id, [&](int64_t row) {
          const T *features = table.data<T>().data() + row * numFeatures;
          for (int64_t d = 0; d != numFeatures; ++d)
            sums[d] += features[d];
        });
        sums += numFeatures;
      }
    });
    return result;
  }
  assert(!findBadId(ids, table.getDim(0)) && "expected ids of the table");
  HostTensor result = HostTensor::allocate(table.getKind(), dims);
  dispatchFloat(table.getKind(), [&](auto type) {
    using T = decltype(type);
    T *to = result.mutableData<T>().data();
    for (int64_t id : idsOf(ids))
      to = llvm::copy(table.data<T>().slice(id * numFeatures, numFeatures), to);
  });
  return result;
}

HostTensor interp::iota(ElementKind kind, int64_t count, int64_t first,
                        int64_t step) {
  HostTensor result = HostTensor::allocate(kind, {count});
  dispatchId(kind, [&](auto type) {
    using T = decltype(type);
    for (auto [i, number] : llvm::enumerate(result.mutableData<T>()))
      number = static_cast<T>(first + static_cast<int64_t>(i) * step);
  });
  return result;
}

//===----------------------------------------------------------------------===//
// Rotary embedding
//===----------------------------------------------------------------------===//

double interp::rotaryFrequency(int64_t pair, int64_t numFeatures,
                               const RotaryOptions &options) {
  double frequency = std::pow(options.theta, -2.0 * pair / numFeatures);
  if (options.factor == 0)
    return frequency;
  // How often the pair turns around within the original context.
  double turns = options.originalContext * frequency / (2 * std::numbers::pi);
  if (turns > options.highFrequencyFactor)
    return frequency;
  if (turns < options.lowFrequencyFactor)
    return frequency / options.factor;
  double kept = (turns - options.lowFrequencyFactor) /
                (options.highFrequencyFactor - options.lowFrequencyFactor);
  return kept * frequency + (1 - kept) * frequency / options.factor;
}

HostTensor interp::rotary(const HostTensor &input,
                          const RotaryOptions &options) {
  int64_t batch = input.getDim(0), length = input.getDim(1);
  int64_t numHeads = input.getDim(2), numPairs = input.getDim(3) / 2;
  // Features of pair j are `first * j` and `second` after it.
  int64_t first = options.interleaved ? 2 : 1;
  int64_t second = options.interleaved ? 1 : numPairs;

  HostTensor result = HostTensor::allocate(input.getKind(), input.getDims());
  dispatchFloat(input.getKind(), [&](auto type) {
    using T = decltype(type);
    llvm::SmallVector<T, 0> cosines(length * numPairs), sines(cosines.size());
    auto positions = positionsOf(options.positions, length);
    for (int64_t j = 0; j != numPairs; ++j) {
      double frequency = rotaryFrequency(j, 2 * numPairs, options);
      for (int64_t s = 0; s != length; ++s) {
        double angle = positions[s] * frequency;
        cosines[s * numPairs + j] = static_cast<T>(std::cos(angle));
        sines[s * numPairs + j] = static_cast<T>(std::sin(angle));
      }
    }
    const T *from = input.data<T>().data();
    T *to = result.mutableData<T>().data();
    for (int64_t row = 0, e = batch * length * numHeads; row != e; ++row) {
      int64_t s = row / numHeads % length;
      for (int64_t j = 0; j != numPairs; ++j) {
        T x = from[first * j], y = from[first * j + second];
        T cosine = cosines[s * numPairs + j], sine = sines[s * numPairs + j];
        to[first * j] = x * cosine - y * sine;
        to[first * j + second] = y * cosine + x * sine;
      }
      from += 2 * numPairs;
      to += 2 * numPairs;
    }
  });
  return result;
}

//===----------------------------------------------------------------------===//
// Relative position bias
//===----------------------------------------------------------------------===//

int64_t interp::relativePositionBucket(int64_t distance, int64_t numBuckets,
                                       int64_t maxDistance,
                                       bool bidirectional) {
  int64_t offset = 0;
  if (bidirectional) { // The upper half is for keys after the query.
    numBuckets /= 2;
    offset = distance > 0 ? numBuckets : 0;
    distance = std::abs(distance);
  } else {
    distance = std::max<int64_t>(-distance, 0);
  }
  int64_t numExact = numBuckets / 2;
  if (distance < numExact)
    return offset + distance;
  double scale = std::log(static_cast<double>(distance) / numExact) /
                 std::log(static_cast<double>(maxDistance) / numExact);
  int64_t bucket =
      numExact + static_cast<int64_t>(scale * (numBuckets - numExact));
  return offset + std::min(bucket, numBuckets - 1);
}

/// `a - b`, or the number of that sign that is furthest from 0: positions are
/// given by users.
static int64_t subtractSaturating(int64_t a, int64_t b) {
  int64_t difference;
  if (!llvm::SubOverflow(a, b, difference))
    return std::max(difference, -std::numeric_limits<int64_t>::max());
  return a < b ? -std::numeric_limits<int64_t>::max()
               : std::numeric_limits<int64_t>::max();
}

HostTensor interp::relativePositionBias(const HostTensor &table,
                                        int64_t numQueries, int64_t numKeys,
                                        const HostTensor *queryPositions,
                                        const HostTensor *keyPositions,
                                        bool bidirectional,
                                        int64_t maxDistance) {
  int64_t numBuckets = table.getDim(0), numHeads = table.getDim(1);
  auto queries = positionsOf(queryPositions, numQueries);
  auto keys = positionsOf(keyPositions, numKeys);
  HostTensor result =
      HostTensor::allocate(table.getKind(), {1, numHeads, numQueries, numKeys});
  dispatchFloat(table.getKind(), [&](auto type) {
    using T = decltype(type);
    llvm::ArrayRef<T> rows = table.data<T>();
    T *to = result.mutableData<T>().data();
    for (int64_t q = 0; q != numQueries; ++q)
      for (int64_t k = 0; k != numKeys; ++k) {
        int64_t bucket =
            relativePositionBucket(subtractSaturating(keys[k], queries[q]),
                                   numBuckets, maxDistance, bidirectional);
        for (int64_t h = 0; h != numHeads; ++h)
          to[(h * numQueries + q) * numKeys + k] = rows[bucket * numHeads + h];
      }
  });
  return result;
}
