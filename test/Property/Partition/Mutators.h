// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Mistakes that a partitioner could make, as changes of a right local program.

#ifndef PARTITA_TEST_PROPERTY_PARTITION_MUTATORS_H
#define PARTITA_TEST_PROPERTY_PARTITION_MUTATORS_H

#include "Samples.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

namespace partita::test {

/// What is changed, and where a reader would look for it.
class Mutation {
public:
  explicit Mutation(Random &random) : random(random) {}

  Random &random;
  /// The ops that are not what they should be, and those that use a value which
  /// is not. A loop is one if an op of its body is: it is proven as a whole.
  llvm::SmallVector<mlir::Location> places;

  /// Says that `op` is changed, and so is what it gives.
  void change(mlir::Operation *op) {
    add(op);
    for (mlir::Value result : op->getResults())
      changeUsers(result);
  }
  void changeUsers(mlir::Value value) {
    for (mlir::Operation *user : value.getUsers())
      add(user);
  }
  /// Lets the users of `value` use `other` instead.
  void replace(mlir::Value value, mlir::Value other) {
    changeUsers(value);
    value.replaceAllUsesWith(other);
  }

private:
  void add(mlir::Operation *op) {
    for (; !mlir::isa<mlir::FunctionOpInterface>(op); op = op->getParentOp())
      places.push_back(op->getLoc());
  }
};

/// A kind of mistakes.
struct Mutator {
  llvm::StringRef name;
  /// Makes the mistake at `op`, an op of a local function or that function.
  /// Returns false, with nothing changed, where it cannot be made.
  bool (*apply)(mlir::Operation *op, Mutation &mutation);
};

/// In communication, in what each device computes, and in what a program says
/// of its arguments and results.
llvm::ArrayRef<Mutator> collectiveMutators();
llvm::ArrayRef<Mutator> localMutators();

} // namespace partita::test

#endif // PARTITA_TEST_PROPERTY_PARTITION_MUTATORS_H
