// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Experts.h"

#include "IdLookup.h"
#include "KernelUtils.h"
#include "partita/Interpreter/Kernels/Embedding.h"
#include "partita/Interpreter/Kernels/Norm.h"

using namespace partita;
using namespace partita::interp;

//===----------------------------------------------------------------------===//
// Routing
//===----------------------------------------------------------------------===//

/// Takes the largest element that is left, `k` times. NaN is never larger, so
/// it is taken last.
template <typename T, typename Id>
static void chooseLargest(llvm::ArrayRef<T> row,
                          llvm::MutableArrayRef<T> chosen,
                          llvm::MutableArrayRef<Id> indices) {
  llvm::SmallVector<bool> isTaken(row.size(), false);
  for (auto [value, index] : llvm::zip_equal(chosen, indices)) {
    size_t best = row.size();
    for (size_t i = 0, e = row.size(); i != e; ++i)
      if (!isTaken[i] && (best == e || row[i] > row[best]))
        best = i;
    isTaken[best] = true;
    value = row[best];
    index = static_cast<Id>(best);
  }
}

MoeRouteResult interp::moeRoute(const HostTensor &logits, int64_t k,
                                bool renormalize, ElementKind idKind) {
  HostTensor probabilities = softmax(logits, logits.getRank() - 1);
  Shape dims(logits.getDims());
  int64_t numExperts = dims.back();
  dims.back() = k;
  MoeRouteResult result{HostTensor::allocate(logits.getKind(), dims),
                        HostTensor::allocate(idKind, dims)};
  dispatchFloat(logits.getKind(), [&](auto floatType) {
    dispatchId(idKind, [&](auto idType) {
      using T = decltype(floatType);
      using Id = decltype(idType);
      llvm::ArrayRef<T> rows = probabilities.data<T>();
      llvm::MutableArrayRef<T> weights = result.weights.mutableData<T>();
      llvm::MutableArrayRef<Id> experts = result.experts.mutableData<Id>();
      for (int64_t row = 0, e = product(dims) / k; row != e; ++row) {
        llvm::MutableArrayRef<T> chosen = weights.slice(row * k, k);
        chooseLargest<T, Id>(rows.slice(row * numExperts, numExperts), chosen,
                             experts.slice(row * k, k));
        if (!renormalize)
          continue;
        T sum = 0;
        for (T weight : chosen)
          sum += weight;
        for (T &weight : chosen)
          weight /= sum;
      }
    });
  });
  return result;
}

//===----------------------------------------------------------------------===//
// Slots
//===----------------------------------------------------------------------===//

/// Where the experts with these ids stand: in `expertIds`, or else they are
/// `numExperts` in order.
static IdLookup lookupOf(const HostTensor *expertIds, int64_t numExperts) {
  return IdLookup(positionsOf(expertIds, numExperts));
}

/// Gives out the slots of one sequence's experts in order of the tokens, then
/// of their choices, and calls `function(token, choice, expert, slot)` for all
/// that got one; `expert` is where it stands in `lookup`.
template <typename Function>
static void forEachSlot(llvm::ArrayRef<int64_t> experts, int64_t k,
                        const IdLookup &lookup, int64_t numExperts,
                        int64_t numSlots, Function function) {
  llvm::SmallVector<int64_t> numTaken(numExperts, 0);
  for (auto [i, id] : llvm::enumerate(experts))
    lookup.forEach(id, [&, i = i](int64_t expert) {
      int64_t slot = numTaken[expert]++;
      if (slot < numSlots)
        function(i / k, i % k, expert, slot);
    });
}

HostTensor interp::moeDispatch(const HostTensor &input,
                               const HostTensor &experts, int64_t numExperts,
                               int64_t numSlots, const HostTensor *expertIds) {
  assert((expertIds || !findBadId(experts, numExperts)) &&
         "expected ids of experts");
  int64_t batch = input.getDim(0), numTokens = input.getDim(1);
  int64_t numFeatures = input.getDim(2), k = experts.getDim(2);
  HostTensor result = HostTensor::zeros(
      input.getKind(), {batch, numExperts, numSlots, numFeatures});
  IdLookup lookup = lookupOf(expertIds, numExperts);
  auto ids = idsOf(experts);
  dispatchFloat(input.getKind(), [&](auto type) {
    using T = decltype(type);
    llvm::ArrayRef<T> from = input.data<T>();
    T *to = result.mutableData<T>().data();
    for (int64_t b = 0; b != batch; ++b)
      forEachSlot(
          llvm::ArrayRef(ids).slice(b * numTokens * k, numTokens * k), k,
          lookup, numExperts, numSlots,
          [&](int64_t token, int64_t, int64_t expert, int64_t slot) {
            llvm::copy(
                from.slice((b * numTokens + token) * numFeatures, numFeatures),
                to + ((b * numExperts + expert) * numSlots + slot) *
                         numFeatures);
          });
  });
  return result;
}

HostTensor interp::moeCombine(const HostTensor &input,
                              const HostTensor &experts,
                              const HostTensor &weights,
                              const HostTensor *expertIds) {
  int64_t batch = input.getDim(0), numExperts = input.getDim(1);
  int64_t numSlots = input.getDim(2), numFeatures = input.getDim(3);
  int64_t numTokens = experts.getDim(1), k = experts.getDim(2);
  assert((expertIds || !findBadId(experts, numExperts)) &&
         "expected ids of experts");
  HostTensor result =
      HostTensor::zeros(input.getKind(), {batch, numTokens, numFeatures});
  IdLookup lookup = lookupOf(expertIds, numExperts);
  auto ids = idsOf(experts);
  dispatchFloat(input.getKind(), [&](auto type) {
    using T = decltype(type);
    const T *from = input.data<T>().data();
    T *to = result.mutableData<T>().data();
    for (int64_t b = 0; b != batch; ++b)
      forEachSlot(
          llvm::ArrayRef(ids).slice(b * numTokens * k, numTokens * k), k,
          lookup, numExperts, numSlots,
          [&](int64_t token, int64_t choice, int64_t expert, int64_t slot) {
            const T *row =
                from +
                ((b * numExperts + expert) * numSlots + slot) * numFeatures;
            T *sum = to + (b * numTokens + token) * numFeatures;
            T weight = weights.data<T>()[(b * numTokens + token) * k + choice];
            for (int64_t d = 0; d != numFeatures; ++d)
              sum[d] += weight * row[d];
          });
  });
  return result;
}
