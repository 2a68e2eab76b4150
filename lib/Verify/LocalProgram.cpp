// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LocalProgram.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Sharding/Bridge.h"

#include "Lemmas.h"
#include "Split.h"

using namespace mlir;
using namespace partita;
using namespace partita::verify;

namespace {

/// What is known of a local value.
struct Fact {
  const Term *term = nullptr;
  Shard shard;
  /// All elements of the term are the same: the value is a shard of it under
  /// any layout that gives its shape, and `shard` has no meaning.
  bool isUniform = false;
};

/// A constant can be a part of several global ones.
using Facts = SmallVector<Fact, 1>;

class Prover {
public:
  Prover(GlobalProgram &program, const ProgramMesh &mesh,
         FindSignature findSignature, ProofStatistics &statistics)
      : program(program), mesh(mesh), collectives(mesh.mesh),
        findSignature(findSignature), statistics(statistics) {}

  LogicalResult prove(FunctionOpInterface function, const Signature &signature);

private:
  LogicalResult proveBlock(Block &block);
  LogicalResult proveOp(Operation &op);

  // Ops of each device.
  LogicalResult proveConstant(Operation &op, Attribute splat);
  LogicalResult proveSplit(Operation &op);
  llvm::Expected<SmallVector<Shard, 2>> apply(Operation &op, ValueRange values,
                                              const Application &application,
                                              ArrayRef<Fact> operands);
  LogicalResult proveCall(func::CallOp op);
  LogicalResult proveIf(scf::IfOp op);
  LogicalResult proveFor(scf::ForOp op);

  // Collectives.
  LogicalResult proveCollective(Operation &op);
  llvm::Expected<Shard> collect(Operation &op, const Fact &fact);
  LogicalResult checkMesh(Operation &op, FlatSymbolRefAttr name);

