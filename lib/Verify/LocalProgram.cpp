// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LocalProgram.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Sharding/Bridge.h"
#include "llvm/ADT/ScopeExit.h"

#include "Lemmas.h"
#include "Ring.h"
#include "Split.h"

using namespace mlir;
using namespace partita;
using namespace partita::verify;

namespace {

/// What is known of a local value.
struct Fact {
  const Term *term = nullptr;
  Shard shard;
};

/// A value can be a part of several global ones.
using Facts = SmallVector<Fact, 1>;

/// Of how many lists of facts about its operands an op is looked at.
constexpr unsigned maxChoices = 64;

class Prover {
public:
  Prover(GlobalProgram &program, const ProgramMesh &mesh,
         FindSignature findSignature, ProofStatistics &statistics)
      : program(program), mesh(mesh), collectives(mesh.mesh),
        findSignature(findSignature), statistics(statistics) {}

  LogicalResult prove(FunctionOpInterface function, const Signature &signature);

private:
  LogicalResult proveBlock(Block &block);
  LogicalResult proveOperands(Operation &op);
  LogicalResult proveOp(Operation &op);

  // Ops of each device.
  LogicalResult proveConstant(Operation &op, Attribute splat);
  bool trySplit(Operation &op, std::string &reason);
  LogicalResult proveSplit(Operation &op);
  void addShorterCounts(Operation &op);
  llvm::Expected<SmallVector<Shard, 2>> apply(Operation &op, ValueRange values,
                                              const Application &application,
                                              ArrayRef<Fact> operands);
  LogicalResult proveCall(func::CallOp op);
  LogicalResult proveIf(scf::IfOp op);
  LogicalResult proveFor(scf::ForOp op);
  LogicalResult proveRing(scf::ForOp op, const Ring &ring);

  // Collectives.
  LogicalResult proveCollective(Operation &op);
  LogicalResult
  setFrom(Operation &op, Value operand, Type type,
          llvm::function_ref<llvm::Expected<Shard>(const Fact &)> move);
  llvm::Expected<Shard> collect(Operation &op, const Fact &fact);
  LogicalResult checkMesh(Operation &op, FlatSymbolRefAttr name);

  // Pads.
  LogicalResult provePad(dist::PadOp op);
  LogicalResult proveUnpad(dist::UnpadOp op);
  LogicalResult proveFill(dist::FillOp op);

  // Facts.
  const Fact &get(Value value) { return facts.find(value)->second.front(); }
  void set(Value value, Fact fact) { facts[value] = {std::move(fact)}; }
  /// Says of `value` what is known of `other`. By way of a copy, as the place
  /// that is made for it can move all others.
  void setAs(Value value, Value other) {
    Facts known = facts.find(other)->second;
    facts[value] = std::move(known);
  }
  bool fits(Value value, const Fact &fact, const Shard &shard) const;
  llvm::Error checkType(Type local, const Term *term, const Shard &shard,
                        const Twine &what) const;
  /// Calls `visit` with a list of facts for `values`, for each choice among
  /// them, until it returns true.
  bool forEachChoice(ValueRange values,
                     llvm::function_ref<bool(ArrayRef<Fact>)> visit);

  // Messages.
  InFlightDiagnostic fail(Operation &op);
  LogicalResult fail(Operation &op, llvm::Error error);
  LogicalResult failUnknown(Operation &op);
  std::string describe(const Fact &fact) const;
  void noteOperands(InFlightDiagnostic &diagnostic, Operation &op) const;

  GlobalProgram &program;
  const ProgramMesh &mesh;
  Collectives collectives;
  FindSignature findSignature;
  ProofStatistics &statistics;
  llvm::DenseMap<Value, Facts> facts;
  /// Sizes of dimensions of arguments and results, and what they are padded to.
  llvm::SetVector<std::pair<int64_t, int64_t>> paddedSizes;
  unsigned depth = 0;
};

} // namespace

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

