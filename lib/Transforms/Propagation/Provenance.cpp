// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Provenance.h"

#include "partita/Sharding/Bridge.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace mlir;
using namespace partita;
using namespace partita::sharding;

std::string partita::print(const Mesh &mesh, ArrayRef<AxisPart> parts) {
  std::string text;
  llvm::raw_string_ostream os(text);
  mesh.print(os, parts);
  return text;
}

std::string partita::print(const Mesh &mesh, AxisPart part) {
  std::string text;
  llvm::raw_string_ostream os(text);
  mesh.print(os, part);
  return text;
}

Provenance::Provenance(const ShardingGraph &graph)
    : graph(graph), valueSteps(graph.values.size()), opSteps(graph.ops.size()) {
}

void Provenance::onFactor(unsigned op, unsigned factor,
                          ArrayRef<AxisPart> parts, unsigned value,
                          unsigned dim) {
  for (AxisPart part : parts)
    opSteps[op].push_back({part, factor, value, dim});
}

void Provenance::onValue(unsigned value, unsigned dim, ArrayRef<AxisPart> parts,
                         unsigned op) {
  for (AxisPart part : parts)
    valueSteps[value].push_back({part, dim, op, 0});
}

const Provenance::Step *Provenance::find(ArrayRef<Step> steps, unsigned index,
                                         AxisPart part) const {
  for (const Step &step : steps)
    if (step.index == index && step.part.overlaps(part))
      return &step;
  return nullptr;
}

/// The origins of a value as the program has them.
static ArrayAttr getOriginsOf(const GraphValue &value) {
  if (value.value)
    return dist::getOrigins(value.value);
  FunctionOpInterface function = value.function;
  return function.getResultAttrOfType<ArrayAttr>(value.result,
                                                 dist::originsAttrName);
}

std::string Provenance::getOrigin(unsigned value, unsigned dim,
                                  AxisPart part) const {
  const GraphValue &info = graph.values[value];
  ArrayAttr origins = getOriginsOf(info);
  if (!origins || origins.size() <= dim)
    return "the program";
  // Parts that follow one another are joined in the sharding, and may have one
  // origin each.
  auto list = cast<ArrayAttr>(origins[dim]);
  AxisParts parts =
      toParts(graph.graph.mesh, info.sharding.getDims()[dim].getAxes());
  for (auto [has, origin] : llvm::zip(parts, list))
    if (has.overlaps(part))
      return cast<StringAttr>(origin).getValue().str();
  return list.empty() ? "the program"
                      : cast<StringAttr>(list[list.size() - 1]).str();
}

Provenance::Chain Provenance::getChain(unsigned value, unsigned dim,
                                       AxisPart part) const {
  Chain chain;
  // An axis comes from one value at most. But it may leave a dimension and come
  // to another one of the same value, which then has two ways; a way that comes
  // back to where it was ends there.
  llvm::DenseSet<std::pair<unsigned, unsigned>> seen;
  while (const Step *step = find(valueSteps[value], dim, part)) {
    if (!seen.insert({value, dim}).second)
      break;
    unsigned op = step->from;
    const PropagationOp &info = graph.graph.ops[op];
    const Step *factorStep = nullptr;
    // The factor of the dimension that has the axis.
    auto look = [&](ArrayRef<unsigned> values, ArrayRef<ValueFactors> slots) {
      for (auto [slotValue, slot] : llvm::zip_equal(values, slots))
        if (slotValue == value)
          for (unsigned factor : slot[dim])
            if (!factorStep)
              factorStep = find(opSteps[op], factor, part);
    };
    look(info.operands, info.rule.operands);
    look(info.results, info.rule.results);
    if (!factorStep)
      break;
    chain.links.push_back({value, dim, op, factorStep->index});
    value = factorStep->from;
    dim = factorStep->fromDim;
  }
  chain.source = value;
  chain.dim = dim;
  chain.origin = getOrigin(value, dim, part);
  return chain;
}

std::string Provenance::print(const Conflict &conflict,
                              const Contender &contender) const {
  std::string text =
      graph.graph.ops[conflict.op].rule.factors[contender.factor].name + "=" +
      partita::print(graph.graph.mesh, contender.axes);
  llvm::raw_string_ostream os(text);
  if (std::isinf(contender.cost.bytes))
    os << ", which no layout says";
  else
    os << ", which moves " << int64_t(contender.cost.bytes) << " bytes";
  return text;
}

StringRef Provenance::print(MissReason reason) {
  switch (reason) {
  case MissReason::Whole:
    return "the op needs the dimension whole";
  case MissReason::TooSmall:
    return "the dimension is too small";
  case MissReason::Closed:
    return "the dimension is closed";
  case MissReason::InUse:
    return "another dimension has the axis";
  case MissReason::OtherAxes:
    return "the dimension has other axes";
  }
  llvm_unreachable("unknown reason");
}
