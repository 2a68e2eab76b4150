// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Shard.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace partita;
using namespace partita::sharding;
using namespace partita::verify;
using llvm::ArrayRef;
using llvm::SmallVector;
using llvm::SmallVectorImpl;
using llvm::StringRef;

llvm::Error verify::makeError(const llvm::Twine &message) {
  return llvm::createStringError(
      std::make_error_code(std::errc::invalid_argument), message);
}

//===----------------------------------------------------------------------===//
// Atoms
//===----------------------------------------------------------------------===//

Atoms verify::joinAtoms(ArrayRef<Atom> atoms) {
  Atoms joined;
  for (Atom atom : atoms) {
    if (atom == Atom())
      continue;
    if (!joined.empty() && !atom.isPadded()) {
      joined.back().size *= atom.size;
      joined.back().padded *= atom.padded;
      continue;
    }
    joined.push_back(atom);
  }
  return joined;
}

std::optional<Atoms> verify::findAtoms(ArrayRef<bool> isKept) {
  // The last atom is that of the first block: some elements, then some pads.
  const bool *firstPad = llvm::find(isKept, false);
  if (firstPad == isKept.end())
    return joinAtoms(Atom{int64_t(isKept.size()), int64_t(isKept.size())});
  const bool *next = std::find(firstPad, isKept.end(), true);
  size_t size = firstPad - isKept.begin(), padded = next - isKept.begin();
  if (size == 0)
    return std::nullopt;
  // If all that follows are pads, the block may as well be one of several.
  if (next == isKept.end())
    return Atoms{{int64_t(size), int64_t(padded)}};
  if (isKept.size() % padded != 0)
    return std::nullopt;
  ArrayRef<bool> first = isKept.take_front(padded);
  SmallVector<bool> outer;
  for (size_t begin = 0; begin != isKept.size(); begin += padded) {
    ArrayRef<bool> block = isKept.slice(begin, padded);
    bool isBlock = block == first;
    if (!isBlock && llvm::is_contained(block, true))
      return std::nullopt;
    outer.push_back(isBlock);
  }
  std::optional<Atoms> atoms = findAtoms(outer);
  if (atoms)
    atoms->push_back({int64_t(size), int64_t(padded)});
  return atoms;
}

int64_t verify::getSize(ArrayRef<Atom> atoms) {
  int64_t size = 1;
  for (Atom atom : atoms)
    size *= atom.size;
  return size;
}

int64_t verify::getPaddedSize(ArrayRef<Atom> atoms) {
  int64_t size = 1;
  for (Atom atom : atoms)
    size *= atom.padded;
  return size;
}

bool verify::isPadded(ArrayRef<Atom> atoms) {
  return llvm::any_of(atoms, [](Atom atom) { return atom.isPadded(); });
}

//===----------------------------------------------------------------------===//
// Shard
//===----------------------------------------------------------------------===//

Shard Shard::getWhole(ArrayRef<int64_t> shape) {
  Shard shard;
  shard.layout = Layout::getReplicated(shape.size());
  for (int64_t size : shape)
    shard.dims.push_back(joinAtoms(Atom{size, size}));
  shard.pads.resize(shape.size());
  shard.isFree.resize(shape.size());
  return shard;
}

Shard Shard::getUniform(ArrayRef<int64_t> shape) {
  Shard shard = getWhole(shape);
  shard.isFree.assign(shape.size(), true);
  return shard;
}

void Shard::setPads(unsigned dim, Pads value) {
  for (auto [other, held] : llvm::enumerate(pads))
    if (other == dim)
      held = value;
    else if (held != value)
      held = Pads();
}

bool Shard::isPadded() const {
  return llvm::any_of(dims,
                      [](const Atoms &dim) { return verify::isPadded(dim); });
}

SmallVector<int64_t> Shard::getLocalShape() const {
  SmallVector<int64_t> shape;
  for (const Atoms &dim : dims)
    shape.push_back(getPaddedSize(dim));
  return layout.getLocalShape(shape);
}

std::string Shard::str(const Mesh &mesh) const {
  std::string text = layout.str(mesh);
  if (!isPadded())
    return text;
  llvm::raw_string_ostream os(text);
  os << " padded [";
  llvm::interleaveComma(dims, os, [&](const Atoms &dim) {
    os << '[';
    llvm::interleaveComma(dim, os, [&](Atom atom) {
      os << atom.size;
      if (atom.isPadded())
        os << " -> " << atom.padded;
    });
    os << ']';
  });
  os << ']';
  return text;
}

