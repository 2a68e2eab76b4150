// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interpreter/Kernels/Attention.h"

#include "TensorTesting.h"
#include "partita/Interpreter/Kernels/Broadcast.h"
#include "partita/Interpreter/Kernels/Shape.h"

#include <limits>

using namespace partita;
using namespace partita::interp;
using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The definition in the op's description, one score after the other.
AttentionResult attendSlowly(const HostTensor &query, const HostTensor &key,
                             const HostTensor &value,
                             const AttentionOptions &options) {
  int64_t batch = query.getDim(0), numQueries = query.getDim(1);
  int64_t numHeads = query.getDim(2), numFeatures = query.getDim(3);
  int64_t numKeys = key.getDim(1), group = numHeads / key.getDim(2);
  int64_t numValueFeatures = value.getDim(3);
  AttentionResult result{
      HostTensor::zeros(ElementKind::F64,
                        {batch, numQueries, numHeads, numValueFeatures}),
      HostTensor::zeros(ElementKind::F64, {batch, numHeads, numQueries})};
  double *output = result.output.mutableData<double>().data();
  double *logSumExp = result.logSumExp.mutableData<double>().data();
  for (int64_t b = 0; b != batch; ++b)
    for (int64_t h = 0; h != numHeads; ++h)
      for (int64_t q = 0; q != numQueries; ++q) {
        std::vector<double> scores(numKeys, -infinity);
        double sum = 0;
        for (int64_t k = 0; k != numKeys; ++k) {
          int64_t queryPosition =
              options.queryPositions ? at(*options.queryPositions, {q}) : q;
          int64_t keyPosition =
              options.keyPositions ? at(*options.keyPositions, {k}) : k;
          if ((options.keyMask && at(*options.keyMask, {b, k}) == 0) ||
              (options.causal && keyPosition > queryPosition))
            continue;
          double dot = 0;
          for (int64_t d = 0; d != numFeatures; ++d)
            dot += at(query, {b, q, h, d}) * at(key, {b, k, h / group, d});
          scores[k] = options.scale * dot;
          if (options.bias) {
            llvm::ArrayRef<int64_t> dims = options.bias->getDims();
            scores[k] +=
                at(*options.bias, {dims[0] == 1 ? 0 : b, dims[1] == 1 ? 0 : h,
                                   dims[2] == 1 ? 0 : q, dims[3] == 1 ? 0 : k});
          }
          sum += std::exp(scores[k]);
        }
        logSumExp[(b * numHeads + h) * numQueries + q] = std::log(sum);
        double *row =
            output + ((b * numQueries + q) * numHeads + h) * numValueFeatures;
        for (int64_t v = 0; v != numValueFeatures && sum != 0; ++v)
          for (int64_t k = 0; k != numKeys; ++k)
            row[v] +=
                std::exp(scores[k]) / sum * at(value, {b, k, h / group, v});
      }
  return result;
}

/// Random operands: 2 sequences, 4 query heads, 6 features, 5 value features.
struct Operands {
  HostTensor query, key, value;

  Operands(ElementKind kind, int64_t numQueries, int64_t numKeys,
           int64_t numKeyHeads)
      : query(randomFloats(kind, "query", {2, numQueries, 4, 6})),
        key(randomFloats(kind, "key", {2, numKeys, numKeyHeads, 6})),
        value(randomFloats(kind, "value", {2, numKeys, numKeyHeads, 5})) {}

  AttentionResult attend(const AttentionOptions &options) const {
    return attention(query, key, value, options);
  }
  AttentionResult attendSlowly(const AttentionOptions &options) const {
    return ::attendSlowly(query, key, value, options);
  }
};

void expectClose(const AttentionResult &actual, const AttentionResult &expected,
                 ElementKind kind) {
  EXPECT_THAT(actual.output, IsCloseTo(expected.output, toleranceOf(kind)));
  EXPECT_THAT(actual.logSumExp,
              IsCloseTo(expected.logSumExp, toleranceOf(kind)));
}

/// Checks `options` on operands of several shapes against the definition.
void checkAgainstDefinition(const AttentionOptions &options) {
  for (ElementKind kind : computeKinds)
    for (int64_t numKeyHeads : {1, 2, 4}) {
      Operands operands(kind, 7, 7, numKeyHeads);
      expectClose(operands.attend(options), operands.attendSlowly(options),
                  kind);
    }
}

// By hand: two keys with scores 0 and log 3 weigh 1/4 and 3/4, and the sum of
// the exponentials is 4.
TEST(AttentionTest, WeighsValuesBySoftmax) {
  for (ElementKind kind : computeKinds) {
    HostTensor query = floats(kind, {1, 1, 1, 1}, {2});
    HostTensor key = floats(kind, {1, 2, 1, 1}, {0, 1});
    HostTensor value = floats(kind, {1, 2, 1, 2}, {4, 0, 8, 100});
    AttentionOptions options;
    options.scale = std::log(3.0) / 2;
    AttentionResult result = attention(query, key, value, options);
    EXPECT_THAT(values(result.output),
                ElementsAre(DoubleNear(7, 1e-5), DoubleNear(75, 1e-4)));
    EXPECT_THAT(values(result.logSumExp),
                ElementsAre(DoubleNear(std::log(4), 1e-6)));
  }
}

