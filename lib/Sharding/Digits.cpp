// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Digits.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace partita::sharding;
using llvm::function_ref;
using llvm::SmallVector;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Digits
//===----------------------------------------------------------------------===//

PrimeTable::PrimeTable(const Mesh &mesh) {
  for (const Axis &axis : mesh.getAxes()) {
    int64_t left = axis.size;
    for (int64_t prime = 2; left != 1; ++prime) {
      if (prime * prime > left)
        prime = left;
      if (left % prime != 0)
        continue;
      while (left % prime == 0)
        left /= prime;
      if (!llvm::is_contained(primes, prime))
        primes.push_back(prime);
    }
  }
  llvm::sort(primes);
}

int64_t PrimeTable::getSize(StringRef digits) const {
  int64_t size = 1;
  for (char digit : digits)
    size *= getPrime(digit);
  return size;
}

std::string PrimeTable::getDigits(int64_t size) const {
  std::string digits;
  for (auto [index, prime] : llvm::enumerate(primes))
    for (; size % prime == 0; size /= prime)
      digits.push_back(char(index));
  return digits;
}

/// Calls `use` with `digits` in all orders that differ.
static void visitOrders(std::string digits,
                        function_ref<void(const std::string &)> use) {
  llvm::sort(digits);
  do
    use(digits);
  while (std::next_permutation(digits.begin(), digits.end()));
}

/// Calls `use` with all sets of digits in the sorted `digits`, except the empty
/// one.
static void visitSubsets(StringRef digits,
                         function_ref<void(const std::string &)> use,
                         std::string taken = "") {
  if (digits.empty()) {
    if (!taken.empty())
      use(taken);
    return;
  }
  size_t count =
      digits.take_while([&](char c) { return c == digits[0]; }).size();
  for (size_t num = 0; num <= count; ++num) {
    visitSubsets(digits.drop_front(count), use, taken);
    taken.push_back(digits[0]);
  }
}

SmallVector<DigitPlaces, 1>
partita::sharding::getDigitPlaces(const Mesh &mesh, const PrimeTable &primes,
                                  const Layout &layout) {
  DigitPlaces first;
  first.dims.resize(layout.getRank());
  first.partial = primes.getDigits(getSize(layout.getPartial()));
  first.replicated = primes.getDigits(getSize(layout.getReplicated(mesh)));
  SmallVector<DigitPlaces, 1> all = {first};
  for (unsigned dim = 0; dim != layout.getRank(); ++dim)
    for (AxisPart part : layout.getDim(dim)) {
      SmallVector<DigitPlaces, 1> longer;
      for (const DigitPlaces &places : all)
        visitOrders(primes.getDigits(part.size), [&](const std::string &order) {
          longer.push_back(places);
          longer.back().dims[dim] += order;
        });
      all = std::move(longer);
    }
  return all;
}

//===----------------------------------------------------------------------===//
// Moves
//===----------------------------------------------------------------------===//

DigitMoveGenerator::DigitMoveGenerator(const Tensor &tensor,
                                       const PrimeTable &primes)
    : tensor(tensor), primes(primes),
      fromContributions(getSize(tensor.problem.from.getPartial())),
      toContributions(getSize(tensor.problem.to.getPartial())) {}

int64_t DigitMoveGenerator::getElements(const DigitPlaces &places) const {
  int64_t blocks = 1;
  for (StringRef dim : places.dims)
    blocks *= primes.getSize(dim);
  return tensor.getElements(blocks);
}

std::string &DigitMoveGenerator::at(DigitPlaces &places, Place place) const {
  if (isDim(place))
    return places.dims[place];
  return place == getPartial() ? places.partial : places.replicated;
}

/// The primitive that takes digits from one place to another.
std::optional<Primitive> DigitMoveGenerator::getPrimitive(Place from,
                                                          Place to) const {
  if (from == to || to == getPartial())
    return std::nullopt;
  if (from == getPartial())
    return isDim(to) ? Primitive::ReduceScatter : Primitive::AllReduce;
  if (from == getReplicated())
    return Primitive::Slice;
  return isDim(to) ? Primitive::AllToAll : Primitive::AllGather;
}

