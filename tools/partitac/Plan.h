// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The plan of a program: what partitac was told, and the shardings that
// followed, as a YAML file that a user may edit and give back.

#ifndef PARTITA_TOOLS_PARTITAC_PLAN_H
#define PARTITA_TOOLS_PARTITAC_PLAN_H

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "partita/Dialect/Dist/Dist.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace partita::compile {

/// An argument or a result of the program.
struct PlanValue {
  enum class Kind { Input, Parameter, Output };

  Kind kind;
  std::string name;
  /// As in MLIR, without "tensor<" and ">": 4x8xf32. For the reader.
  std::string type;
  /// As in `#dist.sharding`, without the mesh: [{"data"}, {}].
  std::string sharding;
};

struct Plan {
  /// Each of the three as on the command line.
  std::string mesh;
  std::string tactics;
  std::vector<std::string> annotations;
  std::vector<PlanValue> values;
};

/// Reads a plan. Everything in it has the right form; whether it fits a model
/// is for `pinEdited` to say.
llvm::Expected<Plan> readPlan(llvm::StringRef path);

/// Writes `plan` with a word about how to edit it.
void writePlan(llvm::raw_ostream &os, const Plan &plan);

/// The values of `function`, whose arguments and results have settled
/// shardings, in order.
std::vector<PlanValue> getPlanValues(mlir::FunctionOpInterface function);

/// Gives arguments and results of `function` the shardings that `planned` says,
/// where `settled`, the values as they follow without that, says something
/// else: what the user edited. `function` must be in a module with a mesh.
/// Returns whether there was any; fails if a value is not in the model, or its
/// sharding does not fit. Messages speak of the plan as `path`.
llvm::Expected<bool> pinEdited(mlir::FunctionOpInterface function,
                               dist::MeshOp mesh,
                               llvm::ArrayRef<PlanValue> planned,
                               llvm::ArrayRef<PlanValue> settled,
                               llvm::StringRef path);

} // namespace partita::compile

#endif // PARTITA_TOOLS_PARTITAC_PLAN_H