llvm::Error verify::checkEven(const Shard &shard) {
  for (auto [dim, atoms] : llvm::enumerate(shard.dims))
    if (int64_t size = getPaddedSize(atoms),
        blocks = shard.layout.getNumBlocks(dim);
        size % blocks != 0)
      return makeError("dimension " + llvm::Twine(dim) + " of size " +
                       llvm::Twine(size) + " is split into " +
                       llvm::Twine(blocks) + " blocks, which do not divide it");
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Lists of parts
//===----------------------------------------------------------------------===//

/// Takes `parts` away from the end of `dim`. False if it does not end so.
static bool removeFromEnd(AxisParts &dim, ArrayRef<AxisPart> parts) {
  AxisParts rest(parts);
  while (!rest.empty()) {
    if (rest.back().size == 1) {
      rest.pop_back();
      continue;
    }
    if (dim.empty())
      return false;
    AxisPart &last = dim.back(), &wanted = rest.back();
    if (last.axis != wanted.axis || last.end() != wanted.end())
      return false;
    if (last.size == wanted.size) {
      dim.pop_back();
      rest.pop_back();
    } else if (last.size > wanted.size && last.size % wanted.size == 0) {
      last.size /= wanted.size;
      rest.pop_back();
    } else if (last.size < wanted.size && wanted.size % last.size == 0) {
      wanted.size /= last.size;
      dim.pop_back();
    } else {
      return false;
    }
  }
  return true;
}

/// Takes the coordinates `parts` away from `set`. False if some are not in it.
static bool removeFromSet(AxisParts &set, ArrayRef<AxisPart> parts) {
  for (AxisPart part : parts) {
    if (part.size == 1)
      continue;
    auto *it = llvm::find_if(set, [&](AxisPart candidate) {
      return candidate.axis == part.axis && candidate.pre <= part.pre &&
             part.end() <= candidate.end() && part.pre % candidate.pre == 0 &&
             candidate.end() % part.end() == 0;
    });
    if (it == set.end())
      return false;
    AxisPart whole = *it;
    set.erase(it);
    AxisPart before = {whole.axis, whole.pre, part.pre / whole.pre};
    AxisPart after = {whole.axis, part.end(), whole.end() / part.end()};
    for (AxisPart left : {before, after})
      if (left.size != 1)
        set.push_back(left);
  }
  return true;
}

std::optional<AxisParts>
verify::cutIntoPieces(ArrayRef<ArrayRef<AxisPart>> lists) {
  // The ends of parts, of each axis.
  SmallVector<std::pair<unsigned, int64_t>> ends;
  for (ArrayRef<AxisPart> list : lists)
    for (AxisPart part : list) {
      ends.emplace_back(part.axis, part.pre);
      ends.emplace_back(part.axis, part.end());
    }
  llvm::sort(ends);
  ends.erase(llvm::unique(ends), ends.end());
  AxisParts pieces;
  for (auto [begin, end] : llvm::zip(ends, llvm::drop_begin(ends))) {
    if (begin.first != end.first)
      continue;
    if (end.second % begin.second != 0)
      return std::nullopt;
    AxisPart piece = {begin.first, begin.second, end.second / begin.second};
    if (llvm::any_of(lists, [&](ArrayRef<AxisPart> list) {
          return covers(list, piece);
        }))
      pieces.push_back(piece);
  }
  return pieces;
}

bool verify::covers(ArrayRef<AxisPart> parts, AxisPart piece) {
  return llvm::any_of(parts, [&](AxisPart part) {
    return part.axis == piece.axis && part.pre <= piece.pre &&
           piece.end() <= part.end();
  });
}

//===----------------------------------------------------------------------===//
// Collectives
//===----------------------------------------------------------------------===//

std::string Collectives::str(ArrayRef<AxisPart> parts) const {
  std::string text;
  llvm::raw_string_ostream os(text);
  mesh.print(os, parts);
  return text;
}

/// The layout of `shard` with other parts.
static llvm::Expected<Shard> withParts(const Mesh &mesh, Shard shard,
                                       ArrayRef<AxisParts> dims,
                                       ArrayRef<AxisPart> partial) {
  llvm::Expected<Layout> layout =
      Layout::get(mesh, dims, partial, shard.layout.getCombiner());
  if (!layout)
    return layout.takeError();
  shard.layout = std::move(*layout);
  return shard;
}

/// Appends `parts` to those of dimension `dim`. Where they do not divide it,
/// pads come after its end, which is right only where nothing splits it yet.
static llvm::Error appendParts(Shard &shard, SmallVectorImpl<AxisParts> &dims,
                               unsigned dim, ArrayRef<AxisPart> parts) {
  if (shard.isFree[dim])
    return llvm::Error::success();
  bool wasWhole = sharding::getSize(dims[dim]) == 1;
  dims[dim].append(parts.begin(), parts.end());
  int64_t blocks = sharding::getSize(dims[dim]);
  int64_t size = getPaddedSize(shard.dims[dim]);
  if (size % blocks == 0)
    return llvm::Error::success();
  if (!wasWhole || verify::isPadded(shard.dims[dim]))
    return makeError("dimension " + llvm::Twine(dim) + " of size " +
                     llvm::Twine(size) + " is split into " +
                     llvm::Twine(blocks) + " blocks, which do not divide it");
  shard.dims[dim] = joinAtoms(
      Atom{size, int64_t(llvm::divideCeil(uint64_t(size), blocks)) * blocks});
  return llvm::Error::success();
}

llvm::Expected<Shard> Collectives::slice(Shard from, unsigned dim,
                                         ArrayRef<AxisPart> parts) const {
  for (AxisPart part : parts)
    if (llvm::any_of(from.layout.getParts(),
                     [&](AxisPart used) { return used.overlaps(part); }))
      return makeError("the slice over " + str(parts) +
                       " needs a value that is replicated over it, got " +
                       from.str(mesh));
  SmallVector<AxisParts, 4> dims(from.layout.getDims());
  AxisParts partial(from.layout.getPartial());
  if (llvm::Error error = appendParts(from, dims, dim, parts))
    return error;
  return withParts(mesh, std::move(from), dims, partial);
}

/// Takes `parts` away from dimension `dim`, of which `localSize` elements are
/// then left.
static llvm::Error join(const Mesh &mesh, Shard &shard,
                        SmallVectorImpl<AxisParts> &dims, unsigned dim,
                        ArrayRef<AxisPart> parts, int64_t localSize,
                        StringRef partsText) {
  if (shard.isFree[dim])
    return llvm::Error::success();
  if (!removeFromEnd(dims[dim], parts))
    return makeError("dimension " + llvm::Twine(dim) +
                     " is not split last over " + partsText + ", got " +
                     shard.str(mesh));
  int64_t joined =
      getPaddedSize(shard.dims[dim]) / sharding::getSize(dims[dim]);
  if (localSize == joined)
    return llvm::Error::success();
  // What is left out must be the pads of a dimension that has no others.
  Atoms &atoms = shard.dims[dim];
  if (dims[dim].empty() && atoms.size() == 1 && atoms[0].size == localSize) {
    atoms = joinAtoms(Atom{localSize, localSize});
    shard.pads[dim] = Pads();
    return llvm::Error::success();
  }
  return makeError("dimension " + llvm::Twine(dim) + " of the result has " +
                   llvm::Twine(localSize) + " elements, where the blocks of " +
                   shard.str(mesh) + " have " + llvm::Twine(joined));
}

llvm::Expected<Shard> Collectives::allGather(Shard from, unsigned dim,
                                             ArrayRef<AxisPart> parts,
                                             int64_t localSize) const {
  SmallVector<AxisParts, 4> dims(from.layout.getDims());
  AxisParts partial(from.layout.getPartial());
  if (llvm::Error error =
          join(mesh, from, dims, dim, parts, localSize, str(parts)))
    return error;
  return withParts(mesh, std::move(from), dims, partial);
}

/// Takes `parts` away from the pending combination of `from`.
static llvm::Error combine(const Mesh &mesh, const Shard &from,
                           Combiner combiner, AxisParts &partial,
                           ArrayRef<AxisPart> parts, StringRef partsText) {
  if (!from.layout.getPartial().empty() &&
      combiner != from.layout.getCombiner())
    return makeError("it combines by " + stringify(combiner) +
                     " what is to be combined by " +
                     stringify(from.layout.getCombiner()) + ", got " +
                     from.str(mesh));
  if (!removeFromSet(partial, parts))
    return makeError("the value is not to be combined over " + partsText +
                     ", got " + from.str(mesh));
  return llvm::Error::success();
}

llvm::Expected<Shard> Collectives::allReduce(Shard from, Combiner combiner,
                                             ArrayRef<AxisPart> parts) const {
  SmallVector<AxisParts, 4> dims(from.layout.getDims());
  AxisParts partial(from.layout.getPartial());
  if (llvm::Error error =
          combine(mesh, from, combiner, partial, parts, str(parts)))
    return error;
  // What pads hold is combined, too.
  for (Pads &pads : from.pads)
    if ((combiner == Combiner::Sum && pads.kind != Pads::Zero) ||
        (combiner == Combiner::LogSumExp && pads.kind != Pads::Lowest))
      pads = Pads();
  return withParts(mesh, std::move(from), dims, partial);
}

llvm::Expected<Shard>
Collectives::reduceScatter(Shard from, Combiner combiner, unsigned dim,
                           ArrayRef<AxisPart> parts) const {
  llvm::Expected<Shard> whole = allReduce(std::move(from), combiner, parts);
  if (!whole)
    return whole.takeError();
  return slice(std::move(*whole), dim, parts);
}

llvm::Expected<Shard> Collectives::allToAll(Shard from, unsigned joinDim,
                                            unsigned splitDim,
                                            ArrayRef<AxisPart> joined,
                                            ArrayRef<AxisPart> split,
                                            int64_t localSize) const {
  llvm::Expected<Shard> whole =
      allGather(std::move(from), joinDim, joined, localSize);
  if (!whole)
    return whole.takeError();
  return slice(std::move(*whole), splitDim, split);
}

//===----------------------------------------------------------------------===//
// Permutations
//===----------------------------------------------------------------------===//

namespace {
/// The device with an index over `sources` sends to the one with that index
/// over `targets`. Each is one part, unless the sizes do not allow to take them
/// apart: as those of 2 times 3 and 3 times 2 coordinates.
struct CoordinateMove {
  AxisParts sources, targets;
};
} // namespace

/// Cuts two lists of the same coordinates into moves that are as small as they
/// can be.
static SmallVector<CoordinateMove> alignParts(ArrayRef<AxisPart> sources,
                                              ArrayRef<AxisPart> targets) {
  auto toStack = [](ArrayRef<AxisPart> parts) {
    SmallVector<AxisPart> stack;
    for (AxisPart part : llvm::reverse(parts))
      if (part.size != 1)
        stack.push_back(part);
    return stack;
  };
  // Takes the major `size` coordinates of the last part in `stack`.
  auto take = [](SmallVector<AxisPart> &stack, int64_t size) {
    AxisPart &part = stack.back();
    AxisPart major = {part.axis, part.pre, size};
    part = {part.axis, part.pre * size, part.size / size};
    if (part.size == 1)
      stack.pop_back();
    return major;
  };
  SmallVector<AxisPart> from = toStack(sources), to = toStack(targets);
  SmallVector<CoordinateMove> moves;
  while (!from.empty()) {
    int64_t size = std::min(from.back().size, to.back().size);
    CoordinateMove &move = moves.emplace_back();
    if (from.back().size % size == 0 && to.back().size % size == 0) {
      move.sources.push_back(take(from, size));
      move.targets.push_back(take(to, size));
      continue;
    }
    int64_t sourceSize = 1, targetSize = 1;
    do {
      auto [stack, parts, total] =
          sourceSize <= targetSize ? std::tie(from, move.sources, sourceSize)
                                   : std::tie(to, move.targets, targetSize);
      // No more than what is lacking, if a part can be cut there.
      int64_t larger = std::max(sourceSize, targetSize),
              size = stack.back().size;
      if (larger % total == 0 && larger != total &&
          size % (larger / total) == 0)
        size = larger / total;
      total *= size;
      parts.push_back(take(stack, size));
    } while (sourceSize != targetSize);
  }
  return moves;
}

/// Cuts `parts` where the parts of `moves` begin and end. None if they do not
/// nest.
static std::optional<AxisParts> cutAtMoves(ArrayRef<AxisPart> parts,
                                           ArrayRef<CoordinateMove> moves) {
  AxisParts pieces;
  for (AxisPart part : parts) {
    int64_t begin = part.pre;
    while (begin != part.end()) {
      int64_t end = part.end();
      for (const CoordinateMove &move : moves)
        for (AxisPart source : move.sources)
          if (source.axis == part.axis)
            for (int64_t cut : {source.pre, source.end()})
              if (cut > begin)
                end = std::min(end, cut);
      if (end % begin != 0)
        return std::nullopt;
      pieces.push_back({part.axis, begin, end / begin});
      begin = end;
    }
  }
  return pieces;
}

/// The parts on which devices have, after `moves`, the coordinates that the
/// devices they get their values from have on `parts`. None if these begin or
/// end where no move can be cut. The order does not matter for a set.
static std::optional<AxisParts> moveParts(ArrayRef<AxisPart> parts, bool isSet,
                                          ArrayRef<CoordinateMove> moves) {
  std::optional<AxisParts> pieces = cutAtMoves(parts, moves);
  if (!pieces)
    return std::nullopt;
  AxisParts moved;
  for (size_t index = 0; index != pieces->size(); ++index) {
    AxisPart piece = (*pieces)[index];
    const CoordinateMove *move =
        llvm::find_if(moves, [&](const CoordinateMove &move) {
          return covers(move.sources, piece);
        });
    if (move == moves.end()) {
      moved.push_back(piece);
      continue;
    }
    if (move->sources.size() == 1) {
      AxisPart source = move->sources[0], target = move->targets[0];
      if (piece.pre % source.pre != 0 || source.end() % piece.end() != 0)
        return std::nullopt;
      moved.push_back(
          {target.axis, target.pre * (piece.pre / source.pre), piece.size});
      continue;
    }
    // All of it is there, in its order, or it leaves no layout.
    size_t count = move->sources.size();
    if (isSet) {
      if (!llvm::all_of(move->sources, [&](AxisPart source) {
            return llvm::is_contained(*pieces, source);
          }))
        return std::nullopt;
      if (piece == move->sources[0])
        moved.append(move->targets);
      continue;
    }
    if (ArrayRef(*pieces).drop_front(index).take_front(count) !=
        ArrayRef(move->sources))
      return std::nullopt;
    moved.append(move->targets);
    index += count - 1;
  }
  return moved;
}

llvm::Expected<Shard> Collectives::reorder(Shard from,
                                           ArrayRef<AxisPart> sources,
                                           ArrayRef<AxisPart> targets) const {
  auto fail = [&] {
    return makeError("no layout says where the permutation from " +
                     str(sources) + " to " + str(targets) + " brings " +
                     from.str(mesh));
  };
  SmallVector<CoordinateMove> moves = alignParts(sources, targets);
  SmallVector<AxisParts, 4> dims;
  for (const AxisParts &dim : from.layout.getDims()) {
    std::optional<AxisParts> moved = moveParts(dim, /*isSet=*/false, moves);
    if (!moved)
      return fail();
    dims.push_back(*moved);
  }
  std::optional<AxisParts> partial =
      moveParts(from.layout.getPartial(), /*isSet=*/true, moves);
  if (!partial)
    return fail();
  return withParts(mesh, std::move(from), dims, *partial);
}

llvm::Expected<Shard>
Collectives::route(Shard from,
                   llvm::function_ref<int64_t(int64_t)> getSource) const {
  AxisParts parts = from.layout.getParts();
  for (int64_t device = 0; device != mesh.getNumDevices(); ++device)
    if (int64_t source = getSource(device);
        mesh.getIndex(source, parts) != mesh.getIndex(device, parts))
      return makeError("device " + llvm::Twine(device) +
                       " gets what is of device " + llvm::Twine(source) +
                       " under " + from.str(mesh));
  return from;
}

llvm::Expected<Shard>
Collectives::exchangeWithin(Shard from, ArrayRef<AxisPart> parts) const {
  for (AxisPart part : parts)
    if (llvm::any_of(from.layout.getParts(),
                     [&](AxisPart used) { return used.overlaps(part); }))
      return makeError("devices that differ on " + str(parts) +
                       " exchange what is not the same on them, got " +
                       from.str(mesh));
  return from;
}