// Equal scores give the mean, which is exact here in f32 and f64 alike.
TEST(AttentionTest, IsExactForEqualScores) {
  HostTensor outputs[2];
  for (auto [kind, output] : llvm::zip_equal(computeKinds, outputs)) {
    HostTensor zeros = HostTensor::zeros(kind, {1, 4, 2, 3});
    HostTensor value = exactFloats(kind, "value", {1, 4, 2, 3});
    output = attention(zeros, zeros, value, {}).output;
  }
  EXPECT_THAT(outputs[0].convertTo(ElementKind::F64), HasBitsOf(outputs[1]));
}

TEST(AttentionTest, GroupsQueryHeads) {
  checkAgainstDefinition({.scale = 0.4});
}

TEST(AttentionTest, HidesLaterKeys) {
  checkAgainstDefinition({.causal = true, .scale = 0.4});
}

TEST(AttentionTest, HidesMaskedKeys) {
  HostTensor keyMask = mask({2, 7}, {1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1});
  checkAgainstDefinition({.keyMask = &keyMask, .scale = 0.4});
  checkAgainstDefinition({.keyMask = &keyMask, .causal = true, .scale = 0.4});
}

// Every dimension of the bias may be 1.
TEST(AttentionTest, BroadcastsTheBias) {
  for (int64_t batch : {1, 2})
    for (int64_t heads : {1, 4})
      for (int64_t queries : {1, 7})
        for (int64_t keys : {1, 7}) {
          HostTensor bias = randomFloats(ElementKind::F32, "bias",
                                         {batch, heads, queries, keys});
          Operands operands(ElementKind::F32, 7, 7, 2);
          AttentionOptions options{.bias = &bias, .causal = true};
          expectClose(operands.attend(options), operands.attendSlowly(options),
                      ElementKind::F32);
        }
}

// Cross-attention: another number of keys than of queries, either way.
TEST(AttentionTest, CrossesLengths) {
  for (ElementKind kind : computeKinds)
    for (auto [numQueries, numKeys] : {std::pair(3, 11), std::pair(11, 3)})
      for (bool causal : {false, true}) {
        Operands operands(kind, numQueries, numKeys, 2);
        AttentionOptions options{.causal = causal};
        expectClose(operands.attend(options), operands.attendSlowly(options),
                    kind);
      }
}

// Many keys take several blocks of queries; positions in any order hide keys
// from some blocks but not from others.
TEST(AttentionTest, GoesThroughBlocks) {
  HostTensor reversed = HostTensor::zeros(ElementKind::I64, {300});
  for (int64_t i = 0; i != 300; ++i)
    reversed.mutableData<int64_t>()[i] = 299 - i;
  Operands operands(ElementKind::F64, 300, 300, 2);
  for (bool isReversed : {false, true}) {
    AttentionOptions options{.keyPositions = isReversed ? &reversed : nullptr,
                             .causal = true,
                             .scale = 0.4};
    expectClose(operands.attend(options), operands.attendSlowly(options),
                ElementKind::F64);
  }
}

// A query that sees no key has output 0 and log-sum-exp -infinity; the others
// are not touched by that. It does not matter what hides the keys.
TEST(AttentionTest, HasZeroWhereNoKeyIsSeen) {
  for (ElementKind kind : computeKinds) {
    Operands operands(kind, 3, 3, 4);
    HostTensor keyMask = mask({2, 3}, {0, 0, 0, 1, 1, 1});
    AttentionResult masked = operands.attend({.keyMask = &keyMask});
    EXPECT_THAT(values(masked.output.slice(0, 0, 1)), Each(0));
    EXPECT_THAT(values(masked.logSumExp.slice(0, 0, 1)), Each(-infinity));
    AttentionResult open = operands.attend({});
    EXPECT_THAT(masked.output.slice(0, 1, 1),
                IsCloseTo(open.output.slice(0, 1, 1), 0.0));

    HostTensor early = ids({3}, {-1, 0, 5});
    AttentionResult causal =
        operands.attend({.queryPositions = &early, .causal = true});
    EXPECT_THAT(values(causal.output.slice(1, 0, 1)), Each(0));
    EXPECT_THAT(values(causal.logSumExp.slice(2, 0, 1)), Each(-infinity));
    EXPECT_THAT(causal.output.slice(1, 2, 1),
                IsCloseTo(open.output.slice(1, 2, 1), toleranceOf(kind)));

    HostTensor bias = floats(kind, {1, 1, 3, 1}, {-infinity, 0, 0});
    AttentionResult biased = operands.attend({.bias = &bias});
    EXPECT_THAT(values(biased.output.slice(1, 0, 1)), Each(0));
    EXPECT_THAT(values(biased.logSumExp.slice(2, 0, 1)), Each(-infinity));
  }
}

