// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What it costs to bring a value from one sharding to another, remembered.

#ifndef PARTITA_LIB_TRANSFORMS_PARTITION_RESHARDCOSTS_H
#define PARTITA_LIB_TRANSFORMS_PARTITION_RESHARDCOSTS_H

#include "partita/Dialect/Dist/Dist.h"
#include "partita/Sharding/ReshardEstimate.h"

#include <memory>
#include <tuple>

namespace partita {

class ReshardCosts {
public:
  explicit ReshardCosts(dist::MeshOp meshOp);

  const sharding::Mesh &getMesh() const { return mesh; }
  mlir::FlatSymbolRefAttr getMeshName() const { return meshName; }

  /// What `sharding` means.
  const sharding::Layout &getLayout(dist::ShardingAttr sharding) {
    return getEntry(sharding).layout;
  }
  /// The one sharding that means the same as `sharding`, and that means
  /// `layout`. It is settled.
  dist::ShardingAttr getCanonical(dist::ShardingAttr sharding) {
    return getEntry(sharding).canonical;
  }
  dist::ShardingAttr getSharding(const sharding::Layout &layout);

  /// About what it costs for a value whose whole type is `type`; infinite if
  /// there is no way.
  sharding::ReshardCost get(mlir::RankedTensorType type,
                            dist::ShardingAttr from, dist::ShardingAttr to);

private:
  struct Entry {
    sharding::Layout layout;
    dist::ShardingAttr canonical;
  };
  const Entry &getEntry(dist::ShardingAttr sharding);

  mlir::FlatSymbolRefAttr meshName;
  sharding::Mesh mesh;
  llvm::DenseMap<dist::ShardingAttr, std::unique_ptr<Entry>> entries;
  llvm::DenseMap<std::tuple<mlir::Type, dist::ShardingAttr, dist::ShardingAttr>,
                 sharding::ReshardCost>
      known;
};

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PARTITION_RESHARDCOSTS_H
