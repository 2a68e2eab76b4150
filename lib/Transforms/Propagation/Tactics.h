// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tactics: small tables of annotations by role, from YAML. `tactics.yaml` holds
// those that come with Partita, and says what a table looks like.

#ifndef PARTITA_LIB_TRANSFORMS_PROPAGATION_TACTICS_H
#define PARTITA_LIB_TRANSFORMS_PROPAGATION_TACTICS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace partita {

/// One line of a tactic.
struct TacticAnnotation {
  /// The role of the values that are meant.
  std::string role;
  /// The name of the dimension, or `largest`: the largest that nothing splits.
  std::string dim;
  /// The parameter of the tactic whose axis splits the dimension; empty if none
  /// does.
  std::string axis;
  /// When the axis starts to travel.
  unsigned priority = 0;
  /// Nothing more may split the dimension.
  bool closed = false;
  /// The value is split where it is defined, and gathered before its uses.
  bool gather = false;
};

struct Tactic {
  std::string name;
  /// Names of the parameters that stand for axes.
  std::vector<std::string> axes;
  std::vector<TacticAnnotation> annotations;
};

/// A tactic with axes for its parameters: `tensor-parallel(tensor)`.
struct TacticUse {
  std::string name;
  std::vector<std::string> axes;

  std::string str() const;
};

/// The tactics in YAML text. `name` is that of the file, for messages.
llvm::Expected<std::vector<Tactic>> parseTactics(llvm::StringRef text,
                                                 llvm::StringRef name);

/// The tactics that come with Partita.
const std::vector<Tactic> &getBuiltinTactics();

/// Reads `tensor-parallel(tensor), my.yaml, mine(x, y)`: uses of tactics, and
/// files whose tactics are added to `known`.
llvm::Expected<std::vector<TacticUse>>
parseTacticUses(llvm::StringRef text, std::vector<Tactic> &known);

} // namespace partita

#endif // PARTITA_LIB_TRANSFORMS_PROPAGATION_TACTICS_H
