// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For every head, a block of queries at a time: scores by one matrix product,
// softmax row by row, output by a second product.

#include "partita/Interpreter/Kernels/Attention.h"

#include "KernelUtils.h"
#include "partita/Interpreter/Kernels/Broadcast.h"
#include "partita/Interpreter/Kernels/Gemm.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace partita;
using namespace partita::interp;

namespace {

/// Elements of a block of scores, as many as fit in the second-level cache, and
/// its rows: enough for a matrix product to be efficient.
constexpr int64_t blockSize = 1 << 16, minBlockRows = 16, maxBlockRows = 128;

template <typename T> class Attention {
public:
  Attention(const HostTensor &query, const HostTensor &key,
            const HostTensor &value, const AttentionOptions &options,
            AttentionResult &result);
  void run();

private:
  /// Computes the rows [begin, end) of one head.
  void computeBlock(int64_t b, int64_t h, int64_t begin, int64_t end);
  /// Turns scores of the first `count` keys into exponentials relative to their
  /// maximum, or to `origin` if not null; returns the sum of these and the
  /// log-sum-exp of the scores.
  std::pair<T, T> exponentiate(T *scores, int64_t b, int64_t h, int64_t q,
                               int64_t count, const T *origin) const;
  /// The number of leading keys of which causality shows any to the queries
  /// [begin, end).
  int64_t numKeysToVisit(int64_t begin, int64_t end) const;
  bool isVisible(int64_t b, int64_t q, int64_t k) const {
    return (keyMask.empty() || keyMask[b * numKeys + k] != 0) &&
           (!causal || keyPositions[k] <= queryPositions[q]);
  }

  int64_t batch, numQueries, numHeads, numFeatures;
  int64_t numKeys, numKeyHeads, numValueFeatures;
  const T *query, *key, *value, *bias = nullptr, *normalizer = nullptr;
  T *output, *logSumExp;
  Shape biasSteps;
  llvm::ArrayRef<uint8_t> keyMask;
  llvm::SmallVector<int64_t, 0> queryPositions, keyPositions;
  bool causal;
  T scale;
  llvm::SmallVector<T, 0> scores;
};

template <typename T>
Attention<T>::Attention(const HostTensor &query, const HostTensor &key,
                        const HostTensor &value,
                        const AttentionOptions &options,
                        AttentionResult &result)
    : batch(query.getDim(0)), numQueries(query.getDim(1)),
      numHeads(query.getDim(2)), numFeatures(query.getDim(3)),
      numKeys(key.getDim(1)), numKeyHeads(key.getDim(2)),
      numValueFeatures(value.getDim(3)), query(query.data<T>().data()),
      key(key.data<T>().data()), value(value.data<T>().data()),
      output(result.output.mutableData<T>().data()),
      logSumExp(result.logSumExp.mutableData<T>().data()),
      causal(options.causal), scale(static_cast<T>(options.scale)) {
  if (options.bias) {
    bias = options.bias->data<T>().data();
    biasSteps = broadcastSteps(options.bias->getDims(),
                               {batch, numHeads, numQueries, numKeys});
  }
  if (options.normalizer)
    normalizer = options.normalizer->data<T>().data();
  if (options.keyMask)
    keyMask = options.keyMask->data<uint8_t>();
  if (causal) {
    queryPositions = positionsOf(options.queryPositions, numQueries);
    keyPositions = positionsOf(options.keyPositions, numKeys);
  }
}

template <typename T> void Attention<T>::run() {
  int64_t blockRows = std::clamp(blockSize / std::max<int64_t>(numKeys, 1),
                                 minBlockRows, maxBlockRows);
  scores.resize_for_overwrite(std::min(blockRows, numQueries) * numKeys);
  for (int64_t b = 0; b != batch; ++b)
    for (int64_t h = 0; h != numHeads; ++h)
      for (int64_t begin = 0; begin < numQueries; begin += blockRows)
        computeBlock(b, h, begin, std::min(begin + blockRows, numQueries));
}

template <typename T>
int64_t Attention<T>::numKeysToVisit(int64_t begin, int64_t end) const {
  if (!causal)
    return numKeys;
  int64_t last = *std::max_element(queryPositions.begin() + begin,
                                   queryPositions.begin() + end);
  int64_t count = numKeys;
  while (count > 0 && keyPositions[count - 1] > last)
    --count;
  return count;
}

template <typename T>
void Attention<T>::computeBlock(int64_t b, int64_t h, int64_t begin,
                                int64_t end) {
  // Query heads h that share the key head h / (heads per key head).
  int64_t keyHead = h / (numHeads / numKeyHeads);
  int64_t rows = end - begin, count = numKeysToVisit(begin, end);
  int64_t queryStride = numHeads * numFeatures;
  int64_t keyStride = numKeyHeads * numFeatures;
  int64_t valueStride = numKeyHeads * numValueFeatures;
  int64_t outputStride = numHeads * numValueFeatures;
  const T *queries =
      query + (b * numQueries + begin) * queryStride + h * numFeatures;
  const T *keys = key + b * numKeys * keyStride + keyHead * numFeatures;
  const T *values =
      value + b * numKeys * valueStride + keyHead * numValueFeatures;
  T *outputs =
      output + (b * numQueries + begin) * outputStride + h * numValueFeatures;

  gemm(rows, count, numFeatures, scale, {queries, queryStride},
       {keys, keyStride, /*transposed=*/true}, T(0), scores.data(), count);
  T sums[maxBlockRows];
  for (int64_t row = 0; row != rows; ++row) {
    int64_t index = (b * numHeads + h) * numQueries + begin + row;
    auto [sum, rowLogSumExp] =
        exponentiate(scores.data() + row * count, b, h, begin + row, count,
                     normalizer ? normalizer + index : nullptr);
    sums[row] = sum;
    logSumExp[index] = rowLogSumExp;
  }
  gemm(rows, numValueFeatures, count, T(1), {scores.data(), count},
       {values, valueStride}, T(0), outputs, outputStride);
  if (normalizer)
    return;
  // Dividing last keeps the product exact where its terms are.
  for (int64_t row = 0; row != rows; ++row)
    for (int64_t v = 0; v != numValueFeatures; ++v)
      outputs[row * outputStride + v] =
          sums[row] == 0 ? 0 : outputs[row * outputStride + v] / sums[row];
}

template <typename T>
std::pair<T, T> Attention<T>::exponentiate(T *scores, int64_t b, int64_t h,
                                           int64_t q, int64_t count,
                                           const T *origin) const {
  constexpr T hidden = -std::numeric_limits<T>::infinity();
  const T *rowBias =
      bias ? bias + b * biasSteps[0] + h * biasSteps[1] + q * biasSteps[2]
           : nullptr;
  T max = hidden;
  for (int64_t k = 0; k != count; ++k) {
    if (!isVisible(b, q, k)) {
      scores[k] = hidden;
      continue;
    }
    if (rowBias)
      scores[k] += rowBias[k * biasSteps[3]];
    // A NaN becomes the maximum and stays it.
    if (scores[k] > max || std::isnan(scores[k]))
      max = scores[k];
  }
  if (origin)
    max = *origin;
  T sum = 0;
  for (int64_t k = 0; k != count; ++k) {
    bool isZero = scores[k] == hidden || max == hidden;
    scores[k] = isZero ? 0 : std::exp(scores[k] - max);
    sum += scores[k];
  }
  return {sum, sum == 0 ? hidden : max + std::log(sum)};
}

} // namespace

