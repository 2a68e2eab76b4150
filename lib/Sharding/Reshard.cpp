// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Sharding/Reshard.h"

#include "Renaming.h"
#include "ReshardSearch.h"
#include "partita/Sharding/Reorder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>
#include <mutex>

using namespace partita;
using namespace partita::sharding;
using llvm::ArrayRef;
using llvm::SmallVector;

llvm::StringRef partita::sharding::stringify(Primitive primitive) {
  switch (primitive) {
  case Primitive::Slice:
    return "slice";
  case Primitive::AllGather:
    return "all_gather";
  case Primitive::ReduceScatter:
    return "reduce_scatter";
  case Primitive::AllReduce:
    return "all_reduce";
  case Primitive::AllToAll:
    return "all_to_all";
  case Primitive::Permute:
    return "permute";
  }
  llvm_unreachable("unknown primitive");
}

//===----------------------------------------------------------------------===//
// Plans
//===----------------------------------------------------------------------===//

void Plan::print(llvm::raw_ostream &os, const Mesh &mesh) const {
  for (const Step &step : steps) {
    os << stringify(step.primitive) << ' ';
    switch (step.primitive) {
    case Primitive::Slice:
    case Primitive::AllGather:
    case Primitive::ReduceScatter:
      os << step.dim << ' ';
      break;
    case Primitive::AllToAll:
      os << step.dim << " -> " << step.toDim << ' ';
      break;
    case Primitive::AllReduce:
    case Primitive::Permute:
      break;
    }
    mesh.print(os, step.parts);
    if (!step.toParts.empty() && step.toParts != step.parts) {
      os << " as ";
      mesh.print(os, step.toParts);
    }
    os << " : ";
    step.layout.print(os, mesh);
    os << '\n';
  }
}

std::string Plan::str(const Mesh &mesh) const {
  std::string text;
  llvm::raw_string_ostream os(text);
  print(os, mesh);
  return text;
}

namespace {

/// Makes a plan of moves and permutes, one after the other.
class PlanBuilder {
public:
  explicit PlanBuilder(const Tensor &tensor)
      : tensor(tensor), places(tensor.mesh, tensor.problem.from) {}

  void addMove(const Move &move);
  /// Adds the permute that leads to `target`, if one is needed.
  void addPermute(const Places &target);

  Plan plan;
  Cost cost;

private:
  Layout getLayout() const {
    return places.getLayout(tensor.mesh, tensor.problem.from.getCombiner());
  }
  void finish(Step &&step, ArrayRef<AxisPart> axes);

  const Tensor &tensor;
  Places places;
};

} // namespace

void PlanBuilder::finish(Step &&step, ArrayRef<AxisPart> axes) {
  step.layout = getLayout();
  step.seconds = getSeconds(tensor.mesh, step.bytes, axes);
  plan.bytes += step.bytes;
  plan.seconds += step.seconds;
  cost = cost + tensor.getCost(step.bytes, axes);
  plan.steps.push_back(std::move(step));
}

void PlanBuilder::addMove(const Move &move) {
  Step step;
  step.primitive = move.primitive;
  step.dim = move.dim;
  step.toDim = move.toDim;
  step.parts = move.parts;
  step.toParts = move.toParts;
  step.bytes = tensor.getBytes(move, places);
  apply(move, places);
  bool moves = move.primitive != Primitive::Slice;
  finish(std::move(step), moves ? ArrayRef(move.parts) : ArrayRef<AxisPart>());
}

void PlanBuilder::addPermute(const Places &target) {
  if (places == target)
    return;
  Layout from = getLayout();
  places = target;
  Reorder reorder = getReorder(tensor.mesh, from, getLayout());
  Step step;
  step.primitive = Primitive::Permute;
  step.bytes = tensor.getBytes(from);
  step.parts = reorder.from;
  step.toParts = reorder.to;
  AxisParts axes = step.parts;
  finish(std::move(step), axes);
}

/// The layout that `moves` come from, if they lead to `layout`.
static Places goBack(ArrayRef<Move> moves, Places places) {
  for (const Move &move : llvm::reverse(moves))
    undo(move, places);
  return places;
}

//===----------------------------------------------------------------------===//
// Search
//===----------------------------------------------------------------------===//

Tensor::Tensor(const Mesh &mesh, const ReshardProblem &problem)
    : mesh(mesh), problem(problem) {
  for (int64_t size : problem.shape)
    numElements *= size;
  for (const Axis &axis : mesh.getAxes())
    tickRate = std::max(tickRate, axis.bandwidth);
}

Cost Tensor::getCost(int64_t bytes, ArrayRef<AxisPart> axes) const {
  // What takes longer is far beyond any time that means something, and far from
  // overflow.
  constexpr double maxTicks = 1e17;
  double ticks = getSeconds(mesh, bytes, axes) * tickRate;
  return {bytes, std::llround(std::min(ticks, maxTicks)), 1};
}

int64_t Tensor::getBytes(const Move &move, const Places &places) const {
  int64_t blocks = 1;
  for (const AxisParts &dim : places.dims)
    blocks *= getSize(dim);
  return sharding::getBytes(move.primitive, getElements(blocks),
                            problem.elementBytes, getSize(move.parts));
}

