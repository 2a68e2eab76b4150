// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LocalProgram.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "partita/Sharding/Bridge.h"

#include "Lemmas.h"
#include "Prover.h"
#include "Split.h"

using namespace mlir;
using namespace partita;
using namespace partita::verify;

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

InFlightDiagnostic Prover::fail(Operation &op) {
  InFlightDiagnostic diagnostic = emitError(op.getLoc());
  diagnostic << "'" << op.getName() << "' op ";
  if (StringRef path = getPath(op.getLoc()); !path.empty())
    diagnostic << "of \"" << path << "\" ";
  diagnostic << "is not proven: ";
  return diagnostic;
}

LogicalResult Prover::fail(Operation &op, llvm::Error error) {
  InFlightDiagnostic diagnostic = fail(op);
  diagnostic << llvm::toString(std::move(error));
  noteOperands(diagnostic, op);
  return diagnostic;
}

std::string Prover::describe(const Fact &fact) const {
  std::string text = verify::describe(fact.term);
  if (isa<TensorType>(fact.term->type) &&
      (fact.shard.isFree.empty() ||
       llvm::is_contained(fact.shard.isFree, false)))
    text += " under " + fact.shard.str(mesh.mesh);
  return text;
}

void Prover::noteOperands(InFlightDiagnostic &diagnostic, Operation &op) const {
  for (auto [index, operand] : llvm::enumerate(op.getOperands())) {
    auto it = facts.find(operand);
    if (it != facts.end())
      diagnostic.attachNote(operand.getLoc())
          << "operand #" << index << " is " << describe(it->second.front());
  }
}

/// Says how the attributes of a local op and of the global one differ.
static std::string compareAttributes(const Operator &local,
                                     const Operator &global) {
  auto toDictionary = [](Operator applied) {
    auto dictionary = dyn_cast_or_null<DictionaryAttr>(applied.attributes);
    return dictionary ? dictionary
                      : DictionaryAttr::get(applied.name.getContext());
  };
  DictionaryAttr a = toDictionary(local), b = toDictionary(global);
  auto print = [](Attribute attribute) {
    std::string text;
    if (attribute)
      llvm::raw_string_ostream(text) << attribute;
    return attribute ? text : "absent";
  };
  for (auto [first, second] : {std::pair(a, b), std::pair(b, a)})
    for (NamedAttribute attribute : first)
      if (StringAttr name = attribute.getName(); a.get(name) != b.get(name))
        return ("attribute '" + name.getValue() + "' is " + print(a.get(name)) +
                ", and " + print(b.get(name)) + " in the global op")
            .str();
  return "it has other attributes than the global op";
}

/// Says that no global op is `op` on its operands, and what comes closest to
/// one.
LogicalResult Prover::failUnknown(Operation &op) {
  Operator applied = Operator::of(&op);
  auto terms = llvm::map_to_vector<4>(
      op.getOperands(), [&](Value operand) { return get(operand).term; });
  StringRef path = getPath(op.getLoc());

  // The op of the same module comes first, then the one that has most in
  // common.
  const Application *closest = nullptr;
  std::tuple<bool, unsigned, bool> best;
  for (const Application *candidate : program.table.findByName(op.getName())) {
    unsigned common = 0;
    for (auto [a, b] : llvm::zip(terms, candidate->operands))
      common += a == b;
    std::tuple rank(getPath(candidate->op->getLoc()) == path, common,
                    candidate->applied == applied);
    if (!closest || rank > best) {
      closest = candidate;
      best = rank;
    }
  }

  InFlightDiagnostic diagnostic = fail(op);
  if (!closest) {
    diagnostic << "the global program has no such op";
  } else if (terms.size() != closest->operands.size()) {
    diagnostic << "it has " << terms.size() << " operands, and "
               << closest->operands.size() << " in the global program";
  } else if (terms != closest->operands) {
    for (auto [index, a, b] : llvm::enumerate(terms, closest->operands))
      if (a != b) {
        diagnostic << "operand #" << index << " is " << verify::describe(a)
                   << ", and "
                   << (verify::describe(a) == verify::describe(b) ? "another "
                                                                  : "")
                   << verify::describe(b) << " in the global program";
        break;
      }
  } else if (!(closest->applied == applied)) {
    diagnostic << compareAttributes(applied, closest->applied);
  } else {
    diagnostic << "it has other results than the global op";
  }
  if (closest)
    diagnostic.attachNote(closest->op->getLoc()) << "this is the global op";
  noteOperands(diagnostic, op);
  return diagnostic;
}

