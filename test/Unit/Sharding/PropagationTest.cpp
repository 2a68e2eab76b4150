// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Sharding/Propagation.h"

#include "Sharding/ShardingTesting.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <random>

using namespace partita;
using namespace partita::sharding;
using llvm::ArrayRef;
using llvm::StringRef;

namespace {

/// Builds graphs of a few ops, and says what propagation makes of them.
class PropagationTest : public testing::Test, protected PropagationObserver {
protected:
  void setMesh(StringRef text) { graph.mesh = getMesh(text); }

  /// A tensor whose dimensions are all open, with the axes that `layout` has.
  unsigned value(ArrayRef<int64_t> shape, StringRef layout = "",
                 unsigned priority = 0) {
    PropagationValue value;
    value.shape.assign(shape.begin(), shape.end());
    value.dims.resize(shape.size());
    if (!layout.empty()) {
      Layout parsed = getLayout(graph.mesh, layout);
      for (auto [dim, info] : llvm::enumerate(value.dims))
        info = {.axes = AxisParts(parsed.getDim(dim)), .priority = priority};
    }
    graph.values.push_back(std::move(value));
    return graph.values.size() - 1;
  }
  void close(unsigned value) {
    for (PropagationDim &dim : graph.values[value].dims)
      dim.isOpen = false;
  }

  /// `y[m, n] = x[m, k] * w[k, n]`.
  unsigned matmul(unsigned x, unsigned w) {
    int64_t m = graph.values[x].shape[0], k = graph.values[x].shape[1],
            n = graph.values[w].shape[1];
    unsigned y = value({m, n});
    graph.ops.push_back({.rule = ShardingRuleBuilder()
                                     .parallel("m", m)
                                     .parallel("n", n)
                                     .reduction("k", k, Combiner::Sum)
                                     .operand({"m", "k"})
                                     .operand({"k", "n"})
                                     .result({"m", "n"})
                                     .linearIn({0})
                                     .linearIn({1})
                                     .build(),
                         .operands = {x, w},
                         .results = {y}});
    return y;
  }
  /// Elementwise, linear in all operands or in none.
  unsigned elementwise(ArrayRef<unsigned> operands, bool isLinear) {
    ArrayRef<int64_t> shape = graph.values[operands[0]].shape;
    ShardingRuleBuilder builder;
    builder.parallel("m", shape[0]).parallel("n", shape[1]);
    llvm::SmallVector<unsigned> all;
    for (unsigned operand : operands) {
      builder.operand({"m", "n"});
      all.push_back(all.size());
      (void)operand;
    }
    builder.result({"m", "n"});
    if (isLinear)
      builder.linearIn(all);
    unsigned y = value(llvm::to_vector(shape));
    graph.ops.push_back({.rule = builder.build(),
                         .operands = llvm::SmallVector<unsigned, 4>(operands),
                         .results = {y}});
    return y;
  }
  unsigned relu(unsigned x) { return elementwise({x}, /*isLinear=*/false); }
  unsigned add(unsigned x, unsigned y) { return elementwise({x, y}, true); }
  /// Dimension 1 must be whole.
  unsigned norm(unsigned x) {
    ArrayRef<int64_t> shape = graph.values[x].shape;
    ShardingRule rule = ShardingRuleBuilder()
                            .parallel("m", shape[0])
                            .whole("n", shape[1])
                            .operand({"m", "n"})
                            .result({"m", "n"})
                            .build();
    unsigned y = value(llvm::to_vector(shape));
    graph.ops.push_back({.rule = rule, .operands = {x}, .results = {y}});
    return y;
  }

  void run() {
    events.clear();
    result = propagate(graph, this);
  }
  std::string at(unsigned value) {
    return result.layouts[value].str(graph.mesh);
  }

