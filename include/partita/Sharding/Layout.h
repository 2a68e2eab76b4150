// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a tensor lies on a mesh: which part of it each device holds.
//
// On the mesh x=2,y=4, a tensor of shape 8x16 under `[{"x"}, {"y"}]`:
//
//   each dimension is split over its parts of axes, major to minor: device (i,
//   j) holds rows 4i to 4i+3 and columns 4j to 4j+3
//
//   under           | device (i, j) holds            | replicated over
//   ----------------+--------------------------------+----------------
//   [{"x","y"}, {}] | row 4i+j                       | -
//   [{"y","x"}, {}] | row 2j+i                       | -
//   [{"x"}, {}]     | rows 4i to 4i+3                | y
//   [{}, {}]        | everything                     | x and y
//   [{"x"}, {}]     | contribution j to rows 4i to   | -
//    partial={"y"}  | 4i+3; the value is their sum   |
//
// A dimension of size n that is split into p blocks has blocks of ceil(n / p),
// and block k begins at k * ceil(n / p): the last blocks may hold less than
// that, or nothing, and are padded.

#ifndef PARTITA_SHARDING_LAYOUT_H
#define PARTITA_SHARDING_LAYOUT_H

#include "partita/Interfaces/Combiner.h"
#include "partita/Sharding/Mesh.h"

namespace partita::sharding {

/// A layout; see the top of this file. It is kept in a canonical form, so that
/// layouts that mean the same compare equal: parts that follow one another are
/// joined, parts of size 1 dropped, partial parts sorted.
class Layout {
public:
  /// No dimensions: a scalar that every device holds.
  Layout() = default;

  /// Fails if a part is none of an axis of `mesh`, or if two parts overlap or
  /// do not nest, also those of different dimensions. Partial parts share one
  /// combiner, since a sum of maxima is not the maximum of sums.
  static llvm::Expected<Layout> get(const Mesh &mesh,
                                    llvm::ArrayRef<AxisParts> dims,
                                    llvm::ArrayRef<AxisPart> partial = {},
                                    Combiner combiner = Combiner::Sum);

  /// Every device holds a whole tensor of rank `rank`.
  static Layout getReplicated(unsigned rank);

  /// Reads what `print` prints, unless the name of an axis has a quote in it.
  /// `sum` may be written: `partial={"x":sum}`.
  static llvm::Expected<Layout> parse(const Mesh &mesh, llvm::StringRef text);

  unsigned getRank() const { return dims.size(); }
  /// The parts that split each dimension.
  llvm::ArrayRef<AxisParts> getDims() const { return dims; }
  llvm::ArrayRef<AxisPart> getDim(unsigned dim) const { return dims[dim]; }
  /// The parts over which devices hold contributions to the value.
  llvm::ArrayRef<AxisPart> getPartial() const { return partial; }
  /// How contributions are combined; `Sum` if none are partial.
  Combiner getCombiner() const { return combiner; }

  /// All parts in the layout: of dimensions, then partial ones.
  AxisParts getParts() const;
  /// The parts over which devices hold the same, sorted.
  AxisParts getReplicated(const Mesh &mesh) const {
    return mesh.getComplement(getParts());
  }

  /// The number of blocks of dimension `dim`.
  int64_t getNumBlocks(unsigned dim) const { return getSize(dims[dim]); }
  /// What a device holds of a tensor of shape `shape`, pads included.
  llvm::SmallVector<int64_t> getLocalShape(llvm::ArrayRef<int64_t> shape) const;
  /// Where in the tensor the part that `device` holds begins. It may begin
  /// beyond the end, and then holds nothing but pads.
  llvm::SmallVector<int64_t> getOffsets(const Mesh &mesh,
                                        llvm::ArrayRef<int64_t> shape,
                                        int64_t device) const;

  /// Prints `[{"x", "y":(1)2}, {}] partial={"y":(2)2:max}`. The combiner `sum`
  /// is not printed.
  void print(llvm::raw_ostream &os, const Mesh &mesh) const;
  std::string str(const Mesh &mesh) const;

  friend bool operator==(const Layout &a, const Layout &b) {
    return a.dims == b.dims && a.partial == b.partial &&
           a.combiner == b.combiner;
  }
  friend bool operator!=(const Layout &a, const Layout &b) { return !(a == b); }
  // NOLINTNEXTLINE(readability-identifier-naming): found by this name.
  friend llvm::hash_code hash_value(const Layout &layout);

private:
  llvm::SmallVector<AxisParts, 4> dims;
  AxisParts partial;
  Combiner combiner = Combiner::Sum;
};

} // namespace partita::sharding

#endif // PARTITA_SHARDING_LAYOUT_H