//===----------------------------------------------------------------------===//
// Facts
//===----------------------------------------------------------------------===//

SmallVector<int64_t> verify::getShape(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? llvm::to_vector(tensor.getShape()) : SmallVector<int64_t>();
}

/// Whether `value`, of which `fact` is known, is the shard `shard` of its term.
bool Prover::fits(Value value, const Fact &fact, const Shard &shard) const {
  if (!fact.shard.hasFreeDims())
    return fact.shard == shard;
  SmallVector<int64_t> shape = getShape(value.getType());
  SmallVector<int64_t> wanted = shard.getLocalShape();
  for (auto [dim, isFree] : llvm::enumerate(fact.shard.isFree))
    if (isFree ? shape[dim] != wanted[dim]
               : fact.shard.dims[dim] != shard.dims[dim] ||
                     fact.shard.layout.getDim(dim) != shard.layout.getDim(dim))
      return false;
  return shard.layout.getPartial().empty();
}

/// Checks that a value of type `local` can be the shard `shard` of `term`.
llvm::Error Prover::checkType(Type local, const Term *term, const Shard &shard,
                              const Twine &what) const {
  if (llvm::Error error = checkEven(shard))
    return error;
  Type expected = term->type;
  if (auto tensor = dyn_cast<RankedTensorType>(expected)) {
    SmallVector<int64_t> shape = shard.getLocalShape(),
                         actual = getShape(local);
    if (actual.size() == shape.size())
      for (auto [size, actualSize, isFree] :
           llvm::zip(shape, actual, shard.isFree))
        if (isFree)
          size = actualSize;
    expected = tensor.clone(shape);
  }
  if (local == expected)
    return llvm::Error::success();
  std::string text;
  llvm::raw_string_ostream(text)
      << what << " has type " << local << ", where the shard of " << term->type
      << " under " << shard.str(mesh.mesh) << " has " << expected;
  return makeError(text);
}

bool Prover::forEachChoice(ValueRange values,
                           llvm::function_ref<bool(ArrayRef<Fact>)> visit) {
  SmallVector<Fact, 4> chosen;
  std::function<bool()> choose = [&]() -> bool {
    if (chosen.size() == values.size())
      return visit(chosen);
    auto known = facts.find(values[chosen.size()]);
    if (known == facts.end())
      return false;
    for (const Fact &fact : Facts(known->second)) {
      chosen.push_back(fact);
      bool isDone = choose();
      chosen.pop_back();
      if (isDone)
        return true;
    }
    return false;
  };
  return choose();
}

//===----------------------------------------------------------------------===//
// Ops of each device
//===----------------------------------------------------------------------===//

/// Whether all bits of a number, or of a truth value, say 0.
bool verify::isZero(Attribute value) {
  if (auto number = dyn_cast<FloatAttr>(value))
    return number.getValue().isZero();
  auto number = dyn_cast<IntegerAttr>(value);
  return number && number.getValue().isZero();
}

/// A tensor filled with `splat` is a part of every global one that is.
LogicalResult Prover::proveConstant(Operation &op, Attribute splat) {
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  Facts known;
  auto add = [&](const Term *term) {
    known.push_back({term, Shard::getUniform(getShape(term->type))});
    if (isZero(splat))
      for (Pads &pads : known.back().shard.pads)
        pads = {Pads::Zero};
  };
  for (const Term *term : llvm::to_vector(program.table.findSplats(splat))) {
    auto global = cast<RankedTensorType>(term->type);
    if (global.getElementType() == type.getElementType() &&
        global.getRank() == type.getRank())
      add(term);
  }
  // Any other is a value of its own, which depends on nothing.
  if (known.empty())
    add(program.table.insert(program.table.adopt(op), {}).results[0]);
  facts[op.getResult(0)] = std::move(known);
  return success();
}

