// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What annotations say of the values of a module, before it is written to them.

#ifndef PARTITA_LIB_TRANSFORMS_PROPAGATION_ANNOTATIONS_H
#define PARTITA_LIB_TRANSFORMS_PROPAGATION_ANNOTATIONS_H

#include "Roles.h"
#include "Tactics.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Sharding/Mesh.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/MapVector.h"

namespace partita {

/// What is said of one dimension.
struct DimAnnotation {
  sharding::AxisParts axes;
  /// For each part of `axes` the annotation it comes from.
  llvm::SmallVector<std::string, 1> origins;
  bool isOpen = true;
  unsigned priority = 0;
};

/// `*.mlp.down_proj.weight=[_, tensor]`
struct NamedAnnotation {
  std::string text;
  std::string pattern;
  llvm::SmallVector<DimAnnotation, 4> dims;
};

/// Reads one; the axes are those of `mesh`. A dimension is
///   _              open, and not split by this annotation
///   -              closed, and not split
///   tensor         split over an axis, or a part of one: `tensor:(1)2`
///   (data, tensor) split over several axes, major to minor
/// and may end in `!`, which closes it, and in `@1`, a priority.
llvm::Expected<NamedAnnotation>
parseNamedAnnotation(llvm::StringRef text, const sharding::Mesh &mesh);

/// A value, a use of one, or a result of a function.
struct AnnotationTarget {
  mlir::Value value = {};
  mlir::OpOperand *use = nullptr;
  mlir::FunctionOpInterface function = nullptr;
  unsigned result = 0;

  mlir::RankedTensorType getType() const;
  mlir::Location getLoc() const;
};

/// Collects annotations, and writes them.
class Annotations {
public:
  Annotations(dist::MeshOp mesh);

  const sharding::Mesh &getMesh() const { return mesh; }

  /// Adds what `annotation` says of `target`. Fails, with a diagnostic, if the
  /// rank is another, or if another annotation says something else.
  llvm::LogicalResult add(const AnnotationTarget &target,
                          const NamedAnnotation &annotation);
  /// Adds a line of a tactic, whose axis is `axis`, to `target`. Where it
  /// cannot be, it is left out, with a remark.
  void add(const AnnotationTarget &target, const Role &role,
           const TacticAnnotation &line, std::optional<unsigned> axis,
           llvm::StringRef origin);

  /// Writes all to the module. Returns the number of values that are annotated.
  unsigned write();
  unsigned getNumLeftOut() const { return numLeftOut; }

private:
  using Dims = llvm::SmallVector<DimAnnotation, 4>;
  using Key = std::pair<void *, unsigned>;
  struct Entry {
    AnnotationTarget target;
    Dims dims;
    /// Axes that split the value, but not its uses.
    sharding::AxisParts gathered;
  };

  Entry &get(const AnnotationTarget &target);
  void write(Entry &entry);
  void gatherBeforeUses(Entry &entry);
  void leaveOut(const AnnotationTarget &target, const Role &role,
                llvm::StringRef origin, llvm::StringRef axis,
                const llvm::Twine &reason);
  dist::ShardingAttr makeSharding(const Dims &dims);
  mlir::ArrayAttr makeOrigins(const Dims &dims);

  dist::MeshOp meshOp;
  sharding::Mesh mesh;
  llvm::MapVector<Key, Entry> entries;
  unsigned numLeftOut = 0;
};

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PROPAGATION_ANNOTATIONS_H
