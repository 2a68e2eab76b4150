// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A proof is worth what it refuses. Mistakes are made in local programs that
// are right, and each must be refused, at the place where it is: the op that is
// changed, or one that uses what it gives.
//
// Some changes change nothing, such as to apply relu twice. Which do is not
// asked of the proof: the changed program runs on all devices in f64, on two
// draws of random inputs, and is counted if a result differs.
//
//   PARTITA_MUTATION_PROGRAMS=N   how many random graphs (default: 60)
//   PARTITA_MUTATION_SEED=N       where the random numbers begin (default: 1)
//   PARTITA_MUTATION_VERBOSE=1    print mutants that are refused elsewhere

#include "Cases.h"
#include "Mutators.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Interpreter/Distribution.h"
#include "partita/Support/RandomTensor.h"
#include "partita/Transforms/Partition/Passes.h"
#include "partita/Transforms/Propagation/Passes.h"
#include "partita/Verify/Verify.h"
#include "llvm/Support/Format.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace partita;
using namespace partita::test;

namespace {

/// What became of the mutants of one mutator.
struct Tally {
  unsigned drawn = 0, neutral = 0, refuted = 0, named = 0, atOp = 0;

  Tally &operator+=(const Tally &other) {
    drawn += other.drawn;
    neutral += other.neutral;
    refuted += other.refuted;
    named += other.named;
    atOp += other.atOp;
    return *this;
  }
};

class MutationTest : public testing::Test {
protected:
  MutationTest() { setUp(context); }

  /// Makes a local program of `program`, whose module has shardings, and its
  /// mutants.
  void mutate(Program program, Random &random, bool withRings = false);

  MLIRContext context;
  llvm::MapVector<StringRef, Tally> tallies;
  unsigned numPrograms = 0, numLeftOut = 0;

private:
  void mutateBy(const Mutator &mutator, Random &random);
  void report(ModuleOp mutant, const Mutator &mutator, bool isRefuted,
              const std::string &text);
  bool isNeutral(ModuleOp mutant);
  /// Proves the mutant, and counts whether what is wrong was found, and where.
  /// Returns what was said.
  std::string refute(ModuleOp mutant, const Mutation &mutation, Tally &tally);