  // Facts.
  const Fact &get(Value value) { return facts.find(value)->second.front(); }
  void set(Value value, Fact fact) { facts[value] = {std::move(fact)}; }
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
  if (!fact.isUniform && isa<TensorType>(fact.term->type))
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
  if (fact.isUniform)
    return shard.layout.getPartial().empty() &&
           shard.getLocalShape() == getShape(value.getType());
  return fact.shard == shard;
}

/// Checks that a value of type `local` can be the shard `shard` of `term`.
llvm::Error Prover::checkType(Type local, const Term *term, const Shard &shard,
                              const Twine &what) const {
  if (llvm::Error error = checkEven(shard))
    return error;
  Type expected = term->type;
  if (auto tensor = dyn_cast<RankedTensorType>(expected))
    expected = tensor.clone(shard.getLocalShape());
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
    for (const Fact &fact : facts.find(values[chosen.size()])->second) {
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

/// A tensor filled with `splat` is a part of every global one that is.
LogicalResult Prover::proveConstant(Operation &op, Attribute splat) {
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  Facts known;
  for (const Term *term : program.splats.lookup(splat)) {
    auto global = cast<RankedTensorType>(term->type);
    if (global.getElementType() == type.getElementType() &&
        global.getRank() == type.getRank())
      known.push_back({term, {}, /*isUniform=*/true});
  }
  // Any other is a value of its own, which depends on nothing.
  known.push_back({program.table.insert(program.table.adopt(op), {}).results[0],
                   {},
                   /*isUniform=*/true});
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
    auto shards = llvm::map_to_vector(operands, [](const Fact &fact) {
      return OperandShard{fact.isUniform ? nullptr : &fact.shard};
    });
    llvm::Expected<SplitOp> result =
        splitOp(mesh.mesh, *application.rule, shards);
    if (!result)
      return result.takeError();
    split = std::move(*result);
  } else {
    // Every device computes all of it.
    for (auto [index, fact] : llvm::enumerate(operands)) {
      split.operands.push_back(Shard::getWhole(getShape(fact.term->type)));
      if (!fact.isUniform && fact.shard != split.operands.back())
        return makeError("operand #" + Twine(index) +
                         " must be whole for an op without a sharding rule, "
                         "got " +
                         fact.shard.str(mesh.mesh));
    }
    for (const Term *term : application.results)
      split.results.push_back(Shard::getWhole(getShape(term->type)));
  }

  for (auto [index, fact, shard] : llvm::enumerate(operands, split.operands))
    if (fact.isUniform)
      if (llvm::Error error = checkType(values[index].getType(), fact.term,
                                        shard, "operand #" + Twine(index)))
        return error;
  for (auto [index, term, shard] :
       llvm::enumerate(application.results, split.results))
    if (llvm::Error error = checkType(op.getResult(index).getType(), term,
                                      shard, "result #" + Twine(index)))
      return error;
  return std::move(split.results);
}

/// The terms of `facts`.
static TermList getTerms(ArrayRef<Fact> facts) {
  return llvm::map_to_vector<4>(facts,
                                [](const Fact &fact) { return fact.term; });
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
  Operator applied = Operator::of(&op);
  // What depends on nothing is the same everywhere.
  if (op.getNumOperands() == 0)
    program.table.insert(program.table.adopt(op), {});

  // The reason why the first candidate is none.
  std::string reason;
  auto prove = [&](ValueRange values) {
    return forEachChoice(values, [&](ArrayRef<Fact> operands) {
      TermList terms = getTerms(operands);
      if (program.table.find(applied, terms).empty())
        deriveApplication(program.table, op, terms);
      for (const Application *application :
           program.table.find(applied, terms)) {
        llvm::Expected<SmallVector<Shard, 2>> shards =
            apply(op, values, *application, operands);
        if (shards) {
          for (auto [result, term, shard] :
               llvm::zip(op.getResults(), application->results, *shards))
            set(result, {term, shard});
          return true;
        }
        std::string text = llvm::toString(shards.takeError());
        if (reason.empty())
          reason = std::move(text);
      }
      return false;
    });
  };
  if (prove(op.getOperands()))
    return success();
  if (op.hasTrait<OpTrait::IsCommutative>() && op.getNumOperands() == 2) {
    Value swapped[] = {op.getOperand(1), op.getOperand(0)};
    if (prove(swapped))
      return success();
  }
  if (reason.empty())
    return failUnknown(op);
  return fail(op, makeError(reason));
}

LogicalResult Prover::proveCall(func::CallOp op) {
  const Signature *signature = findSignature(op.getCalleeAttr());
  if (!signature) {
    fail(*op) << "its callee is no function of the program";
    return failure();
  }
  for (auto [index, operand, declaration] :
       llvm::enumerate(op.getOperands(), signature->arguments))
    if (!fits(operand, get(operand), declaration.shard)) {
      InFlightDiagnostic diagnostic = fail(*op);
      diagnostic << "operand #" << index << " is " << describe(get(operand))
                 << ", where the callee takes "
                 << declaration.shard.str(mesh.mesh);
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
  if (!condition.isUniform && !condition.shard.isReplicated()) {
    fail(*op) << "devices may take different branches";
    return failure();
  }
  SmallVector<Shard, 2> shards;
  unsigned numResults = op->getNumResults();
  for (unsigned index = 0; index != numResults; ++index) {
    Value first = operands[1 + index],
          second = operands[1 + numResults + index];
    const Fact &firstFact = get(first), &secondFact = get(second);
    const Shard &shard =
        firstFact.isUniform ? secondFact.shard : firstFact.shard;
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
    fact.isUniform = false;
    set(argument, std::move(fact));
  };
  setArgument(body.getArgument(0), body.getArgument(0).getType(), {});
  for (auto [argument, init] :
       llvm::zip(op.getRegionIterArgs(), op.getInitArgs())) {
    Fact fact = get(init);
    if (fact.isUniform) // Then it is whole.
      fact.shard = Shard::getWhole(getShape(init.getType()));
    setArgument(argument, fact.term->type, std::move(fact));
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
      facts[wait.getResult()] = facts.find(wait.getToken())->second;
    return success();
  }
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
  bool combines = isa<dist::AllReduceOp, dist::ReduceScatterOp>(op);
  Facts known;
  std::string reason;
  for (const Fact &fact : facts.find(op.getOperand(0))->second) {
    if (fact.isUniform && !combines) {
      known.push_back(fact);
      continue;
    }
    llvm::Expected<Shard> shard =
        fact.isUniform
            ? makeError("the value is not to be combined, it is the same on "
                        "all devices")
            : collect(op, fact);
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
// Programs
//===----------------------------------------------------------------------===//

LogicalResult Prover::proveOp(Operation &op) {
  ++statistics.ops;
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
  if (block.getTerminator()->getNumSuccessors() == 0)
    return success();
  fail(*block.getTerminator()) << "devices may take different branches";
  return failure();
}

LogicalResult Prover::prove(FunctionOpInterface function,
                            const Signature &signature) {
  for (auto [argument, term, declaration] : llvm::zip(
           function.getArguments(), program.arguments, signature.arguments))
    set(argument, {term, declaration.shard});
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