/// The shards that `op` gives if it is `application` to `values`, of which
/// `operands` is known.
llvm::Expected<SmallVector<Shard, 2>>
Prover::apply(Operation &op, ValueRange values, const Application &application,
              ArrayRef<Fact> operands) {
  SplitOp split;
  if (application.rule) {
    auto shards = llvm::map_to_vector<4>(
        operands, [](const Fact &fact) { return fact.shard; });
    llvm::Expected<SplitOp> result =
        splitOp(mesh.mesh, *application.rule, shards);
    if (!result)
      return result.takeError();
    split = std::move(*result);
  } else {
    // Every device computes all of it.
    for (auto [index, fact] : llvm::enumerate(operands)) {
      split.operands.push_back(Shard::getWhole(getShape(fact.term->type)));
      if (!fits(values[index], fact, split.operands.back()))
        return makeError("operand #" + Twine(index) +
                         " must be whole for an op without a sharding rule, "
                         "got " +
                         fact.shard.str(mesh.mesh));
    }
    for (const Term *term : application.results)
      split.results.push_back(Shard::getWhole(getShape(term->type)));
  }

  for (auto [index, fact, shard] : llvm::enumerate(operands, split.operands))
    if (fact.shard.hasFreeDims())
      if (llvm::Error error = checkType(values[index].getType(), fact.term,
                                        shard, "operand #" + Twine(index)))
        return error;
  for (auto [index, term, shard] :
       llvm::enumerate(application.results, split.results))
    if (llvm::Error error = checkType(op.getResult(index).getType(), term,
                                      shard, "result #" + Twine(index)))
      return error;
    else if (!isa<FloatType>(getElementTypeOrSelf(term->type)))
      shard.forgetPads(); // Rules speak of floats.
  return std::move(split.results);
}

/// The terms of `facts`.
TermList verify::getTerms(ArrayRef<Fact> facts) {
  return llvm::map_to_vector<4>(facts,
                                [](const Fact &fact) { return fact.term; });
}

bool Prover::trySplit(Operation &op, std::string &reason) {
  Operator applied = Operator::of(&op);
  // What depends on nothing is the same everywhere.
  if (op.getNumOperands() == 0)
    program.table.insert(program.table.adopt(op), {});

  auto prove = [&](ValueRange values) {
    bool isProven = false;
    unsigned numChoices = 0;
    forEachChoice(values, [&](ArrayRef<Fact> operands) {
      TermList terms = getTerms(operands);
      if (program.table.find(applied, terms).empty())
        deriveApplication(program.table, op, terms);
      for (const Application *application :
           program.table.find(applied, terms)) {
        if (application->results.size() != op.getNumResults())
          continue;
        llvm::Expected<SmallVector<Shard, 2>> shards =
            apply(op, values, *application, operands);
        if (!shards) {
          std::string text = llvm::toString(shards.takeError());
          if (reason.empty())
            reason = std::move(text);
          continue;
        }
        // A part can be one of several values: where 8 elements become 2 times
        // 4 and 4 times 2, two of them become 1 times 2 in both.
        for (auto [result, term, shard] :
             llvm::zip(op.getResults(), application->results, *shards)) {
          Facts &known = facts[result];
          if (!isProven)
            known.clear();
          known.push_back({term, shard});
        }
        isProven = true;
      }
      return ++numChoices == maxChoices;
    });
    return isProven;
  };
  if (prove(op.getOperands()))
    return true;
  if (!op.hasTrait<OpTrait::IsCommutative>() || op.getNumOperands() != 2)
    return false;
  Value swapped[] = {op.getOperand(1), op.getOperand(0)};
  return prove(swapped);
}

LogicalResult Prover::proveSplit(Operation &op) {
  if (op.getNumRegions() != 0) {
    fail(op) << "it has regions, and only those of scf.if and scf.for are "
                "understood";
    return failure();
  }
  if (!isMemoryEffectFree(&op)) {
    fail(op) << "it has effects, and only functions of operands are understood";
    return failure();
  }
  // The reason why the first candidate is none.
  std::string reason;
  if (trySplit(op, reason)) {
    addShorterCounts(op);
    return success();
  }
  // What a law says that the op, or one of its results, is.
  std::string otherReason;
  auto proveAs = [&](Operation *other, Value result) {
    if (!other)
      return false;
    bool isProven = trySplit(*other, otherReason);
    if (isProven) {
      setAs(result, other->getResult(0));
      facts.erase(other->getResult(0));
    }
    other->erase();
    return isProven;
  };
  if (proveAs(buildRescaled(op), op.getResults().back()) ||
      proveAs(buildSecondResult(op), op.getResults().back()))
    return success();
  // What it is, the loop tells.
  if (mayBeginRing(op))
    return success();
  if (reason.empty())
    reason = otherReason;
  if (reason.empty() && !llvm::all_of(op.getOperands(), [&](Value operand) {
        return facts.contains(operand);
      }))
    reason = "it rescales what attention gives on a part of the keys, and not "
             "to the log-sum-exp of all";
  if (reason.empty())
    return failUnknown(op);
  return fail(op, makeError(reason));
}