static PlanBuilder build(const Tensor &tensor, ArrayRef<Move> moves) {
  PlanBuilder builder(tensor);
  for (const Move &move : moves)
    builder.addMove(move);
  return builder;
}

static PlanBuilder build(const Tensor &tensor, const PermutePlan &found) {
  PlanBuilder builder = build(tensor, found.before);
  Places target(tensor.mesh, tensor.problem.to);
  builder.addPermute(goBack(found.after, target));
  for (const Move &move : found.after)
    builder.addMove(move);
  return builder;
}

/// Runs both searches side by side, so that none looks at much that costs more
/// than what the other finds.
static Plan search(const Tensor &tensor) {
  InPlaceSearch inPlace(tensor);
  int64_t least = getLeastBytesWithPermute(tensor);
  if (inPlace.run(least - 1))
    return build(tensor, inPlace.getMoves()).plan;

  PermuteSearch around(tensor);
  for (int64_t maxBytes = least;; maxBytes += maxBytes / 4 + 1) {
    std::optional<Cost> cost = inPlace.run(maxBytes);
    std::optional<PermutePlan> other =
        around.run(cost ? cost->bytes : maxBytes);
    if (!cost && !other)
      continue;
    if (!other)
      return build(tensor, inPlace.getMoves()).plan;
    PlanBuilder builder = build(tensor, *other);
    if (cost && *cost < builder.cost)
      return build(tensor, inPlace.getMoves()).plan;
    return builder.plan;
  }
}

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(
      std::make_error_code(std::errc::invalid_argument), message);
}

static llvm::Error verify(const Mesh &mesh, const ReshardProblem &problem) {
  unsigned rank = problem.shape.size();
  for (const Layout *layout : {&problem.from, &problem.to}) {
    if (layout->getRank() != rank)
      return makeError("expected layouts of " + llvm::Twine(rank) +
                       " dimensions, got " + layout->str(mesh));
    for (auto [dim, size] : llvm::enumerate(problem.shape))
      if (size < 0 || size % layout->getNumBlocks(dim) != 0)
        return makeError("expected dimension " + llvm::Twine(dim) +
                         " of size " + llvm::Twine(size) +
                         " to be split evenly, got " + layout->str(mesh));
  }
  // The bytes of a plan can be many times those of the tensor.
  constexpr int64_t maxBytes = int64_t(1) << 55;
  int64_t bytes = problem.elementBytes;
  for (int64_t size : problem.shape)
    if (llvm::MulOverflow(bytes, std::max<int64_t>(size, 1), bytes) ||
        bytes > maxBytes)
      return makeError("expected a tensor of at most 2^55 bytes");
  if (getSize(problem.from.getPartial()) % getSize(problem.to.getPartial()) !=
          0 ||
      (!problem.to.getPartial().empty() &&
       problem.from.getCombiner() != problem.to.getCombiner()))
    return makeError("expected contributions that can be made of those of " +
                     problem.from.str(mesh) + ", got " + problem.to.str(mesh));
  return llvm::Error::success();
}

llvm::Expected<Plan>
partita::sharding::planReshard(const Mesh &mesh, const ReshardProblem &problem,
                               ReshardCache *cache) {
  if (llvm::Error error = verify(mesh, problem))
    return error;
  if (problem.from == problem.to)
    return Plan();
  RenamedProblem renamed(mesh, problem);
  auto solve = [&] {
    return search(Tensor(renamed.getMesh(), renamed.getProblem()));
  };
  if (!cache)
    return renamed.restore(solve());
  std::string key = renamed.getKey();
  if (std::optional<Plan> plan = cache->lookUp(key))
    return renamed.restore(*plan);
  Plan plan = solve();
  cache->insert(key, plan);
  return renamed.restore(plan);
}

//===----------------------------------------------------------------------===//
// ReshardCache
//===----------------------------------------------------------------------===//

struct ReshardCache::Impl {
  std::mutex mutex;
  llvm::StringMap<Plan> plans;
  uint64_t numLookups = 0;
};

ReshardCache::ReshardCache() : impl(std::make_unique<Impl>()) {}
ReshardCache::~ReshardCache() = default;

std::optional<Plan> ReshardCache::lookUp(llvm::StringRef key) {
  std::lock_guard<std::mutex> lock(impl->mutex);
  ++impl->numLookups;
  auto it = impl->plans.find(key);
  if (it == impl->plans.end())
    return std::nullopt;
  return it->second;
}

void ReshardCache::insert(llvm::StringRef key, const Plan &plan) {
  std::lock_guard<std::mutex> lock(impl->mutex);
  impl->plans.try_emplace(key, plan);
}

uint64_t ReshardCache::getNumLookups() const {
  std::lock_guard<std::mutex> lock(impl->mutex);
  return impl->numLookups;
}

uint64_t ReshardCache::getNumPlans() const {
  std::lock_guard<std::mutex> lock(impl->mutex);
  return impl->plans.size();
}