static SmallVector<int64_t> getShape(Type type) {
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
static bool isZero(Attribute value) {
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
static TermList getTerms(ArrayRef<Fact> facts) {
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
static bool hasZeroPads(const Shard &shard) {
  return llvm::all_of(llvm::zip(shard.dims, shard.pads), [](auto dim) {
    auto &[atoms, pads] = dim;
    return !isPadded(atoms) || pads.kind == Pads::Zero;
  });
}

LogicalResult Prover::proveCall(func::CallOp op) {
  const Signature *signature = findSignature(op.getCalleeAttr());
  if (!signature) {
    fail(*op) << "its callee is no function of the program";
    return failure();
  }
  for (auto [index, operand, declaration] :
       llvm::enumerate(op.getOperands(), signature->arguments))
    if (!fits(operand, get(operand), declaration.shard) ||
        !hasZeroPads(get(operand).shard)) {
      InFlightDiagnostic diagnostic = fail(*op);
      diagnostic << "operand #" << index << " is " << describe(get(operand))
                 << ", where the callee takes "
                 << declaration.shard.str(mesh.mesh)
                 << (declaration.shard.isPadded() ? " with zeros in pads" : "");
      return diagnostic;
    }
  bool isKnown = forEachChoice(op.getOperands(), [&](ArrayRef<Fact> operands) {
    for (const Application *application :
         program.table.find(Operator::of(op), getTerms(operands))) {
      for (auto [result, term, declaration] :
           llvm::zip(op.getResults(), application->results, signature->results))
        set(result, {term, declaration.shard});
      return true;
    }
    return false;
  });
  return isKnown ? success() : failUnknown(*op);
}

LogicalResult Prover::proveIf(scf::IfOp op) {
  // Devices must take the same branch.
  const Fact &condition = get(op.getCondition());
  SmallVector<Value> operands = {op.getCondition()};
  for (Region *region : op.getRegions()) {
    if (region->empty())
      continue;
    if (failed(proveBlock(region->front())))
      return failure();
    llvm::append_range(operands,
                       region->front().getTerminator()->getOperands());
  }
  if (!condition.shard.isReplicated()) {
    fail(*op) << "devices may take different branches";
    return failure();
  }
  SmallVector<Shard, 2> shards;
  unsigned numResults = op->getNumResults();
  for (unsigned index = 0; index != numResults; ++index) {
    Value first = operands[1 + index],
          second = operands[1 + numResults + index];
    const Fact &firstFact = get(first), &secondFact = get(second);
    Shard shard =
        firstFact.shard.hasFreeDims() ? secondFact.shard : firstFact.shard;
    if (shard.hasFreeDims()) // Both are constants.
      shard = Shard::getWhole(getShape(firstFact.term->type));
    shard.forgetPads();
    if (!fits(first, firstFact, shard) || !fits(second, secondFact, shard)) {
      fail(*op) << "result #" << index << " is " << describe(firstFact)
                << " or else " << describe(secondFact)
                << "; expected one layout";
      return failure();
    }
    shards.push_back(shard);
  }
  bool isKnown = forEachChoice(operands, [&](ArrayRef<Fact> choice) {
    for (const Application *application :
         program.table.find(Operator::of(op), getTerms(choice))) {
      for (auto [result, term, shard] :
           llvm::zip(op->getResults(), application->results, shards))
        set(result, {term, shard});
      return true;
    }
    return false;
  });
  if (isKnown)
    return success();
  fail(*op) << "no global scf.if yields the same";
  return failure();
}

LogicalResult Prover::proveFor(scf::ForOp op) {
  SmallVector<Value> operands(op->getOperands());
  // Devices must do the same number of iterations: bounds are scalars, which
  // are the same everywhere.
  Block &body = *op.getBody();
  ++depth;
  auto setArgument = [&](BlockArgument argument, Type globalType, Fact fact) {
    fact.term = program.table.getArgument(globalType, argument.getArgNumber(),
                                          depth, argument.getLoc());
    fact.shard.forgetPads();
    set(argument, std::move(fact));
  };
  setArgument(body.getArgument(0), body.getArgument(0).getType(), {});
  for (auto [argument, init] :
       llvm::zip(op.getRegionIterArgs(), op.getInitArgs())) {
    Fact fact = get(init);
    if (fact.shard.hasFreeDims()) // Then it is whole.
      fact.shard = Shard::getWhole(getShape(init.getType()));
    Type globalType = fact.term->type;
    setArgument(argument, globalType, std::move(fact));
  }
  LogicalResult isBodyProven = proveBlock(body);
  --depth;
  if (failed(isBodyProven))
    return failure();

  auto yielded = body.getTerminator()->getOperands();
  SmallVector<Shard, 2> shards;
  for (auto [index, argument, value] :
       llvm::enumerate(op.getRegionIterArgs(), yielded)) {
    const Shard &shard = get(argument).shard;
    if (!fits(value, get(value), shard)) {
      fail(*op) << "the loop begins with " << describe(get(argument))
                << ", and goes on with " << describe(get(value))
                << "; expected one layout";
      return failure();
    }
    shards.push_back(shard);
  }
  llvm::append_range(operands, yielded);
  bool isKnown = forEachChoice(operands, [&](ArrayRef<Fact> choice) {
    for (const Application *application :
         program.table.find(Operator::of(op), getTerms(choice))) {
      for (auto [result, term, shard] :
           llvm::zip(op->getResults(), application->results, shards))
        set(result, {term, shard});
      return true;
    }
    return false;
  });
  if (isKnown)
    return success();
  fail(*op) << "no global scf.for does the same";
  return failure();
}

/// A ring is attention to all keys of its devices, as if they were gathered.
LogicalResult Prover::proveRing(scf::ForOp op, const Ring &ring) {
  if (failed(checkMesh(*op, ring.mesh)))
    return failure();
  Operation *whole = ring.first->clone();
  SmallVector<Operation *> gathers;
  auto eraseAll = llvm::make_scope_exit([&] {
    for (Value result : whole->getResults())
      facts.erase(result);
    whole->erase();
    for (Operation *gather : gathers) {
      facts.erase(gather->getResult(0));
      gather->erase();
    }
  });
  OpBuilder builder(op.getContext());
  for (unsigned index : ring.moving) {
    Value input = whole->getOperand(index);
    unsigned dim = getKeyDim(cast<xformer::AttentionOp>(whole), index);
    auto type = cast<RankedTensorType>(input.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape[dim] *= ring.size;
    OperationState state(op.getLoc(), dist::AllGatherOp::getOperationName());
    state.addOperands(input);
    state.addTypes(type.clone(shape));
    state.addAttribute("dim", builder.getI64IntegerAttr(dim));
    state.addAttribute("mesh", ring.mesh);
    state.addAttribute("axes", ring.axes);
    gathers.push_back(builder.create(state));
    if (!facts.contains(input) || failed(proveCollective(*gathers.back())))
      return failure();
    whole->setOperand(index, gathers.back()->getResult(0));
  }
  // A bias or a mask that does not go around must not tell keys apart.
  if (!isValid(whole)) {
    fail(*op) << "not all that depends on the keys goes around with them";
    return failure();
  }
  std::string reason;
  if (!trySplit(*whole, reason)) {
    fail(*op) << "it is no attention to all keys: "
              << (reason.empty() ? "the global program has no such op"
                                 : reason);
    return failure();
  }
  setAs(op.getResult(ring.output), whole->getResult(0));
  setAs(op.getResult(ring.lse), whole->getResult(1));
  statistics.collectives += ring.moving.size();
  return success();
}

//===----------------------------------------------------------------------===//
// Collectives
//===----------------------------------------------------------------------===//

LogicalResult Prover::checkMesh(Operation &op, FlatSymbolRefAttr name) {
  if (name == mesh.name)
    return success();
  fail(op) << "it runs on " << name << ", and the rest of the program on "
           << mesh.name;
  return failure();
}

/// The size of dimension `dim` of what `op` gives, at once or when waited for.
static int64_t getResultSize(Operation &op, unsigned dim) {
  return cast<dist::CommunicationOpInterface>(op).getArrivingType().getDimSize(
      dim);
}

llvm::Expected<Shard> Prover::collect(Operation &op, const Fact &fact) {
  auto partsOf = [&](dist::AxesAttr axes) {
    return sharding::toParts(mesh.mesh, axes.getParts());
  };
  const Shard &from = fact.shard;
  if (auto slice = dyn_cast<dist::SliceOp>(op))
    return collectives.slice(from, slice.getDim(), partsOf(slice.getAxes()));
  if (auto gather = dyn_cast<dist::AllGatherOp>(op))
    return collectives.allGather(from, gather.getDim(),
                                 partsOf(gather.getAxes()),
                                 getResultSize(op, gather.getDim()));
  if (auto reduce = dyn_cast<dist::AllReduceOp>(op))
    return collectives.allReduce(from, reduce.getCombiner(),
                                 partsOf(reduce.getAxes()));
  if (auto reduce = dyn_cast<dist::ReduceScatterOp>(op))
    return collectives.reduceScatter(
        from, reduce.getCombiner(), reduce.getDim(), partsOf(reduce.getAxes()));
  if (auto exchange = dyn_cast<dist::AllToAllOp>(op))
    return collectives.allToAll(
        from, exchange.getJoinDim(), exchange.getSplitDim(),
        partsOf(exchange.getAxes()), partsOf(exchange.getSplitOrder()),
        getResultSize(op, exchange.getJoinDim()));
  if (auto broadcast = dyn_cast<dist::BroadcastOp>(op))
    return collectives.exchangeWithin(from, partsOf(broadcast.getAxes()));

  dist::RouteAttrInterface route = cast<dist::PermuteOp>(op).getRoute();
  if (auto reorder = dyn_cast<dist::ReorderAttr>(route))
    return collectives.reorder(from, partsOf(reorder.getFrom()),
                               partsOf(reorder.getTo()));
  if (auto shift = dyn_cast<dist::ShiftAttr>(route))
    return shift.isIdentity()
               ? llvm::Expected<Shard>(from)
               : collectives.exchangeWithin(from, partsOf(shift.getAxes()));
  auto pairs = cast<dist::PairsAttr>(route);
  llvm::DenseMap<int64_t, int64_t> sources;
  for (auto [source, target] :
       llvm::zip(pairs.getSources(), pairs.getTargets()))
    sources[target] = source;
  return collectives.route(from, [&](int64_t device) {
    auto it = sources.find(device);
    return it == sources.end() ? device : it->second;
  });
}

LogicalResult Prover::proveCollective(Operation &op) {
  if (auto wait = dyn_cast<dist::WaitOp>(op)) {
    if (wait.getResult())
      setAs(wait.getResult(), wait.getToken());
    return success();
  }
  if (auto pad = dyn_cast<dist::PadOp>(op))
    return provePad(pad);
  if (auto unpad = dyn_cast<dist::UnpadOp>(op))
    return proveUnpad(unpad);
  if (auto fill = dyn_cast<dist::FillOp>(op))
    return proveFill(fill);
  if (isa<dist::SendOp, dist::RecvOp>(op)) {
    fail(op) << "it joins the programs of two meshes, and one is proven";
    return failure();
  }
  if (!isa<dist::SliceOp, dist::AllGatherOp, dist::AllReduceOp,
           dist::ReduceScatterOp, dist::AllToAllOp, dist::PermuteOp,
           dist::BroadcastOp>(op)) {
    fail(op) << "it is no op of a local program";
    return failure();
  }
  auto slice = dyn_cast<dist::SliceOp>(op);
  auto communication = dyn_cast<dist::CommunicationOpInterface>(op);
  if (failed(checkMesh(op, slice ? slice.getMeshAttr()
                                 : communication.getMeshAttr())))
    return failure();
  ++statistics.collectives;

  Type type = slice ? Type(slice.getType()) : communication.getArrivingType();
  return setFrom(op, op.getOperand(0), type,
                 [&](const Fact &fact) { return collect(op, fact); });
}

/// Sets what is known of the result of `op`, of type `type` when it arrives,
/// from what is known of `operand`.
LogicalResult
Prover::setFrom(Operation &op, Value operand, Type type,
                llvm::function_ref<llvm::Expected<Shard>(const Fact &)> move) {
  Facts known;
  std::string reason;
  for (const Fact &fact : facts.find(operand)->second) {
    llvm::Expected<Shard> shard = move(fact);
    llvm::Error error = shard ? checkType(type, fact.term, *shard, "the result")
                              : shard.takeError();
    if (!error)
      known.push_back({fact.term, std::move(*shard)});
    else if (reason.empty())
      reason = llvm::toString(std::move(error));
    else
      llvm::consumeError(std::move(error));
  }
  if (known.empty())
    return fail(op, makeError(reason));
  facts[op.getResult(0)] = std::move(known);
  return success();
}

//===----------------------------------------------------------------------===//
// Pads
//===----------------------------------------------------------------------===//

static Atoms toAtoms(dist::DimPaddingAttr padding) {
  Atoms atoms;
  for (auto [size, padded] :
       llvm::zip(padding.getSizes(), padding.getPaddedSizes()))
    atoms.push_back({size, padded});
  return joinAtoms(atoms);
}

LogicalResult Prover::provePad(dist::PadOp op) {
  unsigned dim = op.getDim();
  Atoms atoms = toAtoms(op.getPadding());
  return setFrom(*op, op.getInput(), op.getType(),
                 [&](const Fact &fact) -> llvm::Expected<Shard> {
                   Shard shard = fact.shard;
                   if (shard.isFree[dim])
                     shard.isFree[dim] = false;
                   if (!shard.layout.getDim(dim).empty() ||
                       shard.dims[dim] !=
                           joinAtoms(Atom{getSize(atoms), getSize(atoms)}))
                     return makeError("dimension " + Twine(dim) +
                                      " must be whole and without pads, got " +
                                      fact.shard.str(mesh.mesh));
                   shard.dims[dim] = atoms;
                   shard.setPads(dim, {Pads::Zero});
                   return shard;
                 });
}

LogicalResult Prover::proveUnpad(dist::UnpadOp op) {
  unsigned dim = op.getDim();
  Atoms atoms = toAtoms(op.getPadding());
  return setFrom(
      *op, op.getInput(), op.getType(),
      [&](const Fact &fact) -> llvm::Expected<Shard> {
        Shard shard = fact.shard;
        if (shard.isFree[dim])
          return shard;
        if (!shard.layout.getDim(dim).empty() || shard.dims[dim] != atoms)
          return makeError("dimension " + Twine(dim) +
                           " must be whole and have these pads, got " +
                           shard.str(mesh.mesh));
        shard.dims[dim] = joinAtoms(Atom{getSize(atoms), getSize(atoms)});
        shard.pads[dim] = Pads();
        return shard;
      });
}

/// What pads hold that are filled with `value`.
static Pads toPads(Attribute value) {
  if (isZero(value))
    return {Pads::Zero};
  if (auto number = dyn_cast<FloatAttr>(value)) {
    if (number.getValue().isInfinity())
      return {number.getValue().isNegative() ? Pads::Lowest : Pads::Highest};
    return {};
  }
  auto number = dyn_cast<IntegerAttr>(value);
  if (!number || number.getType().isInteger(1))
    return {};
  if (number.getValue().isMinSignedValue())
    return {Pads::Lowest};
  if (number.getValue().isMaxSignedValue())
    return {Pads::Highest};
  return {Pads::Number, number.getInt()};
}

/// The elements that a mask keeps; empty if they are not known.
static SmallVector<bool> getKept(const Term *mask) {
  DenseElementsAttr value;
  if (!mask->application ||
      !matchPattern(mask->application->op, m_Constant(&value)))
    return {};
  return llvm::to_vector(value.getValues<bool>());
}

LogicalResult Prover::proveFill(dist::FillOp op) {
  unsigned dim = op.getDim();
  const Fact &mask = get(op.getKeep());
  SmallVector<bool> isKept = getKept(mask.term);
  std::optional<Atoms> atoms;
  if (!isKept.empty() && mask.shard.layout.getPartial().empty())
    atoms = findAtoms(isKept);
  if (!atoms) {
    fail(*op) << "its mask is no constant that keeps what is no pad";
    return failure();
  }
  // A mask of which all elements are the same keeps all.
  sharding::AxisParts parts(mask.shard.isFree[0]
                                ? ArrayRef<sharding::AxisPart>()
                                : mask.shard.layout.getDim(0));
  return setFrom(
      *op, op.getInput(), op.getType(),
      [&](const Fact &fact) -> llvm::Expected<Shard> {
        Shard shard = fact.shard;
        if (!isPadded(*atoms))
          return shard;
        Atoms unpadded = joinAtoms(Atom{getSize(*atoms), getSize(*atoms)});
        SmallVector<sharding::AxisParts, 4> dims(shard.layout.getDims());
        if (shard.isFree[dim] && shard.dims[dim] == unpadded) {
          shard.isFree[dim] = false;
          shard.dims[dim] = *atoms;
          dims[dim] = parts;
        }
        if (shard.isFree[dim] || shard.dims[dim] != *atoms ||
            dims[dim] != parts)
          return makeError("the mask keeps what is no pad of " +
                           Shard(mask.shard).str(mesh.mesh) +
                           " and not what is none of dimension " + Twine(dim) +
                           ", got " + fact.shard.str(mesh.mesh));
        llvm::Expected<sharding::Layout> layout =
            sharding::Layout::get(mesh.mesh, dims, shard.layout.getPartial(),
                                  shard.layout.getCombiner());
        if (!layout)
          return layout.takeError();
        shard.layout = std::move(*layout);
        Pads pads = toPads(op.getValue());
        // What a sum is yet to be formed of holds it once a device.
        if (!shard.layout.getPartial().empty() && pads.kind != Pads::Zero)
          pads = Pads();
        shard.setPads(dim, pads);
        return shard;
      });
}

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