  // What is observed, as text.
  void onConflict(const Conflict &conflict) override {
    std::string text = "conflict at op " + std::to_string(conflict.op) + ":";
    for (auto [index, contender] : llvm::enumerate(conflict.contenders)) {
      text += index == conflict.winner ? " *" : " ";
      text += graph.ops[conflict.op].rule.factors[contender.factor].name + "=" +
              str(graph.mesh, contender.axes) + " for " +
              std::to_string(int64_t(contender.cost.bytes));
    }
    if (conflict.reason == Conflict::Reason::Earlier)
      text += " earlier";
    events.push_back(text);
  }
  void onMiss(const Miss &miss) override {
    static constexpr StringRef reasons[] = {"whole", "too small", "closed",
                                            "in use", "other axes"};
    std::string text = "miss at op " + std::to_string(miss.op);
    if (miss.value != noValue)
      text += " value " + std::to_string(miss.value);
    events.push_back(text + " " + str(graph.mesh, miss.part) + ": " +
                     reasons[unsigned(miss.reason)].str());
  }
  std::string getEvents() { return llvm::join(events, "\n"); }

  PropagationGraph graph;
  PropagationResult result;
  std::vector<std::string> events;
};

TEST_F(PropagationTest, TravelsForwardAndBackward) {
  setMesh("x=2,y=2");
  unsigned x = value({8, 16}, R"([{"x"}, {}])");
  unsigned up = value({16, 32}), down = value({32, 16}, R"([{"y"}, {}])");
  unsigned a = matmul(x, up), b = relu(a), c = matmul(b, down);
  run();
  EXPECT_EQ(at(up), R"([{}, {"y"}])");
  EXPECT_EQ(at(a), R"([{"x"}, {"y"}])");
  EXPECT_EQ(at(b), R"([{"x"}, {"y"}])");
  // The sum over `y` is formed at once: nothing comes after.
  EXPECT_EQ(at(c), R"([{"x"}, {}])");
  EXPECT_EQ(getEvents(), "");
}

TEST_F(PropagationTest, ClosedDimensionsStay) {
  setMesh("x=2");
  unsigned x = value({8, 16}, R"([{"x"}, {}])");
  unsigned y = relu(x);
  close(y);
  unsigned z = relu(y);
  run();
  EXPECT_EQ(at(y), "[{}, {}]");
  EXPECT_EQ(at(z), "[{}, {}]");
  EXPECT_EQ(getEvents(), R"(miss at op 0 value 1 {"x"}: closed)");
}

TEST_F(PropagationTest, WholeFactorsStopAxes) {
  setMesh("x=2");
  unsigned y = norm(value({8, 16}, R"([{}, {"x"}])"));
  run();
  EXPECT_EQ(at(y), "[{}, {}]");
  EXPECT_EQ(getEvents(), R"(miss at op 0 {"x"}: whole)");
}

// An uneven split is one; a split that leaves every second block empty is none.
TEST_F(PropagationTest, SmallFactorsStopAxes) {
  setMesh("x=4");
  unsigned x = value({3, 2}, R"([{"x"}, {}])");
  unsigned y = relu(x);
  unsigned z = relu(value({2, 3}, R"([{"x"}, {}])"));
  run();
  EXPECT_EQ(at(y), R"([{"x"}, {}])");
  EXPECT_EQ(at(z), "[{}, {}]");
}

// Query heads and the key heads they share are split together; what the key
// heads cannot take splits the queries of each.
TEST_F(PropagationTest, AxesAreCutWhereAFactorIsFull) {
  setMesh("x=8");
  unsigned q = value({8, 16}, R"([{"x"}, {}])"), k = value({4, 16});
  unsigned o = value({8, 16});
  ShardingRule rule = ShardingRuleBuilder()
                          .parallel("h", 4)
                          .parallel("g", 2)
                          .parallel("d", 16)
                          .operand({"h*g", "d"})
                          .operand({"h", "d"})
                          .result({"h*g", "d"})
                          .build();
  graph.ops.push_back({.rule = rule, .operands = {q, k}, .results = {o}});
  run();
  EXPECT_EQ(at(k), R"([{"x":(1)4}, {}])");
  EXPECT_EQ(at(o), R"([{"x"}, {}])");
}

//===----------------------------------------------------------------------===//
// Conflicts
//===----------------------------------------------------------------------===//

// One axis for rows and for columns: what is cheaper to gather is gathered.
TEST_F(PropagationTest, ConflictsAreDecidedByCost) {
  setMesh("x=2");
  unsigned x = value({8, 16}, R"([{"x"}, {}])");
  unsigned w = value({16, 256}, R"([{}, {"x"}])");
  unsigned y = relu(matmul(x, w));
  run();
  EXPECT_EQ(at(y), R"([{}, {"x"}])");
  EXPECT_EQ(getEvents(),
            R"(conflict at op 0: m={"x"} for 8192 *n={"x"} for 256)");

  graph.values.clear();
  graph.ops.clear();
  x = value({1024, 16}, R"([{"x"}, {}])");
  w = value({16, 256}, R"([{}, {"x"}])");
  y = relu(matmul(x, w));
  run();
  EXPECT_EQ(at(y), R"([{"x"}, {}])");
  EXPECT_EQ(getEvents(),
            R"(conflict at op 0: *m={"x"} for 8192 n={"x"} for 32768)");
}

// The slow link decides, not the number of bytes.
TEST_F(PropagationTest, LinksCount) {
  graph.mesh = llvm::cantFail(
      Mesh::get({{"slow", 2, 1.0, 0.0}, {"fast", 2, 100.0, 0.0}}));
  unsigned x = value({64, 16}, R"([{"slow"}, {}])");
  unsigned w = value({16, 128}, R"([{}, {"slow"}])");
  unsigned y = matmul(x, w);
  unsigned u = value({64, 16}, R"([{"fast"}, {}])");
  unsigned v = value({16, 128}, R"([{}, {"fast"}])");
  unsigned z = matmul(u, v);
  run();
  EXPECT_EQ(at(y), R"([{}, {"slow"}])");
  EXPECT_EQ(at(z), R"([{}, {"fast"}])");
}

// A split from far away weighs as much as one from nearby: the weights are
// gathered, although they are at the op long before the batch gets there.
TEST_F(PropagationTest, DistanceDoesNotDecide) {
  setMesh("x=2");
  unsigned x = value({512, 16}, R"([{"x"}, {}])");
  for (int i = 0; i < 5; ++i)
    x = relu(x);
  unsigned w = value({16, 16}, R"([{"x"}, {}])");
  unsigned y = matmul(x, w);
  run();
  EXPECT_EQ(at(x), R"([{"x"}, {}])");
  EXPECT_EQ(at(y), R"([{"x"}, {}])");
}

// What is on its way counts as well as what is there: the columns of the second
// product would cost nothing as long as the rows are held up at the first one.
TEST_F(PropagationTest, WhatIsToComeCounts) {
  setMesh("x=2");
  unsigned x = value({512, 16}, R"([{"x"}, {}])");
  unsigned y = matmul(x, value({16, 16}));
  unsigned w = value({16, 16}, R"([{}, {"x"}])");
  unsigned z = add(y, matmul(norm(y), w));
  run();
  EXPECT_EQ(at(y), R"([{"x"}, {}])");
  EXPECT_EQ(at(z), R"([{"x"}, {}])");
}

// Nothing depends on where an op stands.
TEST_F(PropagationTest, OrderOfOpsDoesNotMatter) {
  setMesh("x=2,y=2");
  // NOLINTNEXTLINE(bugprone-random-generator-seed)
  std::mt19937 random(7);
  unsigned x = value({32, 16}, R"([{"x"}, {}])"), residual = x;
  for (int layer = 0; layer < 4; ++layer) {
    unsigned up =
        value({16, 64}, layer % 2 ? R"([{}, {"y"}])" : R"([{"x"}, {}])");
    unsigned down = value({64, 16}, layer == 3 ? R"([{"x"}, {"y"}])" : "");
    residual = add(residual, matmul(relu(matmul(norm(residual), up)), down));
  }
  run();
  std::vector<Layout> expected = result.layouts;
  unsigned numConflicts = result.numConflicts;
  EXPECT_GT(numConflicts, 0u);
  for (int i = 0; i < 50; ++i) {
    std::shuffle(graph.ops.begin(), graph.ops.end(), random);
    run();
    EXPECT_EQ(result.layouts, expected);
    EXPECT_EQ(result.numConflicts, numConflicts);
  }
}

// What has priority 0 gets everywhere before the rest starts.
TEST_F(PropagationTest, PrioritiesGoFirst) {
  setMesh("x=2");
  // Rows would be cheaper to keep, but they come later.
  unsigned x = value({1024, 16}, R"([{"x"}, {}])", /*priority=*/1);
  unsigned w = value({16, 256}, R"([{}, {"x"}])");
  unsigned y = relu(matmul(x, w));
  run();
  EXPECT_EQ(at(y), R"([{}, {"x"}])");
  EXPECT_EQ(at(x), R"([{"x"}, {}])");
  EXPECT_EQ(
      getEvents(),
      R"(conflict at op 0: *n={"x"} for 32768 m={"x"} for 270336 earlier)");
}

// Axes of a later priority come behind those that are there by then.
TEST_F(PropagationTest, LaterAxesAreMinor) {
  setMesh("x=2,y=2");
  unsigned x = value({16, 16}, R"([{"x"}, {}])");
  unsigned y = relu(x);
  graph.values[y].dims[0] = {.axes = getParts(graph.mesh, R"({"y"})"),
                             .priority = 1};
  unsigned z = relu(y);
  run();
  EXPECT_EQ(at(z), R"([{"x", "y"}, {}])");
  EXPECT_EQ(at(x), R"([{"x", "y"}, {}])");
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

class PropagationSumsTest : public PropagationTest {
protected:
  /// A product that is a sum over `x`.
  unsigned product(int64_t m = 8, int64_t n = 16) {
    return matmul(value({m, 16}, R"([{}, {"x"}])"), value({16, n}));
  }
};

// One sum in place of two.
TEST_F(PropagationSumsTest, SumsAreFormedAfterTheyMeet) {
  setMesh("x=2");
  unsigned a = product(), b = product(), c = add(a, b), d = relu(c);
  run();
  EXPECT_EQ(at(a), R"([{}, {}] partial={"x"})");
  EXPECT_EQ(at(b), R"([{}, {}] partial={"x"})");
  EXPECT_EQ(at(c), "[{}, {}]");
  EXPECT_EQ(at(d), "[{}, {}]");
  EXPECT_EQ(result.numPartial, 2u);
}

TEST_F(PropagationSumsTest, ManySumsMeetInATree) {
  setMesh("x=2");
  unsigned a = add(product(), product()), b = add(product(), product());
  unsigned c = add(a, b), d = relu(c);
  run();
  EXPECT_EQ(at(a), R"([{}, {}] partial={"x"})");
  EXPECT_EQ(at(b), R"([{}, {}] partial={"x"})");
  EXPECT_EQ(at(c), "[{}, {}]");
  EXPECT_EQ(result.numPartial, 6u);
  (void)d;
}

// A partial sum cannot be added to what is whole.
TEST_F(PropagationSumsTest, SumsAreFormedWhereTheyMeetTheWhole) {
  setMesh("x=2");
  unsigned a = product(), c = add(a, value({8, 16}));
  run();
  EXPECT_EQ(at(a), "[{}, {}]");
  EXPECT_EQ(at(c), "[{}, {}]");
}

// The norm needs the sum; then the other use has it for nothing.
TEST_F(PropagationSumsTest, OneUseThatNeedsTheSumIsEnough) {
  setMesh("x=2");
  unsigned a = product(), b = product();
  norm(a);
  unsigned c = add(a, b);
  relu(c);
  run();
  EXPECT_EQ(at(a), "[{}, {}]");
  EXPECT_EQ(at(b), "[{}, {}]");
}

// A sum is put off to where the value is smaller, and not to where it is
// larger or as large.
TEST_F(PropagationSumsTest, SumsAreFormedWhereTheyAreSmall) {
  setMesh("x=2");
  unsigned large = product(8, 64);
  relu(matmul(large, value({64, 4})));
  unsigned small = product(8, 4);
  relu(matmul(small, value({4, 64})));
  unsigned same = product(8, 16);
  relu(elementwise({same}, /*isLinear=*/true));
  run();
  EXPECT_EQ(at(large), R"([{}, {}] partial={"x"})");
  EXPECT_EQ(at(small), "[{}, {}]");
  EXPECT_EQ(at(same), "[{}, {}]");
}

// What a user says is whole stays so.
TEST_F(PropagationSumsTest, AnnotatedValuesAreWhole) {
  setMesh("x=2");
  unsigned a = product(), b = product();
  graph.values[a].mustBeWhole = true;
  relu(add(a, b));
  run();
  EXPECT_EQ(at(a), "[{}, {}]");
  EXPECT_EQ(at(b), "[{}, {}]");
}

// A sum that the next value wants in slices is scattered.
TEST_F(PropagationSumsTest, SumsAreScattered) {
  setMesh("x=2");
  unsigned a = product();
  unsigned b = value({8, 16}, R"([{"x"}, {}])", /*priority=*/1);
  unsigned c = norm(add(a, b));
  run();
  EXPECT_EQ(at(a), R"([{"x"}, {}])");
  EXPECT_EQ(at(c), R"([{"x"}, {}])");
}

//===----------------------------------------------------------------------===//
// Random graphs
//===----------------------------------------------------------------------===//

class RandomPropagationTest : public PropagationTest {
protected:
  int64_t draw(ArrayRef<int64_t> choices) {
    return choices[std::uniform_int_distribution<size_t>(0, choices.size() -
                                                                1)(random)];
  }
  /// Random axes on one of the dimensions of `value`.
  void annotate(unsigned value) {
    PropagationValue &info = graph.values[value];
    PropagationDim &dim = info.dims[draw({0, 1})];
    AxisPart part = graph.mesh.getWhole(draw({0, 1}));
    if (isSplitTooFar(info.shape[&dim - info.dims.data()], part.size))
      return;
    dim.axes = {part};
    dim.isOpen = draw({0, 1, 1});
    dim.priority = draw({0, 0, 1, 2});
  }
  /// A graph of matrices that are multiplied, added and normalised.
  void makeGraph() {
    graph.values.clear();
    graph.ops.clear();
    std::vector<unsigned> all = {value({draw({4, 6, 9}), draw({4, 8, 12})})};
    for (int i = 0; i < 12; ++i) {
      unsigned x = all[draw({0, 1, 2, 3, 5, 7, 11}) % all.size()];
      ArrayRef<int64_t> shape = graph.values[x].shape;
      switch (draw({0, 1, 2, 3})) {
      case 0: {
        unsigned w = value({shape[1], draw({3, 4, 8})});
        all.push_back(matmul(x, w));
        break;
      }
      case 1:
        all.push_back(add(x, value(llvm::to_vector(shape))));
        break;
      case 2:
        all.push_back(norm(x));
        break;
      default:
        all.push_back(add(x, relu(x)));
        break;
      }
    }
    for (unsigned value = 0; value < graph.values.size(); ++value)
      if (draw({0, 0, 1}))
        annotate(value);
  }
  // The same programs in every run.
  // NOLINTNEXTLINE(bugprone-random-generator-seed)
  std::mt19937 random{1};
};

// What is annotated stays, nothing is split too far, it all comes to an end,
// and a second run finds nothing to do.
TEST_F(RandomPropagationTest, KeepsItsPromises) {
  for (StringRef mesh : {"x=2,y=2", "x=4,y=3", "x=1,y=8"}) {
    setMesh(mesh);
    for (int i = 0; i < 200; ++i) {
      makeGraph();
      run();
      for (auto [value, layout] :
           llvm::zip_equal(graph.values, result.layouts)) {
        for (auto [dim, info] : llvm::enumerate(value.dims)) {
          EXPECT_FALSE(
              isSplitTooFar(value.shape[dim], layout.getNumBlocks(dim)));
          if (!info.isOpen)
            EXPECT_EQ(AxisParts(layout.getDim(dim)), joinParts(info.axes));
        }
      }
      std::vector<Layout> first = result.layouts;
      PropagationGraph settled = graph;
      for (auto [value, layout] : llvm::zip_equal(settled.values, first)) {
        for (auto [dim, info] : llvm::enumerate(value.dims))
          info = {.axes = AxisParts(layout.getDim(dim)), .isOpen = false};
        value.partial = AxisParts(layout.getPartial());
        value.mustBeWhole = true;
      }
      PropagationResult second = propagate(settled);
      EXPECT_EQ(second.layouts, first);
      EXPECT_EQ(second.numAxesAdded, 0u);
    }
  }
}

// Ops may stand in any order.
TEST_F(RandomPropagationTest, DoesNotKnowTheOrder) {
  setMesh("x=2,y=4");
  for (int i = 0; i < 200; ++i) {
    makeGraph();
    for (PropagationValue &value : graph.values)
      value.mustBeWhole = true;
    run();
    std::vector<Layout> expected = result.layouts;
    for (int j = 0; j < 5; ++j) {
      std::shuffle(graph.ops.begin(), graph.ops.end(), random);
      run();
      EXPECT_EQ(result.layouts, expected);
    }
  }
}

} // namespace
