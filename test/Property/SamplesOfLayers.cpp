// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Samples.h"

#include "partita/Dialect/Xformer/Xformer.h"

#include <limits>

using namespace mlir;
using namespace partita;
using namespace partita::test;
using namespace partita::xformer;

/// `shape` with `more` at its end.
static Shape with(Shape shape, ArrayRef<int64_t> more) {
  shape.append(more.begin(), more.end());
  return shape;
}

//===----------------------------------------------------------------------===//
// Embeddings and positions
//===----------------------------------------------------------------------===//

static void makeEmbedding(SampleBuilder &b) {
  int64_t rows = b.size();
  Value table = b.floats({rows, b.size()});
  // Where rows have ids, an id may name none, or several.
  bool hasRowIds = b.coin();
  Value ids = b.ids(b.sizes(0, 3), hasRowIds ? rows + 2 : rows);
  b.create<EmbeddingOp>(table, ids, hasRowIds ? b.rowIds(rows) : Value());
}

static void makeIota(SampleBuilder &b) {
  b.create<IotaOp>(b.idTensor({b.size()}), b.random.between(-9, 9),
                   b.random.between(-3, 3));
}

static void makeRotary(SampleBuilder &b) {
  Shape shape = with(b.sizes(3, 3), {2 * b.random.between(1, 3)});
  Value input = b.floats(shape);
  Value positions = b.coin() ? b.ids({shape[1]}, 100) : Value();
  auto number = [](double value) { return APFloat(value); };
  Llama3RopeAttr scaling;
  if (b.coin())
    scaling = Llama3RopeAttr::get(b.getBuilder().getContext(), number(8),
                                  number(1), number(4), 64);
  b.create<RotaryOp>(input, positions, b.number(100), scaling,
                     b.unit(b.coin()));
}

static void makeRelativePositionBias(SampleBuilder &b) {
  int64_t heads = b.size(), queries = b.size(), keys = b.size();
  Value table = b.floats({2 * b.random.between(2, 4), heads});
  Value queryPositions = b.coin() ? b.ids({queries}, 20) : Value();
  Value keyPositions = b.coin() ? b.ids({keys}, 20) : Value();
  b.create<RelativePositionBiasOp>(b.floatTensor({1, heads, queries, keys}),
                                   table, queryPositions, keyPositions,
                                   b.unit(b.coin()), b.integer(16));
}

//===----------------------------------------------------------------------===//
// Matrix products and attention
//===----------------------------------------------------------------------===//

static void makeLinear(SampleBuilder &b) {
  int64_t k = b.size(), n = b.size();
  bool transposed = b.coin();
  Value input = b.floats(with(b.sizes(0, 3), {k}));
  Value weight = b.floats(transposed ? Shape{n, k} : Shape{k, n});
  Value bias = b.coin() ? b.floats({n}) : Value();
  b.create<LinearOp>(input, weight, bias, b.unit(transposed));
}

/// A shape that broadcasts to `shape`: some dimensions are 1, or missing.
static Shape broadcastable(SampleBuilder &b, const Shape &shape) {
  Shape result(ArrayRef(shape).drop_front(
      b.coin() ? 0 : b.random.between(0, shape.size())));
  for (int64_t &size : result)
    if (b.random.between(0, 2) == 0)
      size = 1;
  return result;
}

static void makeMatmul(SampleBuilder &b) {
  Shape batch = b.sizes(0, 2);
  int64_t m = b.size(), n = b.size(), k = b.size();
  bool transposeLhs = b.coin(), transposeRhs = b.coin();
  // At least one operand has the batch as it is.
  bool repeatLhs = b.coin();
  Value lhs = b.floats(with(repeatLhs ? broadcastable(b, batch) : batch,
                            transposeLhs ? Shape{k, m} : Shape{m, k}));
  Value rhs = b.floats(with(repeatLhs ? batch : broadcastable(b, batch),
                            transposeRhs ? Shape{n, k} : Shape{k, n}));
  b.create<MatmulOp>(lhs, rhs, b.unit(transposeLhs), b.unit(transposeRhs));
}

namespace {
/// What attention and its log-sum-exp have in common.
struct AttentionOperands {
  explicit AttentionOperands(SampleBuilder &b)
      : batch(b.size()), queries(b.size()), keys(b.size()),
        keyHeads(b.random.between(1, 3)),
        heads(keyHeads * b.random.between(1, 3)), causal(b.coin()) {
    int64_t features = b.size();
    query = b.floats({batch, queries, heads, features});
    key = b.floats({batch, keys, keyHeads, features});
  }