TEST(AttentionTest, TakesNoKeys) {
  AttentionResult result = Operands(ElementKind::F32, 2, 0, 2).attend({});
  EXPECT_THAT(values(result.output), Each(0));
  EXPECT_THAT(values(result.logSumExp), Each(-infinity));
}

// A NaN among the scores of a row makes that row NaN and no other.
TEST(AttentionTest, KeepsNaN) {
  for (ElementKind kind : computeKinds) {
    HostTensor query = floats(kind, {1, 2, 1, 1}, {NAN, 1});
    HostTensor key = floats(kind, {1, 2, 1, 1}, {1, 1});
    AttentionResult result = attention(query, key, key, {});
    EXPECT_THAT(values(result.output),
                ElementsAre(testing::IsNan(), DoubleNear(1, 1e-6)));
    EXPECT_THAT(
        values(result.logSumExp),
        ElementsAre(testing::IsNan(), DoubleNear(1 + std::log(2), 1e-6)));
  }
}

// Large scores neither overflow nor vanish.
TEST(AttentionTest, IsStable) {
  HostTensor query = floats({1, 1, 1, 1}, {1000});
  HostTensor key = floats({1, 2, 1, 1}, {1, 0.999});
  HostTensor value = floats({1, 2, 1, 1}, {1, 0});
  AttentionResult result = attention(query, key, value, {});
  EXPECT_NEAR(at(result.output, {0, 0, 0, 0}), 1 / (1 + std::exp(-1)), 1e-4);
  EXPECT_NEAR(at(result.logSumExp, {0, 0, 0}), 1000 + std::log1p(std::exp(-1)),
              1e-3);
}

//===----------------------------------------------------------------------===//
// The three ways to split attention over devices: each equals the unsplit one.
//===----------------------------------------------------------------------===//

// Heads: query heads with the key heads they share.
TEST(AttentionSplitTest, ByHeads) {
  Operands operands(ElementKind::F64, 7, 7, 2);
  AttentionOptions options{.causal = true, .scale = 0.4};
  AttentionResult whole = operands.attend(options);
  for (int64_t part : {0, 1}) {
    AttentionResult result = attention(
        operands.query.slice(2, 2 * part, 2), operands.key.slice(2, part, 1),
        operands.value.slice(2, part, 1), options);
    EXPECT_THAT(result.output,
                IsCloseTo(whole.output.slice(2, 2 * part, 2), 1e-14));
    EXPECT_THAT(result.logSumExp,
                IsCloseTo(whole.logSumExp.slice(1, 2 * part, 2), 1e-14));
  }
}

// Query rows: a device says by positions which ones it has.
TEST(AttentionSplitTest, ByQueryRows) {
  Operands operands(ElementKind::F64, 7, 7, 2);
  AttentionResult whole = operands.attend({.causal = true, .scale = 0.4});
  HostTensor positions = ids({7}, {0, 1, 2, 3, 4, 5, 6});
  for (auto [offset, size] : {std::pair(0, 3), std::pair(3, 4)}) {
    HostTensor rows = positions.slice(0, offset, size);
    AttentionResult result = attention(
        operands.query.slice(1, offset, size), operands.key, operands.value,
        {.queryPositions = &rows, .causal = true, .scale = 0.4});
    EXPECT_THAT(result.output,
                IsCloseTo(whole.output.slice(1, offset, size), 1e-14));
    EXPECT_THAT(result.logSumExp,
                IsCloseTo(whole.logSumExp.slice(2, offset, size), 1e-14));
  }
}

// Key/value columns: partial results combine by their log-sum-exp, also where
// one device sees no key at all for some queries.
TEST(AttentionSplitTest, ByKeyColumns) {
  Operands operands(ElementKind::F64, 7, 7, 2);
  AttentionResult whole = operands.attend({.causal = true, .scale = 0.4});
  HostTensor positions = ids({7}, {0, 1, 2, 3, 4, 5, 6});
  std::vector<AttentionResult> parts;
  for (auto [offset, size] :
       {std::pair(0, 2), std::pair(2, 2), std::pair(4, 3)}) {
    HostTensor columns = positions.slice(0, offset, size);
    parts.push_back(
        attention(operands.query, operands.key.slice(1, offset, size),
                  operands.value.slice(1, offset, size),
                  {.keyPositions = &columns, .causal = true, .scale = 0.4}));
  }
  for (int64_t b = 0; b != 2; ++b)
    for (int64_t q = 0; q != 7; ++q)
      for (int64_t h = 0; h != 4; ++h) {
        double sum = 0;
        for (const AttentionResult &part : parts)
          sum += std::exp(at(part.logSumExp, {b, h, q}));
        EXPECT_NEAR(std::log(sum), at(whole.logSumExp, {b, h, q}), 1e-14);
        for (int64_t v = 0; v != 5; ++v) {
          double output = 0;
          for (const AttentionResult &part : parts)
            output += std::exp(at(part.logSumExp, {b, h, q})) / sum *
                      at(part.output, {b, q, h, v});
          EXPECT_NEAR(output, at(whole.output, {b, q, h, v}), 1e-14);
        }
      }
}

} // namespace