  OwningOpRef<ModuleOp> original;
  std::string name;
  /// Two draws, and what the global program gives for them.
  SmallVector<interp::TensorList> inputs, expected;
};

/// Gives every op of a function a location of its own, below its module path.
void number(func::FuncOp function) {
  MLIRContext *context = function->getContext();
  unsigned line = 0;
  function->walk<WalkOrder::PreOrder>([&](Operation *op) {
    Location place = FileLineColLoc::get(context, "local", ++line, 1);
    if (auto path = dyn_cast<NameLoc>(op->getLoc()))
      place = NameLoc::get(path.getName(), place);
    op->setLoc(place);
  });
}

SmallVector<Operation *> getOps(ModuleOp module) {
  SmallVector<Operation *> ops;
  getLocalMain(module)->walk<WalkOrder::PreOrder>(
      [&](Operation *op) { ops.push_back(op); });
  return ops;
}

/// Lets keys and values of attention go around.
bool makeRings(ModuleOp module) {
  PassManager manager(module.getContext());
  manager.addPass(createRingAttention());
  return succeeded(manager.run(module));
}

void MutationTest::mutate(Program program, Random &random, bool withRings) {
  name = program.name;
  SCOPED_TRACE(name);
  if (!partitionModule(*program.module).empty() ||
      (withRings && !makeRings(*program.module)) ||
      !proveModule(*program.module).empty() ||
      !interp::isLocalProgram(getLocalMain(*program.module))) {
    ++numLeftOut;
    if (getNumber("PARTITA_MUTATION_VERBOSE", 0) != 0)
      llvm::errs() << name << " is left out\n";
    return;
  }
  ++numPrograms;
  original = std::move(program.module);
  number(getLocalMain(*original));
  inputs.clear();
  expected.clear();
  for (int i = 0; i != 2; ++i) {
    auto &list = inputs.emplace_back();
    for (const Draw &draw : program.draws)
      list.push_back(draw(random));
    std::string error;
    auto results = runGlobal(*original, list, error);
    ASSERT_TRUE(results) << error;
    expected.push_back(std::move(*results));
  }
  ASSERT_TRUE(isNeutral(*original)) << "without any change";
  for (ArrayRef<Mutator> mutators : {collectiveMutators(), localMutators()})
    for (const Mutator &mutator : mutators)
      mutateBy(mutator, random);
}

void MutationTest::mutateBy(const Mutator &mutator, Random &random) {
  // The ops in any order; the first two at which the mistake can be made.
  OwningOpRef<ModuleOp> mutant = original->clone();
  SmallVector<Operation *> ops = getOps(*mutant);
  SmallVector<unsigned> order(ops.size());
  std::iota(order.begin(), order.end(), 0);
  // The first is the function, of which there are many arguments to choose
  // from.
  order.append(8, 0);
  for (size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[random.between(0, i - 1)]);
  unsigned count = 0;
  for (unsigned index : order) {
    Mutation mutation(random);
    if (!mutator.apply(ops[index], mutation))
      continue;
    OwningOpRef<ModuleOp> made = std::move(mutant);
    mutant = original->clone();
    ops = getOps(*mutant);
    ScopedDiagnosticHandler silence(&context,
                                    [](Diagnostic &) { return success(); });
    if (failed(mlir::verify(*made)))
      continue;

    Tally &tally = tallies[mutator.name];
    ++tally.drawn;
    Tally found;
    std::string text = refute(*made, mutation, found);
    if (isNeutral(*made)) {
      ++tally.neutral;
    } else {
      tally += found;
      if (found.named == 0)
        report(*made, mutator, found.refuted != 0, text);
    }
    if (++count == 2)
      return;
  }
}

/// Prints a mutant that is not refused, or is at another place if that is asked
/// for.
void MutationTest::report(ModuleOp mutant, const Mutator &mutator,
                          bool isRefuted, const std::string &text) {
  if (isRefuted && getNumber("PARTITA_MUTATION_VERBOSE", 0) == 0)
    return;
  std::string message;
  llvm::raw_string_ostream os(message);
  os << name << ": " << mutator.name << ": "
     << (isRefuted ? text : "not refused") << "\n";
  mutant->print(os, OpPrintingFlags()
                        .enableDebugInfo()
                        .useLocalScope()
                        .elideLargeElementsAttrs(64));
  if (isRefuted)
    llvm::errs() << message << "\n";
  else
    ADD_FAILURE() << message;
}

std::string MutationTest::refute(ModuleOp mutant, const Mutation &mutation,
                                 Tally &tally) {
  std::string text;
  bool isAtOp = false, isNamed = false;
  auto isPlace = [&](Location loc) {
    return llvm::is_contained(mutation.places, loc);
  };
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    // The first error is what a user looks at.
    if (text.empty()) {
      isAtOp = isNamed = isPlace(diagnostic.getLocation());
      for (Diagnostic &note : diagnostic.getNotes())
        isNamed |= isPlace(note.getLocation());
    }
    llvm::raw_string_ostream os(text);
    os << diagnostic.getLocation() << ": " << diagnostic << "\n";
    for (Diagnostic &note : diagnostic.getNotes())
      os << "  " << note.getLocation() << ": " << note << "\n";
    return success();
  });
  verify::ProofStatistics statistics;
  tally.refuted = failed(verify::proveLocalProgram(mutant, statistics));
  tally.named = tally.refuted && isNamed;
  tally.atOp = tally.refuted && isAtOp;
  return text;
}