void DigitMoveGenerator::visitMoves(const DigitPlaces &places, Place from,
                                    Place to, bool isForward, int64_t maxBytes,
                                    Visitor visit) const {
  std::optional<Primitive> primitive =
      isForward ? getPrimitive(from, to) : getPrimitive(to, from);
  if (!primitive)
    return;
  int64_t elements = getElements(places);
  int64_t contributions = primes.getSize(places.partial);
  int64_t blocks = isDim(to) ? primes.getSize(places.dims[to]) : 1;

  auto use = [&](const std::string &taken) {
    int64_t group = primes.getSize(taken);
    int64_t newContributions = from == getPartial() ? contributions / group
                               : to == getPartial() ? contributions * group
                                                    : contributions;
    if ((isDim(to) && !tensor.divides(to, blocks * group)) ||
        newContributions % toContributions != 0 ||
        fromContributions % newContributions != 0)
      return;
    // Of the layout that the primitive starts from.
    int64_t before = elements;
    if (!isForward)
      before = before * (isDim(from) ? group : 1) / (isDim(to) ? group : 1);
    int64_t bytes =
        getBytes(*primitive, before, tensor.problem.elementBytes, group);
    if (bytes > maxBytes)
      return;

    DigitPlaces rest = places;
    std::string &source = at(rest, from);
    if (isDim(from)) {
      source.resize(source.size() - taken.size());
    } else {
      for (char digit : taken)
        source.erase(source.find(digit), 1);
    }
    auto add = [&](const std::string &added) {
      DigitPlaces other = rest;
      std::string &target = at(other, to);
      target += added;
      DigitMove move = {*primitive, 0, 0, "", ""};
      if (*primitive == Primitive::AllToAll) {
        move.dim = isForward ? from : to;
        move.toDim = isForward ? to : from;
        move.digits = isForward ? taken : added;
        move.toDigits = isForward ? added : taken;
      } else {
        // The one that is a dimension, if any.
        move.dim = isDim(from) ? from : isDim(to) ? to : 0;
        move.digits = isDim(from) ? taken : added;
      }
      if (!isDim(to))
        llvm::sort(target);
      visit(move, std::move(other), bytes);
    };
    if (isDim(to))
      visitOrders(taken, add);
    else
      add(taken);
  };
  if (!isDim(from))
    return visitSubsets(
        from == getPartial() ? places.partial : places.replicated, use);
  const std::string &source = places.dims[from];
  for (size_t num = 1; num <= source.size(); ++num)
    use(source.substr(source.size() - num));
}

void DigitMoveGenerator::visitMoves(const DigitPlaces &places, bool isForward,
                                    int64_t maxBytes, Visitor visit) const {
  for (Place from = 0; from <= getReplicated(); ++from)
    for (Place to = 0; to <= getReplicated(); ++to)
      visitMoves(places, from, to, isForward, maxBytes, visit);
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// The parts at the minor end of a dimension, one for each of `digits`.
AxisParts DigitNamer::getEnd(unsigned dim, StringRef digits) const {
  AxisParts left = places.dims[dim], end;
  for (char digit : llvm::reverse(digits)) {
    int64_t prime = primes.getPrime(digit);
    end.push_back({left.back().axis, left.back().end() / prime, prime});
    takeFromDim(left, end.back());
  }
  std::reverse(end.begin(), end.end());
  return end;
}

/// A part of `pool` for each of `digits`, along the fastest links there are.
AxisParts DigitNamer::pick(AxisParts pool, StringRef digits) const {
  AxisParts picked;
  for (char digit : digits) {
    int64_t prime = primes.getPrime(digit);
    std::optional<AxisPart> best;
    for (AxisPart part : pool)
      if (part.size % prime == 0 &&
          (!best || mesh.getAxis(part.axis).bandwidth >=
                        mesh.getAxis(best->axis).bandwidth))
        best = part;
    picked.push_back({best->axis, best->end() / prime, prime});
    takeFromPool(pool, picked.back());
  }
  // So that parts that were cut are joined again.
  llvm::sort(picked);
  return reorder(picked, digits);
}

/// The same parts in an order in which they have `digits`.
AxisParts DigitNamer::reorder(AxisParts parts, StringRef digits) const {
  AxisParts ordered;
  for (char digit : digits) {
    auto *it = llvm::find_if(parts, [&](AxisPart part) {
      return part.size == primes.getPrime(digit);
    });
    ordered.push_back(*it);
    parts.erase(it);
  }
  return ordered;
}

Move DigitNamer::follow(const DigitMove &move) {
  Move named = {move.primitive, move.dim, move.toDim, {}, {}};
  switch (move.primitive) {
  case Primitive::Slice:
    named.parts = pick(places.replicated, move.digits);
    break;
  case Primitive::ReduceScatter:
  case Primitive::AllReduce:
    named.parts = pick(places.partial, move.digits);
    break;
  case Primitive::AllGather:
    named.parts = getEnd(move.dim, move.digits);
    break;
  case Primitive::AllToAll:
    named.parts = getEnd(move.dim, move.digits);
    named.toParts = joinParts(reorder(named.parts, move.toDigits));
    break;
  case Primitive::Permute:
    llvm_unreachable("a permute is no move from place to place");
  }
  named.parts = joinParts(named.parts);
  apply(named, places);
  return named;
}

Move DigitNamer::goBack(const DigitMove &move) {
  Move named = {move.primitive, move.dim, move.toDim, {}, {}};
  switch (move.primitive) {
  case Primitive::Slice:
  case Primitive::ReduceScatter:
    named.parts = getEnd(move.dim, move.digits);
    break;
  case Primitive::AllGather:
  case Primitive::AllReduce:
    named.parts = pick(places.replicated, move.digits);
    break;
  case Primitive::AllToAll:
    named.toParts = getEnd(move.toDim, move.toDigits);
    named.parts = joinParts(reorder(named.toParts, move.digits));
    named.toParts = joinParts(named.toParts);
    break;
  case Primitive::Permute:
    llvm_unreachable("a permute is no move from place to place");
  }
  named.parts = joinParts(named.parts);
  undo(named, places);
  return named;
}
