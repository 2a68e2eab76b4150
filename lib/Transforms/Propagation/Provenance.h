// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where every axis comes from. Propagation knows nothing of this: it is
// watched.

#ifndef PARTITA_LIB_TRANSFORMS_PROPAGATION_PROVENANCE_H
#define PARTITA_LIB_TRANSFORMS_PROPAGATION_PROVENANCE_H

#include "ShardingGraph.h"

#include <optional>

namespace partita {

/// Keeps what propagation did.
class Provenance final : public sharding::PropagationObserver {
public:
  /// One step of an axis, backwards: `value` has it on dimension `dim` since
  /// `factor` of `op` was split.
  struct Link {
    unsigned value = 0;
    unsigned dim = 0;
    unsigned op = 0;
    unsigned factor = 0;
  };
  /// The way of an axis to a value: from the value back to one that was
  /// annotated, where `dim` has it.
  struct Chain {
    llvm::SmallVector<Link> links;
    unsigned source = 0;
    unsigned dim = 0;
    /// The annotation, as it was written.
    std::string origin;
  };

  explicit Provenance(const ShardingGraph &graph);

  /// The way of `part`, which splits dimension `dim` of `value`.
  Chain getChain(unsigned value, unsigned dim, sharding::AxisPart part) const;

  llvm::ArrayRef<sharding::Conflict> getConflicts() const { return conflicts; }
  llvm::ArrayRef<sharding::Miss> getMisses() const { return misses; }
  /// Values that stay partial, and the ops that make them so.
  llvm::ArrayRef<std::pair<unsigned, unsigned>> getPartial() const {
    return partial;
  }

  /// `n={"tensor"}, which moves 8192 bytes`
  std::string print(const sharding::Conflict &conflict,
                    const sharding::Contender &contender) const;
  static llvm::StringRef print(sharding::MissReason reason);

private:
  void onFactor(unsigned op, unsigned factor,
                llvm::ArrayRef<sharding::AxisPart> parts, unsigned value,
                unsigned dim) override;
  void onValue(unsigned value, unsigned dim,
               llvm::ArrayRef<sharding::AxisPart> parts, unsigned op) override;
  void onConflict(const sharding::Conflict &conflict) override {
    conflicts.push_back(conflict);
  }
  void onMiss(const sharding::Miss &miss) override { misses.push_back(miss); }
  void onPartial(unsigned value, llvm::ArrayRef<sharding::AxisPart>,
                 unsigned op) override {
    partial.emplace_back(value, op);
  }

  /// `part` got to a dimension by an op, or to a factor by a value.
  struct Step {
    sharding::AxisPart part;
    unsigned index = 0;
    unsigned from = 0;
    unsigned fromDim = 0;
  };
  const Step *find(llvm::ArrayRef<Step> steps, unsigned index,
                   sharding::AxisPart part) const;
  std::string getOrigin(unsigned value, unsigned dim,
                        sharding::AxisPart part) const;

  const ShardingGraph &graph;
  std::vector<llvm::SmallVector<Step, 2>> valueSteps, opSteps;
  std::vector<sharding::Conflict> conflicts;
  std::vector<sharding::Miss> misses;
  std::vector<std::pair<unsigned, unsigned>> partial;
};

/// What `mesh` prints of `parts`: `{"x", "y"}`.
std::string print(const sharding::Mesh &mesh,
                  llvm::ArrayRef<sharding::AxisPart> parts);
/// As above, without braces: `"x"`.
std::string print(const sharding::Mesh &mesh, sharding::AxisPart part);

/// Emits remarks of the category `dist-propagate`: `AxisCame` for every axis of
/// a value that is not annotated, `ConflictDecided`, `AxisStopped`, `SumPutOff`
/// and `NoRule`.
void emitPropagationRemarks(const ShardingGraph &graph,
                            const Provenance &provenance,
                            const sharding::PropagationResult &result);

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PROPAGATION_PROVENANCE_H