AttentionResult interp::attention(const HostTensor &query,
                                  const HostTensor &key,
                                  const HostTensor &value,
                                  const AttentionOptions &options) {
  int64_t batch = query.getDim(0), numQueries = query.getDim(1);
  int64_t numHeads = query.getDim(2);
  AttentionResult result;
  result.output = HostTensor::allocate(
      query.getKind(), {batch, numQueries, numHeads, value.getDim(3)});
  result.logSumExp =
      HostTensor::allocate(query.getKind(), {batch, numHeads, numQueries});
  dispatchFloat(query.getKind(), [&](auto type) {
    Attention<decltype(type)>(query, key, value, options, result).run();
  });
  return result;
}

HostTensor interp::attentionLse(const HostTensor &query, const HostTensor &key,
                                const AttentionOptions &options) {
  // Values without features cost nothing.
  Shape dims(key.getDims());
  dims.back() = 0;
  return attention(query, key, HostTensor::allocate(key.getKind(), dims),
                   options)
      .logSumExp;
}

HostTensor interp::rescale(const HostTensor &input, const HostTensor &from,
                           const HostTensor &to) {
  int64_t batch = input.getDim(0), numQueries = input.getDim(1);
  int64_t numHeads = input.getDim(2), numFeatures = input.getDim(3);
  HostTensor result = HostTensor::allocate(input.getKind(), input.getDims());
  dispatchFloat(input.getKind(), [&](auto type) {
    using T = decltype(type);
    const T *x = input.data<T>().data();
    T *y = result.mutableData<T>().data();
    for (int64_t b = 0; b != batch; ++b)
      for (int64_t q = 0; q != numQueries; ++q)
        for (int64_t h = 0; h != numHeads; ++h) {
          int64_t row = (b * numHeads + h) * numQueries + q;
          T source = from.data<T>()[row], target = to.data<T>()[row];
          constexpr T lowest = -std::numeric_limits<T>::infinity();
          bool isZero = source == lowest || target == lowest;
          T factor = isZero ? 0 : std::exp(source - target);
          for (int64_t v = 0; v != numFeatures; ++v, ++x, ++y)
            *y = isZero ? 0 : factor * *x;
        }
  });
  return result;
}
