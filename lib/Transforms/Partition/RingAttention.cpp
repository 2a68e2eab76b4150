// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attention over keys and values that are gathered, as a ring: each device
// computes with the keys it has while they go on to the next, and no device
// ever holds them all. See docs/rationale/ring-attention.md.

#include "partita/Transforms/Partition/Passes.h"

#include "Functions.h"
#include "partita/Dialect/Xformer/Xformer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"

namespace partita {
#define GEN_PASS_DEF_RINGATTENTION
#include "partita/Transforms/Partition/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using namespace partita::xformer;

namespace {
/// The ring that an attention can become.
struct Ring {
  AllGatherOp keys, values;
  MeshOp mesh;
  int64_t numDevices;
};

/// What goes around, and what each device adds up.
struct State {
  Value keys, values;
  /// Null where the attention has none.
  Value keyMask, keyPositions;
  Value output, lse;
};
} // namespace

/// The gather that makes `value` of parts along `dim`, one a device, each used
/// whole; or null.
static AllGatherOp findGather(Value value, int64_t dim) {
  auto gather = value.getDefiningOp<AllGatherOp>();
  if (!gather || gather.getStart() ||
      gather.getDim() != static_cast<uint64_t>(dim))
    return {};
  return gather;
}

static std::optional<Ring> findRing(AttentionOp op) {
  AllGatherOp keys = findGather(op.getKey(), 1);
  AllGatherOp values = findGather(op.getValue(), 1);
  // A normalizer is of all keys, and needs no online softmax; each device's
  // bias for the keys that pass by would have to be kept.
  if (!keys || !values || keys.getAxes() != values.getAxes() ||
      keys.getMeshAttr() != values.getMeshAttr() || op.getNormalizer())
    return std::nullopt;
  if (op.getBias() && op.getBias().getType().getDimSize(3) != 1)
    return std::nullopt;
  auto mesh =
      SymbolTable::lookupNearestSymbolFrom<MeshOp>(op, keys.getMeshAttr());
  int64_t local =
      cast<RankedTensorType>(keys.getInput().getType()).getDimSize(1);
  // Pads at the end of the last part would take part.
  if (!mesh || local == 0 || op.getNumKeys() % local != 0)
    return std::nullopt;
  int64_t numDevices = op.getNumKeys() / local;
  if (numDevices < 2)
    return std::nullopt;
  return Ring{keys, values, mesh, numDevices};
}

namespace {
/// Builds the ring in place of one attention.
class RingBuilder {
public:
  RingBuilder(AttentionOp op, Ring ring)
      : op(op), ring(ring), rewriter(op), location(op.getLoc()) {}

  void build() {
    State state = attend(getOwn());
    auto route = cast<RouteAttrInterface>(
        ShiftAttr::get(op.getContext(), ring.keys.getAxes(), /*by=*/1));
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(rewriter, location, value);
    };
    SmallVector<Value> values = pack(state);
    auto loop =
        scf::ForOp::create(rewriter, location, constant(1),
                           constant(ring.numDevices), constant(1), values);
    rewriter.setInsertionPointToStart(loop.getBody());
    State before = unpack(state, loop.getRegionIterArgs());
    State next = before;
    for (Value *moving :
         {&next.keys, &next.values, &next.keyMask, &next.keyPositions})
      if (*moving)
        *moving =
            PermuteOp::create(rewriter, location, *moving, ring.mesh, route);
    State here = attend(next);
    next.lse = LogAddExpOp::create(rewriter, location, before.lse, here.lse);
    next.output = AddOp::create(
        rewriter, location,
        RescaleOp::create(rewriter, location, before.output.getType(),
                          before.output, before.lse, next.lse),
        RescaleOp::create(rewriter, location, here.output.getType(),
                          here.output, here.lse, next.lse));
    scf::YieldOp::create(rewriter, location, pack(next));

    State all = unpack(state, loop.getResults());
    SmallVector<Value> results = {all.output};
    if (op.getLse())
      results.push_back(all.lse);
    rewriter.replaceOp(op, results);
  }

private:
  /// What the device has of keys and values, and what hides them.
  State getOwn() {
    State own;
    own.keys = ring.keys.getInput();
    own.values = ring.values.getInput();
    if (Value mask = op.getKeyMask())
      own.keyMask = slice(mask, 1);
    Value positions = op.getKeyPositions();
    if (op.getCausal() && !positions)
      positions = IotaOp::create(
          rewriter, location,
          RankedTensorType::get({op.getNumKeys()}, rewriter.getI32Type()));
    if (positions)
      own.keyPositions = slice(positions, 0);
    return own;
  }

  Value slice(Value value, int64_t dim) {
    return dist::SliceOp::create(rewriter, location, value, dim, ring.mesh,
                                 ring.keys.getAxes());
  }

  /// Attention to the keys of `state`: with its output and log-sum-exp.
  State attend(State state) {
    auto attention = AttentionOp::create(
        rewriter, location, op.getOutput().getType(),
        RankedTensorType::get(
            {op.getBatch(), op.getNumHeads(), op.getNumQueries()},
            rewriter.getF32Type()),
        op.getQuery(), state.keys, state.values, op.getBias(), state.keyMask,
        op.getQueryPositions(), state.keyPositions, /*normalizer=*/Value(),
        op.getCausalAttr(), op.getScaleAttr());
    state.output = attention.getOutput();
    state.lse = attention.getLse();
    return state;
  }

  /// The values that there are, in order.
  static SmallVector<Value> pack(const State &state) {
    SmallVector<Value> values = {state.keys, state.values};
    for (Value value : {state.keyMask, state.keyPositions})
      if (value)
        values.push_back(value);
    values.push_back(state.output);
    values.push_back(state.lse);
    return values;
  }

  /// `values` in a state that has what `like` has.
  static State unpack(const State &like, ValueRange values) {
    State state;
    state.keys = values[0];
    state.values = values[1];
    unsigned next = 2;
    if (like.keyMask)
      state.keyMask = values[next++];
    if (like.keyPositions)
      state.keyPositions = values[next++];
    state.output = values[next++];
    state.lse = values[next];
    return state;
  }

  AttentionOp op;
  Ring ring;
  IRRewriter rewriter;
  Location location;
};

struct RingAttention final : partita::impl::RingAttentionBase<RingAttention> {
  using Base::Base;

  void runOnOperation() final {
    for (FunctionOpInterface function : getOwnFunctions(getOperation())) {
      SmallVector<AttentionOp> ops;
      function.walk([&](AttentionOp op) { ops.push_back(op); });
      for (AttentionOp op : ops) {
        std::optional<Ring> ring = findRing(op);
        if (!ring) {
          ++numKept;
          continue;
        }
        RingBuilder(op, *ring).build();
        ++numRings;
        // The gathers go where nothing else needs them.
        for (AllGatherOp gather : {ring->keys, ring->values})
          if (gather->use_empty())
            gather.erase();
      }
    }
  }
};
} // namespace
