// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Prover.h"

#include "Lemmas.h"

using namespace mlir;
using namespace partita;
using namespace partita::verify;

static Atoms toAtoms(dist::DimPaddingAttr padding) {
  Atoms atoms;
  for (auto [size, padded] :
       llvm::zip(padding.getSizes(), padding.getPaddedSizes()))
    atoms.push_back({size, padded});
  return joinAtoms(atoms);
}

LogicalResult Prover::provePad(dist::PadOp op) {
  unsigned dim = op.getDim();
  Atoms atoms = toAtoms(op.getPadding());
  return setFrom(*op, op.getInput(), op.getType(),
                 [&](const Fact &fact) -> llvm::Expected<Shard> {
                   Shard shard = fact.shard;
                   if (shard.isFree[dim])
                     shard.isFree[dim] = false;
                   if (!shard.layout.getDim(dim).empty() ||
                       shard.dims[dim] !=
                           joinAtoms(Atom{getSize(atoms), getSize(atoms)}))
                     return makeError("dimension " + Twine(dim) +
                                      " must be whole and without pads, got " +
                                      fact.shard.str(mesh.mesh));
                   shard.dims[dim] = atoms;
                   shard.setPads(dim, {Pads::Zero});
                   return shard;
                 });
}

LogicalResult Prover::proveUnpad(dist::UnpadOp op) {
  unsigned dim = op.getDim();
  Atoms atoms = toAtoms(op.getPadding());
  return setFrom(
      *op, op.getInput(), op.getType(),
      [&](const Fact &fact) -> llvm::Expected<Shard> {
        Shard shard = fact.shard;
        if (shard.isFree[dim])
          return shard;
        if (!shard.layout.getDim(dim).empty() || shard.dims[dim] != atoms)
          return makeError("dimension " + Twine(dim) +
                           " must be whole and have these pads, got " +
                           shard.str(mesh.mesh));
        shard.dims[dim] = joinAtoms(Atom{getSize(atoms), getSize(atoms)});
        shard.pads[dim] = Pads();
        return shard;
      });
}

/// What pads hold that are filled with `value`.
static Pads toPads(Attribute value) {
  if (isZero(value))
    return {Pads::Zero};
  if (auto number = dyn_cast<FloatAttr>(value)) {
    if (number.getValue().isInfinity())
      return {number.getValue().isNegative() ? Pads::Lowest : Pads::Highest};
    return {};
  }
  auto number = dyn_cast<IntegerAttr>(value);
  if (!number || number.getType().isInteger(1))
    return {};
  if (number.getValue().isMinSignedValue())
    return {Pads::Lowest};
  if (number.getValue().isMaxSignedValue())
    return {Pads::Highest};
  return {Pads::Number, number.getInt()};
}

/// The elements that a mask keeps; empty if they are not known.
static SmallVector<bool> getKept(const Term *mask) {
  DenseElementsAttr value;
  if (!mask->application ||
      !matchPattern(mask->application->op, m_Constant(&value)))
    return {};
  return llvm::to_vector(value.getValues<bool>());
}

LogicalResult Prover::proveFill(dist::FillOp op) {
  unsigned dim = op.getDim();
  const Fact &mask = get(op.getKeep());
  SmallVector<bool> isKept = getKept(mask.term);
  std::optional<Atoms> atoms;
  if (!isKept.empty() && mask.shard.layout.getPartial().empty())
    atoms = findAtoms(isKept);
  if (!atoms) {
    fail(*op) << "its mask is no constant that keeps what is no pad";
    return failure();
  }
  // A mask of which all elements are the same keeps all.
  sharding::AxisParts parts(mask.shard.isFree[0]
                                ? ArrayRef<sharding::AxisPart>()
                                : mask.shard.layout.getDim(0));
  return setFrom(
      *op, op.getInput(), op.getType(),
      [&](const Fact &fact) -> llvm::Expected<Shard> {
        Shard shard = fact.shard;
        if (!isPadded(*atoms))
          return shard;
        Atoms unpadded = joinAtoms(Atom{getSize(*atoms), getSize(*atoms)});
        SmallVector<sharding::AxisParts, 4> dims(shard.layout.getDims());
        if (shard.isFree[dim] && shard.dims[dim] == unpadded) {
          shard.isFree[dim] = false;
          shard.dims[dim] = *atoms;
          dims[dim] = parts;
        }
        if (shard.isFree[dim] || shard.dims[dim] != *atoms ||
            dims[dim] != parts)
          return makeError("the mask keeps what is no pad of " +
                           Shard(mask.shard).str(mesh.mesh) +
                           " and not what is none of dimension " + Twine(dim) +
                           ", got " + fact.shard.str(mesh.mesh));
        llvm::Expected<sharding::Layout> layout =
            sharding::Layout::get(mesh.mesh, dims, shard.layout.getPartial(),
                                  shard.layout.getCombiner());
        if (!layout)
          return layout.takeError();
        shard.layout = std::move(*layout);
        Pads pads = toPads(op.getValue());
        // What a sum is yet to be formed of holds it once a device.
        if (!shard.layout.getPartial().empty() && pads.kind != Pads::Zero)
          pads = Pads();
        shard.setPads(dim, pads);
        return shard;
      });
}