bool MutationTest::isNeutral(ModuleOp mutant) {
  for (auto [list, wanted] : llvm::zip_equal(inputs, expected)) {
    std::string error;
    auto results = runLocal(mutant, list, error);
    if (!results || !compareResults(*results, wanted).empty())
      return false;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// Annotates a model as users do.
bool applyTactics(ModuleOp module, StringRef mesh, StringRef tactics) {
  ScopedDiagnosticHandler silence(module.getContext(),
                                  [](Diagnostic &) { return success(); });
  PassManager manager(module.getContext());
  DistAnnotateOptions options;
  options.mesh = mesh.str();
  options.tactics = tactics.str();
  manager.addPass(createDistAnnotate(options));
  return succeeded(manager.run(module));
}

constexpr std::pair<const char *, const char *> plans[] = {
    {"data=2", "data-parallel(data)"},
    {"tensor=2", "tensor-parallel(tensor)"},
    {"tensor=3", "tensor-parallel(tensor)"},
    {"tensor=4", "tensor-parallel(tensor)"},
    {"tensor=5", "tensor-parallel(tensor)"},
    {"context=2", "context-parallel(context)"},
    {"context=4", "context-parallel(context)"},
    {"context=3", "context-parallel(context)"},
    {"expert=2", "expert-parallel(expert)"},
    {"data=2", "zero(data)"},
    {"tensor=2", "tensor-parallel(tensor),sequence-parallel(tensor)"},
    {"data=2,tensor=2", "data-parallel(data),tensor-parallel(tensor)"},
    {"data=2,tensor=3", "data-parallel(data),tensor-parallel(tensor)"},
    {"data=2,tensor=2",
     "data-parallel(data),zero(data),tensor-parallel(tensor),"
     "sequence-parallel(tensor)"},
    {"data=2,expert=2", "data-parallel(data),expert-parallel(expert)"},
    {"context=2,tensor=2", "context-parallel(context),tensor-parallel(tensor)"},
};

/// Values that come under one sharding and go under another, as all kinds of
/// collectives make them.
struct Move {
  const char *mesh, *from, *to;
};
constexpr Move moves[] = {
    {R"("a"=2, "b"=2)", R"([{"a"}, {"b"}])", R"([{"b"}, {"a"}])"},
    {R"("a"=2, "b"=2)", R"([{"a", "b"}, {}])", R"([{"b", "a"}, {}])"},
    {R"("a"=2, "b"=2)", R"([{"a", "b"}, {}])", R"([{}, {"b", "a"}])"},
    {R"("a"=2, "b"=2)", R"([{"a", "b"}, {}])", R"([{}, {"a", "b"}])"},
    {R"("a"=2, "b"=2)", R"([{"a", "b"}, {}])", R"([{}, {}])"},
    {R"("a"=2, "b"=2)", R"([{}, {}])", R"([{}, {"b", "a"}])"},
    {R"("a"=2, "b"=2, "c"=2)", R"([{"a", "b"}, {"c"}])",
     R"([{"c", "a"}, {"b"}])"},
    {R"("a"=2, "b"=2, "c"=2)", R"([{"a"}, {}])", R"([{"c"}, {"b", "a"}])"},
    {R"("a"=4, "b"=2)", R"([{"a"}, {}])", R"([{"a":(2)2}, {"a":(1)2}])"},
    {R"("a"=2, "b"=4)", R"([{"a"}, {"b"}])",
     R"([{"b":(1)2}, {"a", "b":(2)2}])"},
    {R"("a"=2, "b"=2)", R"([{}, {}], partial={"a", "b"})",
     R"([{"b", "a"}, {}])"},
    {R"("a"=2, "b"=2)", R"([{}, {}], partial={"a"})", R"([{}, {"b", "a"}])"},
    {R"("a"=4)", R"([{}, {}], partial={"a":max})", R"([{"a"}, {}])"},
    {R"("a"=2, "b"=2)", R"([{"b"}, {}], partial={"a":max})", R"([{}, {"a"}])"},
};

Program makeMove(MLIRContext *context, const Move &move) {
  std::string sharding = "{dist.sharding = #dist.sharding<@mesh, ";
  std::string text = std::string("dist.mesh @mesh [") + move.mesh +
                     "]\nfunc.func @main(%x: tensor<16x16xf32> " + sharding +
                     move.from + ">}) -> (tensor<16x16xf32> " + sharding +
                     move.to + ">}) {" + R"(
        %0 = dist.constraint %x <@mesh, )" +
                     move.to + R"(> : tensor<16x16xf32>
        %1 = xformer.silu %0 : tensor<16x16xf32>
        return %1 : tensor<16x16xf32>
      })";
  Program program;
  program.module = parseSourceString<ModuleOp>(text, context);
  program.draws.push_back([](Random &random) {
    return randomNormalTensor(random.between(0, 1 << 30), "x", ElementKind::F32,
                              Shape{16, 16}, 1);
  });
  program.name = std::string(move.from) + " to " + move.to;
  return program;
}

TEST_F(MutationTest, EveryMistakeIsRefused) {
  Random random(getNumber("PARTITA_MUTATION_SEED", 1));
  for (const Move &move : moves) {
    Program program = makeMove(&context, move);
    ASSERT_TRUE(program.module) << program.name;
    mutate(std::move(program), random);
  }
  for (auto [mesh, tactics] : plans)
    for (unsigned family = 0; family != numFamilies; ++family) {
      Program program = makeRandomModel(&context, family, random);
      if (!applyTactics(*program.module, mesh, tactics))
        continue;
      program.name += std::string(" on ") + mesh + " with " + tactics;
      bool withRings = StringRef(tactics).contains("context") && random.coin();
      mutate(std::move(program), random, withRings);
    }
  for (uint64_t i = getNumber("PARTITA_MUTATION_PROGRAMS", 60); i != 0; --i) {
    Program program = makeRandomGraph(&context, random);
    annotate(*program.module, random);
    mutate(std::move(program), random);
  }

  Tally sum;
  auto print = [](StringRef name, const Tally &tally) {
    llvm::outs() << "| " << llvm::left_justify(name, 40)
                 << llvm::format(" | %5u | %7u | %7u | %5u | %5u |\n",
                                 tally.drawn, tally.neutral, tally.refuted,
                                 tally.named, tally.atOp);
  };
  llvm::outs() << numPrograms << " programs, " << numLeftOut << " left out\n";
  for (auto &[mutator, tally] : tallies) {
    print(mutator, tally);
    sum += tally;
  }
  print("all", sum);
  EXPECT_LE(numLeftOut, numPrograms / 20);
  EXPECT_EQ(tallies.size(),
            collectiveMutators().size() + localMutators().size());
  EXPECT_GE(sum.refuted, 200u);
  EXPECT_EQ(sum.refuted, sum.drawn - sum.neutral);
  EXPECT_GE(sum.named, 0.95 * sum.refuted);
}

} // namespace
