// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random programs of collectives and of ops between them compute the same after
// collectives are combined, on every device, and move no more.

#include "Interpreter/ProgramTesting.h"
#include "partita/Registration/Registration.h"
#include "partita/Transforms/Partition/Passes.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/FormatVariadic.h"

#include <random>

using namespace mlir;
using namespace partita;
using namespace partita::dist;
using namespace partita::interp;

namespace {

/// The text of a random program on the mesh a=2,b=2. Elements are integers, so
/// that nothing depends on the order of sums.
class ProgramWriter {
public:
  explicit ProgramWriter(unsigned seed) : random(seed) {}

  std::string write() {
    values = {{"%x", 8, 8}, {"%y", 8, 8}};
    while (values.size() < 14)
      addOp();
    // Some values have several uses, and most have one or none.
    std::string names, types;
    for (unsigned i = 0; i != 3; ++i) {
      const Value &value = i == 0 ? values.back() : pick();
      names += (i == 0 ? "" : ", ") + value.name;
      types += (i == 0 ? "" : ", ") + type(value.rows, value.columns);
    }
    return "dist.mesh @mesh [\"a\"=2, \"b\"=2]\n"
           "func.func @main(%x: tensor<8x8xi32>, %y: tensor<8x8xi32>) -> (" +
           types + ") {\n" + body + "  return " + names + " : " + types +
           "\n}\n";
  }

private:
  struct Value {
    std::string name;
    int64_t rows, columns;
  };

  unsigned draw(unsigned count) { return random() % count; }
  /// Mostly one of the last.
  const Value &pick() {
    size_t back =
        std::min<size_t>(draw(4) == 0 ? draw(8) : draw(2), values.size() - 1);
    return values[values.size() - 1 - back];
  }
  static std::string type(int64_t rows, int64_t columns) {
    return llvm::formatv("tensor<{0}x{1}xi32>", rows, columns);
  }
  void add(const std::string &text, int64_t rows, int64_t columns) {
    std::string name = "%v" + std::to_string(values.size());
    body += "  " + name + " = " + text + "\n";
    values.push_back({name, rows, columns});
  }

  void addOp() {
    Value x = pick();
    unsigned dim = draw(4) == 0 ? 1 : 0;
    std::string axes[] = {R"({"a"})", R"({"b"})", R"({"a", "b"})",
                          R"({"b", "a"})"};
    // Equal axes are more likely to combine.
    unsigned kind = draw(3) == 0 ? draw(4) : 0;
    std::string over = " over @mesh " + axes[kind];
    int64_t group = kind < 2 ? 2 : 4;
    auto scaled = [&](unsigned at, int64_t up, int64_t down) {
      return at == 0 ? std::pair(x.rows * up / down, x.columns)
                     : std::pair(x.rows, x.columns * up / down);
    };
    auto size = [&](unsigned at) { return at == 0 ? x.rows : x.columns; };
    auto addMove = [&](const std::string &text,
                       std::pair<int64_t, int64_t> to) {
      add(text + " : " + type(x.rows, x.columns) + " -> " +
              type(to.first, to.second),
          to.first, to.second);
    };
    std::string at = " dim " + std::to_string(dim);
    switch (draw(10)) {
    case 0:
      if (size(dim) * group <= 32)
        addMove("dist.all_gather " + x.name + at + over, scaled(dim, group, 1));
      return;
    case 1:
    case 2:
      if (size(dim) % group == 0)
        addMove("dist.slice " + x.name + at + over, scaled(dim, 1, group));
      return;
    case 3:
      if (size(dim) % group == 0)
        addMove("dist.reduce_scatter " + x.name + at + over,
                scaled(dim, 1, group));
      return;
    case 4:
      add("dist.all_reduce " + x.name + (draw(4) == 0 ? " by max" : "") + over +
              " : " + type(x.rows, x.columns),
          x.rows, x.columns);
      return;
    case 5:
      if (size(1 - dim) % group == 0 && size(dim) * group <= 32)
        addMove("dist.all_to_all " + x.name + at + " to " +
                    std::to_string(1 - dim) + over,
                dim == 0 ? std::pair(x.rows * group, x.columns / group)
                         : std::pair(x.rows / group, x.columns * group));
      return;
    case 6:
      add("dist.permute " + x.name +
              " over @mesh reorder {\"a\", \"b\"} to {\"b\", \"a\"} : " +
              type(x.rows, x.columns),
          x.rows, x.columns);
      return;
    default:
      break;
    }
    Value y = pick();
    const char *ops[] = {"addi", "addi", "subi", "muli"};
    if (x.rows == y.rows && x.columns == y.columns)
      add(std::string("arith.") + ops[draw(4)] + " " + x.name + ", " + y.name +
              " : " + type(x.rows, x.columns),
          x.rows, x.columns);
  }