  /// Those after the values, which the one has and the other has not.
  void addOptional(SampleBuilder &b) {
    if (b.coin()) {
      Shape scores = {batch, heads, queries, keys};
      for (int64_t &size : scores)
        if (b.random.between(0, 2) == 0)
          size = 1;
      bias = b.floats(scores);
    }
    if (b.coin())
      mask = b.mask({batch, keys});
    if (causal && b.coin())
      queryPositions = b.ids({queries}, 8);
    if (causal && b.coin())
      keyPositions = b.ids({keys}, 8);
    b.setInexact();
  }

  RankedTensorType lseType(SampleBuilder &b) const {
    return RankedTensorType::get({batch, heads, queries},
                                 b.getBuilder().getF32Type());
  }

  int64_t batch, queries, keys, keyHeads, heads;
  bool causal;
  Value query, key, bias, mask, queryPositions, keyPositions;
};
} // namespace

/// Log-sum-exps, some of them of nothing.
static Value normalizers(SampleBuilder &b, RankedTensorType type) {
  return b.f32Of(type.getShape(),
                 {-std::numeric_limits<float>::infinity(), 0, 1, 2.5, 4});
}

static void makeAttention(SampleBuilder &b) {
  AttentionOperands operands(b);
  int64_t valueFeatures = b.size();
  Value value = b.floats(
      {operands.batch, operands.keys, operands.keyHeads, valueFeatures});
  operands.addOptional(b);
  Type lse;
  Value normalizer;
  if (b.coin())
    lse = operands.lseType(b);
  else if (b.coin())
    normalizer = normalizers(b, operands.lseType(b));
  b.create<AttentionOp>(b.floatTensor({operands.batch, operands.queries,
                                       operands.heads, valueFeatures}),
                        lse, operands.query, operands.key, value, operands.bias,
                        operands.mask, operands.queryPositions,
                        operands.keyPositions, normalizer,
                        b.unit(operands.causal), b.number(0.25));
}

static void makeAttentionLse(SampleBuilder &b) {
  AttentionOperands operands(b);
  operands.addOptional(b);
  b.create<AttentionLseOp>(operands.lseType(b), operands.query, operands.key,
                           operands.bias, operands.mask,
                           operands.queryPositions, operands.keyPositions,
                           b.unit(operands.causal), b.number(0.25));
}

static void makeRescale(SampleBuilder &b) {
  Shape shape = b.sizes(4, 4);
  Value input = b.floats(shape);
  auto type = RankedTensorType::get({shape[0], shape[2], shape[1]},
                                    b.getBuilder().getF32Type());
  Value from = normalizers(b, type);
  b.setInexact();
  b.create<RescaleOp>(input.getType(), input, from, normalizers(b, type));
}

//===----------------------------------------------------------------------===//
// Norms
//===----------------------------------------------------------------------===//

static void makeLayerNorm(SampleBuilder &b) {
  int64_t features = b.size();
  Value input = b.floats(with(b.sizes(0, 3), {features}));
  Value weight = b.floats({features});
  Value bias = b.coin() ? b.floats({features}) : Value();
  b.create<LayerNormOp>(input, weight, bias, b.number(1e-5));
}

static void makeRmsNorm(SampleBuilder &b) {
  int64_t features = b.size();
  Value input = b.floats(with(b.sizes(0, 3), {features}));
  b.create<RmsNormOp>(input, b.floats({features}), b.number(1e-5));
}

static void makeSoftmax(SampleBuilder &b) {
  Shape shape = b.sizes(1, 4);
  b.create<SoftmaxOp>(b.floats(shape),
                      b.integer(b.random.between(0, shape.size() - 1)));
}

//===----------------------------------------------------------------------===//
// Experts and loss
//===----------------------------------------------------------------------===//

/// For every token `k` experts of `numExperts`, all different.
static Value chosenExperts(SampleBuilder &b, Shape tokens, int64_t k,
                           int64_t numExperts) {
  Shape shape = with(std::move(tokens), {k});
  return b.operand(b.idTensor(shape), [=](Random &random) {
    HostTensor tensor = HostTensor::allocate(ElementKind::I32, shape);
    MutableArrayRef<int32_t> rest = tensor.mutableData<int32_t>();
    for (; !rest.empty(); rest = rest.drop_front(k))
      for (int64_t i = 0; i < k; ++i)
        do
          rest[i] = random.between(0, numExperts - 1);
        while (llvm::is_contained(rest.take_front(i), rest[i]));
    return tensor;
  });
}

