// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The values of a global program as terms: what is computed, from what, and not
// where in the program. Two values that are computed alike are one term.
//
//   %0 = xformer.linear %x, %w ...      t0 = linear(argument 0, argument 1)
//   %1 = xformer.relu %0                t1 = relu(t0)
//   %2 = xformer.linear %x, %w ...      t0 again
//
// A term stands for a value; an *application* is an op on terms. The same terms
// may be the results of several applications: those of an op, and those of what
// a lemma (Lemmas.h) says is equal to it. So whoever looks an application up
// finds the value without knowing the lemma.

#ifndef PARTITA_LIB_VERIFY_TERMS_H
#define PARTITA_LIB_VERIFY_TERMS_H

#include "mlir/IR/Block.h"
#include "mlir/IR/Operation.h"
#include "partita/Interfaces/ShardingRule.h"
#include "llvm/ADT/DenseMap.h"

#include <deque>
#include <memory>
#include <unordered_map>

namespace partita::verify {

struct Application;

/// A value; see the top of this file. Terms are equal if their addresses are.
struct Term {
  mlir::Type type;
  /// The application that was seen first; null for an argument.
  const Application *application = nullptr;
  /// Of the result, or of the argument.
  unsigned number = 0;
  /// For arguments: of the loop whose region has it, counted from the outside
  /// beginning with 1; 0 for those of the function.
  unsigned depth = 0;
  mlir::Location loc;
};

using TermList = llvm::SmallVector<const Term *, 4>;

/// What is applied: the name of an op and its inherent attributes. Discardable
/// attributes do not change what an op computes.
struct Operator {
  mlir::OperationName name;
  mlir::Attribute attributes;

  static Operator of(mlir::Operation *op);
  friend bool operator==(const Operator &a, const Operator &b) {
    return a.name == b.name && a.attributes == b.attributes;
  }
  // NOLINTNEXTLINE(readability-identifier-naming): found by this name.
  friend llvm::hash_code hash_value(const Operator &applied) {
    return llvm::hash_combine(applied.name, applied.attributes);
  }
};

/// An op on terms.
struct Application {
  Operator applied;
  TermList operands;
  TermList results;
  /// The op on the global types of its operands and results.
  mlir::Operation *op = nullptr;
  /// The rule of `op`; null if it has none.
  const ShardingRule *rule = nullptr;
};

/// All terms and applications that are known.
class TermTable {
public:
  TermTable();
  ~TermTable();

  /// An argument of the function, or of the region of a loop.
  const Term *getArgument(mlir::Type type, unsigned number, unsigned depth,
                          mlir::Location loc);

  /// The applications of an operator to these terms; they differ in the types
  /// of their results.
  llvm::ArrayRef<Application *> find(const Operator &applied,
                                     llvm::ArrayRef<const Term *> operands);

  /// Terms of constant tensors of which every element is `value`.
  llvm::ArrayRef<const Term *> findSplats(mlir::Attribute value) const;

  /// The applications of ops with this name, for messages.
  llvm::ArrayRef<Application *> findByName(mlir::OperationName name) const;

  /// The application of `op`, which has global types, to `operands`. With
  /// `results`, it is said to give these; else its results are new terms if it
  /// is not known yet. `op` must live as long as the table.
  Application &insert(mlir::Operation *op,
                      llvm::ArrayRef<const Term *> operands,
                      llvm::ArrayRef<const Term *> results = {});
  /// The same for what is not one op, such as a loop.
  Application &insert(mlir::Operation *op, const Operator &applied,
                      llvm::ArrayRef<const Term *> operands,
                      llvm::ArrayRef<const Term *> results = {});

  /// A copy of `op` among the scratch ops. It must not keep operands of `op`.
  mlir::Operation *adopt(mlir::Operation &op);

  /// Something with the type of `term`, to build ops for `insert` on. It has no
  /// other meaning.
  mlir::Value getStandIn(const Term *term);
  /// Where such ops are built. The table owns them.
  mlir::Block &getScratch() { return *scratch; }

  size_t getNumTerms() const { return terms.size(); }

private:
  const ShardingRule *getRule(mlir::Operation *op, const Operator &applied);

  std::deque<Term> terms;
  std::deque<Application> applications;
  std::deque<ShardingRule> rules;
  template <typename T> struct Hash {
    size_t operator()(const T &key) const { return key.hash(); }
  };
  struct Key {
    Operator applied;
    TermList operands;
    size_t hash() const;
    bool operator==(const Key &other) const;
  };
  struct RuleKey {
    Operator applied;
    llvm::SmallVector<mlir::Type, 6> types;
    size_t hash() const;
    bool operator==(const RuleKey &other) const;
  };
  std::unordered_map<Key, llvm::SmallVector<Application *, 1>, Hash<Key>>
      byOperands;
  /// Layers that repeat share their rules.
  std::unordered_map<RuleKey, const ShardingRule *, Hash<RuleKey>> rulesByTypes;
  llvm::DenseMap<std::pair<mlir::Type, std::pair<unsigned, unsigned>>,
                 const Term *>
      arguments;
  llvm::DenseMap<mlir::OperationName, llvm::SmallVector<Application *, 1>>
      byName;
  llvm::DenseMap<mlir::Attribute, TermList> splats;
  llvm::DenseMap<const Term *, mlir::Value> standIns;
  std::unique_ptr<mlir::Block> scratch;
};

/// The element that `op` fills a tensor with; null if it is no such constant.
mlir::Attribute getSplatValue(mlir::Operation *op);

/// Names a term in a message: "argument #2", "result #0 of 'xformer.relu' of
/// "h.0.act"", "the constant dense<2.0> : tensor<4xf32>".
std::string describe(const Term *term);

/// The module path that names `loc`, or an empty string.
llvm::StringRef getPath(mlir::Location loc);

} // namespace partita::verify

#endif // PARTITA_LIB_VERIFY_TERMS_H
