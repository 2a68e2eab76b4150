// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LastUses.h"

#include "mlir/IR/Operation.h"

using namespace mlir;
using namespace partita::interp;

LastUses::LastUses(Block &block) {
  for (BlockArgument argument : block.getArguments()) {
    if (Operation *user = lastUser(block, argument))
      dying[user].push_back(argument);
    else
      unusedArguments.push_back(argument);
  }
  for (Operation &op : block)
    for (Value result : op.getResults()) {
      Operation *user = lastUser(block, result);
      dying[user ? user : &op].push_back(result);
    }
}

ArrayRef<Value> LastUses::dyingAt(Operation *op) const {
  auto it = dying.find(op);
  return it == dying.end() ? ArrayRef<Value>() : ArrayRef<Value>(it->second);
}

Operation *LastUses::lastUser(Block &block, Value value) {
  Operation *last = nullptr;
  for (Operation *user : value.getUsers()) {
    Operation *ancestor = block.findAncestorOpInBlock(*user);
    if (!last || last->isBeforeInBlock(ancestor))
      last = ancestor;
  }
  return last;
}
