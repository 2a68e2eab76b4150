// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What values are for: roles, found from what ops do with them.
//
// Nothing here knows a model family or a name in a checkpoint. An attention op
// says which linear layers make its queries, keys and values, and which takes
// its output; an activation stands between the layers of a feed-forward block;
// and so on:
//
//   role                 | dimensions                     | found from
//   ---------------------+--------------------------------+------------------
//   query.weight,        | in, out                        | operands of
//   key.weight,          |                                | attention
//   value.weight         |                                |
//   query.bias, ..       | out                            |
//   output.weight, .bias | in, out                        | use of attention
//   attention.query      | batch, sequence, heads,        | uses by attention
//   attention.key,       |   features                     |
//   attention.value      |                                |
//   gate, up, down:      | in, out                        | activations
//     .weight, .bias     |                                |
//   expert.gate, .up,    | expert, in, out                | activations of
//     .down              |                                | products with
//                        |                                | expert weights
//   router.weight        | in, out                        | moe_route
//   moe.dispatched       | batch, expert, slot, features  | moe_dispatch
//   moe.combined         | batch, sequence, features      | moe_combine
//   embedding            | vocabulary, features           | embedding
//   head.weight, .bias   | in, out                        | logits
//   norm.input, .result  | batch, sequence, features      | norms
//   norm.weight, .bias   | features                       |
//   input                | batch, sequence                | inputs
//   input.mask           | batch, keys                    | key masks
//   parameter            | 0, 1, ...                      | parameters
//
// Weights are named in, out as they are used, transposed or not.

#ifndef PARTITA_LIB_TRANSFORMS_PROPAGATION_ROLES_H
#define PARTITA_LIB_TRANSFORMS_PROPAGATION_ROLES_H

#include "mlir/IR/Value.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace mlir {
class FunctionOpInterface;
class OpOperand;
} // namespace mlir

namespace partita {

/// A dimension of a value in a role.
struct RoleDim {
  std::string name;
  /// Sizes of what belongs together, major to minor: a dimension of 8 key heads
  /// with 4 query heads each is 8, 4 and as many features as there are. A split
  /// into more would cut through a head. Empty if any element will do.
  llvm::SmallVector<int64_t, 2> units = {};
};

/// A value in a role.
struct Role {
  llvm::StringRef name;
  mlir::Value value;
  /// The use that is meant, if it is not the value wherever it is used.
  mlir::OpOperand *use = nullptr;
  llvm::SmallVector<RoleDim, 4> dims;

  std::optional<unsigned> findDim(llvm::StringRef name) const;
};

/// All roles of the values of a function, in the order of the ops.
std::vector<Role> findRoles(mlir::FunctionOpInterface function);

/// The names of all roles, for messages.
llvm::ArrayRef<llvm::StringRef> getRoleNames();

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PROPAGATION_ROLES_H
