// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "GlobalProgram.h"

#include "Lemmas.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "partita/Dialect/Dist/Dist.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace partita;
using namespace partita::verify;

namespace {
class Reader {
public:
  explicit Reader(GlobalProgram &program) : program(program) {}

  /// Returns the terms that the terminator of `block` gives on.
  FailureOr<TermList> readBlock(Block &block);
  void set(Value value, const Term *term) { terms[value] = term; }

private:
  LogicalResult readOp(Operation &op);
  LogicalResult readIf(scf::IfOp op);
  LogicalResult readFor(scf::ForOp op);

  TermList get(ValueRange values) {
    return llvm::map_to_vector<4>(
        values, [&](Value value) { return terms.lookup(value); });
  }
  void setResults(Operation *op, const Application &application) {
    for (auto [result, term] : llvm::zip(op->getResults(), application.results))
      set(result, term);
  }

  GlobalProgram &program;
  llvm::DenseMap<Value, const Term *> terms;
  unsigned depth = 0;
};
} // namespace

FailureOr<TermList> Reader::readBlock(Block &block) {
  for (Operation &op : block.without_terminator())
    if (failed(readOp(op)))
      return failure();
  Operation *terminator = block.getTerminator();
  if (terminator->getNumSuccessors() != 0)
    return terminator->emitOpError("of a global program is a branch; expected "
                                   "control flow by scf.if and scf.for");
  return get(terminator->getOperands());
}

LogicalResult Reader::readOp(Operation &op) {
  // Where a value lies does not matter here.
  if (isa<dist::ConstraintOp, dist::ReshardOp>(op)) {
    set(op.getResult(0), terms.lookup(op.getOperand(0)));
    return success();
  }
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return readIf(branch);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return readFor(loop);
  if (op.getNumRegions() != 0)
    return op.emitOpError("of a global program has regions; expected no others "
                          "than those of scf.if and scf.for");
  // A call is as pure as its callee, all of whose ops are looked at.
  if (!isa<func::CallOp>(op) && !isMemoryEffectFree(&op))
    return op.emitOpError("of a global program has effects; expected it to be "
                          "a function of its operands");
  const Application &application =
      program.table.insert(&op, get(op.getOperands()));
  setResults(&op, application);
  if (application.op == &op)
    addEqualApplications(program.table, application, program.hasPads);
  return success();
}

LogicalResult Reader::readIf(scf::IfOp op) {
  TermList operands = get(op.getCondition());
  for (Region *region : op.getRegions()) {
    if (region->empty())
      continue;
    FailureOr<TermList> yielded = readBlock(region->front());
    if (failed(yielded))
      return failure();
    operands.append(*yielded);
  }
  setResults(op, program.table.insert(op, operands));
  return success();
}

LogicalResult Reader::readFor(scf::ForOp op) {
  ++depth;
  Block &body = *op.getBody();
  for (BlockArgument argument : body.getArguments())
    set(argument,
        program.table.getArgument(argument.getType(), argument.getArgNumber(),
                                  depth, argument.getLoc()));
  FailureOr<TermList> yielded = readBlock(body);
  --depth;
  if (failed(yielded))
    return failure();
  TermList operands = get(op.getOperands());
  operands.append(*yielded);
  setResults(op, program.table.insert(op, operands));
  return success();
}

LogicalResult verify::readGlobalProgram(FunctionOpInterface function,
                                        GlobalProgram &program) {
  Reader reader(program);
  for (BlockArgument argument : function.getArguments()) {
    program.arguments.push_back(
        program.table.getArgument(argument.getType(), argument.getArgNumber(),
                                  /*depth=*/0, argument.getLoc()));
    reader.set(argument, program.arguments.back());
  }
  FailureOr<TermList> results =
      reader.readBlock(function.getFunctionBody().front());
  if (failed(results))
    return failure();
  program.results = std::move(*results);
  return success();
}