/// A list of numbers that counts on from another is that one, padded.
void Prover::addShorterCounts(Operation &op) {
  if (op.getNumOperands() != 0 || op.getNumResults() != 1)
    return;
  Value result = op.getResult(0);
  SmallVector<int64_t> shape = getShape(result.getType());
  if (shape.size() != 1)
    return;
  for (auto [size, padded] : paddedSizes)
    if (padded == shape[0])
      if (const Term *term = getShorterCount(program.table, op, size)) {
        Fact fact = {term, Shard::getWhole(size)};
        fact.shard.dims[0] = {{size, padded}};
        facts[result].push_back(std::move(fact));
      }
}

/// Whether all pads hold zeros, as those of arguments do.

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// Checks that all operands are shards of something, but for that of the op
/// that makes a shard of it.
LogicalResult Prover::proveOperands(Operation &op) {
  for (auto [index, operand] : llvm::enumerate(op.getOperands()))
    if (!facts.contains(operand) && !isRescaling(op)) {
      fail(op) << "operand #" << index
               << " is what attention gives on a part of the keys, and not yet "
                  "combined";
      return failure();
    }
  return success();
}

LogicalResult Prover::proveOp(Operation &op) {
  ++statistics.ops;
  if (auto loop = dyn_cast<scf::ForOp>(op))
    if (std::optional<Ring> ring = matchRing(loop, [&](dist::AxesAttr axes) {
          return sharding::getSize(
              sharding::toParts(mesh.mesh, axes.getParts()));
        }))
      return proveRing(loop, *ring);
  if (failed(proveOperands(op)))
    return failure();
  if (isa_and_nonnull<dist::DistDialect>(op.getDialect()))
    return proveCollective(op);
  if (auto call = dyn_cast<func::CallOp>(op))
    return proveCall(call);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return proveIf(branch);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return proveFor(loop);
  if (Attribute splat = getSplatValue(&op))
    return proveConstant(op, splat);
  return proveSplit(op);
}

LogicalResult Prover::proveBlock(Block &block) {
  for (Operation &op : block.without_terminator())
    if (failed(proveOp(op)))
      return failure();
  if (failed(proveOperands(*block.getTerminator())))
    return failure();
  if (block.getTerminator()->getNumSuccessors() == 0)
    return success();
  fail(*block.getTerminator()) << "devices may take different branches";
  return failure();
}

LogicalResult Prover::prove(FunctionOpInterface function,
                            const Signature &signature) {
  for (auto [argument, term, declaration] : llvm::zip(
           function.getArguments(), program.arguments, signature.arguments)) {
    Fact fact = {term, declaration.shard};
    for (Pads &pads : fact.shard.pads) // Arguments are padded with zeros.
      pads = {Pads::Zero};
    set(argument, std::move(fact));
  }
  for (const auto *declarations : {&signature.arguments, &signature.results})
    for (const Declaration &declaration : *declarations)
      for (const Atoms &dim : declaration.shard.dims)
        if (dim.size() == 1 && dim[0].isPadded())
          paddedSizes.insert({dim[0].size, dim[0].padded});

  Block &body = function.getFunctionBody().front();
  if (failed(proveBlock(body)))
    return failure();

  Operation &terminator = *body.getTerminator();
  for (auto [index, value, term, declaration] : llvm::enumerate(
           terminator.getOperands(), program.results, signature.results)) {
    auto isClaimed = [&, term = term, &declaration = declaration,
                      value = value](const Fact &fact) {
      return fact.term == term && fits(value, fact, declaration.shard);
    };
    if (llvm::any_of(facts.find(value)->second, isClaimed))
      continue;
    InFlightDiagnostic diagnostic = fail(terminator);
    diagnostic << "operand #" << index << " is " << describe(get(value))
               << ", expected "
               << (verify::describe(get(value).term) ==
                               verify::describe(term) &&
                           get(value).term != term
                       ? "another "
                       : "")
               << describe({term, declaration.shard});
    diagnostic.attachNote(value.getLoc()) << "it comes from here";
    return diagnostic;
  }
  return success();
}

LogicalResult verify::proveFunction(FunctionOpInterface function,
                                    const Signature &signature,
                                    GlobalProgram &program,
                                    const ProgramMesh &mesh,
                                    FindSignature findSignature,
                                    ProofStatistics &statistics) {
  return Prover(program, mesh, findSignature, statistics)
      .prove(function, signature);
}