static void makeMoeRoute(SampleBuilder &b) {
  int64_t numExperts = b.size();
  Shape tokens = b.sizes(0, 3),
        chosen = with(tokens, {b.random.between(1, numExperts)});
  Value logits = b.floats(with(tokens, {numExperts}));
  b.create<MoeRouteOp>(b.floatTensor(chosen), b.idTensor(chosen), logits,
                       b.unit(b.coin()));
}

static void makeMoeDispatch(SampleBuilder &b) {
  int64_t batch = b.size(), tokens = b.size(), features = b.size(),
          numExperts = b.size(), slots = b.size(),
          k = b.random.between(1, numExperts);
  Value input = b.floats({batch, tokens, features});
  Value experts = chosenExperts(b, {batch, tokens}, k, numExperts);
  // Of some experts only, if they have ids.
  bool hasIds = b.coin();
  int64_t numLocal = hasIds ? b.size() : numExperts;
  b.create<MoeDispatchOp>(b.floatTensor({batch, numLocal, slots, features}),
                          input, experts,
                          hasIds ? b.rowIds(numLocal) : Value());
}

static void makeMoeCombine(SampleBuilder &b) {
  int64_t batch = b.size(), tokens = b.size(), numExperts = b.size(),
          k = b.random.between(1, numExperts);
  bool hasIds = b.coin();
  int64_t numLocal = hasIds ? b.size() : numExperts;
  Value input = b.floats({batch, numLocal, b.size(), b.size()});
  Value experts = chosenExperts(b, {batch, tokens}, k, numExperts);
  Value weights = b.floats({batch, tokens, k});
  b.create<MoeCombineOp>(input, experts, weights,
                         hasIds ? b.rowIds(numLocal) : Value());
}

/// Labels of `numClasses` classes, some of them ignored.
static Value labels(SampleBuilder &b, const Shape &rows, int64_t numClasses) {
  return b.operand(b.idTensor(rows), [=](Random &random) {
    HostTensor tensor = HostTensor::allocate(ElementKind::I32, rows);
    for (int32_t &label : tensor.mutableData<int32_t>())
      label =
          random.between(0, 3) == 0 ? -100 : random.between(0, numClasses - 1);
    return tensor;
  });
}

static void makeCrossEntropy(SampleBuilder &b) {
  Shape rows = b.sizes(0, 3);
  int64_t vocabulary = b.size();
  Value logits = b.floats(with(rows, {vocabulary}));
  b.setInexact();
  b.create<CrossEntropyOp>(logits, labels(b, rows, vocabulary),
                           b.integer(-100));
}

static void makeLogSumExp(SampleBuilder &b) {
  b.setInexact();
  b.create<LogSumExpOp>(b.floats(b.sizes(1, 4)));
}

static void makePick(SampleBuilder &b) {
  Shape rows = b.sizes(0, 3);
  int64_t numClasses = b.size();
  Value input = b.floats(with(rows, {numClasses}));
  Value wanted = labels(b, rows, numClasses + 2);
  b.create<PickOp>(input, wanted, b.rowIds(numClasses));
}

static void makeNll(SampleBuilder &b) {
  Shape rows = b.sizes(0, 3);
  Value lse = b.f32Of(rows, {1, 2, 3, 4}), picked = b.floats(rows);
  b.create<NllOp>(lse, picked, labels(b, rows, 9), b.integer(-100));
}

ArrayRef<Generator> test::layerGenerators() {
  static constexpr Generator generators[] = {
      {"xformer.attention", makeAttention},
      {"xformer.attention_lse", makeAttentionLse},
      {"xformer.cross_entropy", makeCrossEntropy},
      {"xformer.embedding", makeEmbedding},
      {"xformer.iota", makeIota},
      {"xformer.layer_norm", makeLayerNorm},
      {"xformer.linear", makeLinear},
      {"xformer.log_sum_exp", makeLogSumExp},
      {"xformer.matmul", makeMatmul},
      {"xformer.moe_combine", makeMoeCombine},
      {"xformer.moe_dispatch", makeMoeDispatch},
      {"xformer.moe_route", makeMoeRoute},
      {"xformer.nll", makeNll},
      {"xformer.pick", makePick},
      {"xformer.relative_position_bias", makeRelativePositionBias},
      {"xformer.rescale", makeRescale},
      {"xformer.rms_norm", makeRmsNorm},
      {"xformer.rotary", makeRotary},
      {"xformer.softmax", makeSoftmax},
  };
  return generators;
}