  std::mt19937 random;
  std::vector<Value> values;
  std::string body;
};

class CombineCollectivesTest : public ProgramTest {
protected:
  CombineCollectivesTest() {
    DialectRegistry registry;
    registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  /// The elements that a device receives.
  static int64_t countReceived(ModuleOp module) {
    int64_t received = 0;
    module.walk([&](Operation *op) {
      int64_t before = 0, after = 0;
      if (isa<CommunicationOpInterface>(op)) {
        before = cast<ShapedType>(op->getOperand(0).getType()).getNumElements();
        after = cast<ShapedType>(op->getResult(0).getType()).getNumElements();
      }
      auto getGroup = [&](auto collective) {
        MeshOp mesh = findMesh(op, collective.getMeshAttr());
        return mesh.getMesh().getSize(collective.getAxes().getParts());
      };
      if (isa<AllGatherOp>(op))
        received += after - before;
      else if (isa<ReduceScatterOp>(op))
        received += before - after;
      else if (auto reduce = dyn_cast<AllReduceOp>(op))
        received += 2 * (before - before / getGroup(reduce));
      else if (auto exchange = dyn_cast<AllToAllOp>(op))
        received += before - before / getGroup(exchange);
      else if (isa<PermuteOp>(op))
        received += before;
    });
    return received;
  }
};

TEST_F(CombineCollectivesTest, KeepsWhatProgramsCompute) {
  unsigned numCombined = 0;
  for (unsigned seed = 0; seed != 2000; ++seed) {
    std::string source = ProgramWriter(seed).write();
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + source);
    SmallVector<TensorList> inputs;
    for (unsigned device = 0; device != 4; ++device)
      inputs.push_back(
          {randomIntegerTensor(device, "x", ElementKind::I32, {8, 8}, -9, 9),
           randomIntegerTensor(device, "y", ElementKind::I32, {8, 8}, -9, 9)});
    auto expected = run(source, inputs);
    ASSERT_TRUE(expected) << diagnostics;

    // What has no use, or is known to canonicalization, does not count.
    PassManager cleanUp(&context), manager(&context);
    cleanUp.addPass(createCanonicalizerPass());
    cleanUp.addPass(createCSEPass());
    manager.addPass(createCombineCollectives());
    ASSERT_TRUE(succeeded(cleanUp.run(*module))) << diagnostics;
    int64_t before = countReceived(*module);
    ASSERT_TRUE(succeeded(manager.run(*module))) << diagnostics;
    ASSERT_TRUE(succeeded(verify(*module)));
    std::string combined = debugString(**module);
    int64_t after = countReceived(*module);
    EXPECT_LE(after, before) << combined;
    numCombined += after < before;

    auto actual = run(combined, inputs);
    ASSERT_TRUE(actual) << diagnostics << combined;
    for (auto [left, right] : llvm::zip_equal(*expected, *actual))
      for (auto [a, b] : llvm::zip_equal(left, right))
        ASSERT_THAT(b, HasBitsOf(a)) << combined;
  }
  EXPECT_GT(numCombined, 40u);
}

} // namespace
