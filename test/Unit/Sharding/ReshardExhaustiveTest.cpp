// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The search against the least bytes there are, for all pairs of layouts with
// all orders of axes and all contributions; and plans against what their steps
// mean.

#include "Sharding/LayoutGraph.h"
#include "Sharding/ShardingTesting.h"
#include "Sharding/SimulatedDevices.h"
#include "partita/Sharding/Reshard.h"

#include <limits>

using namespace partita::sharding;
using namespace partita::sharding::test;

namespace {

/// Whether layouts split dimensions over whole axes, or over all parts of them
/// that there are.
enum class Cuts { Axes, Parts };

struct ReshardCase {
  std::vector<int64_t> axes, shape;
  Cuts cuts;
  /// Every one of so many pairs is tested; 1 for all.
  size_t stride = 1;
};

std::ostream &operator<<(std::ostream &os, const ReshardCase &testCase) {
  auto print = [&](const std::vector<int64_t> &sizes) {
    for (size_t i = 0; i != sizes.size(); ++i)
      os << (i == 0 ? "" : "x") << sizes[i];
  };
  print(testCase.shape);
  os << " on ";
  print(testCase.axes);
  return os << (testCase.cuts == Cuts::Axes ? " by axes" : " by parts");
}

class ReshardExhaustiveTest : public testing::TestWithParam<ReshardCase> {
protected:
  /// The mesh a=...,b=... and so on.
  static Mesh getMesh(const std::vector<int64_t> &sizes) {
    llvm::SmallVector<Axis> axes;
    for (int64_t size : sizes)
      axes.push_back({std::string(1, char('a' + axes.size())), size});
    return llvm::cantFail(Mesh::get(axes));
  }

  static AxisParts getParts(const std::vector<LayoutGraph::Digit> &digits) {
    AxisParts parts;
    for (const LayoutGraph::Digit &digit : digits)
      parts.push_back({unsigned(digit[0]), digit[1], digit[2]});
    return parts;
  }

  static Layout getLayout(const Mesh &mesh, const LayoutGraph::Node &node) {
    llvm::SmallVector<AxisParts, 4> dims;
    for (const std::vector<LayoutGraph::Digit> &dim : node.dims)
      dims.push_back(getParts(dim));
    return llvm::cantFail(Layout::get(mesh, dims, getParts(node.partial)));
  }

  static bool isOfWholeAxes(const Mesh &mesh, const Layout &layout) {
    return llvm::all_of(layout.getParts(), [&](AxisPart part) {
      return part == mesh.getWhole(part.axis);
    });
  }

  /// Carries `plan` out.
  static void check(const Mesh &mesh, const ReshardProblem &problem,
                    const Plan &plan) {
    SimulatedDevices devices(mesh, problem.shape, problem.from);
    int64_t bytes = 0;
    for (const Step &step : plan.steps) {
      int64_t received = devices.apply(step) * problem.elementBytes;
      // A permute after which all keep what they have would be none.
      ASSERT_EQ(received, step.bytes);
      ASSERT_EQ(devices.check(step.layout), "");
      bytes += step.bytes;
    }
    ASSERT_EQ(bytes, plan.bytes);
    ASSERT_EQ(devices.check(problem.to), "");
  }
};

TEST_P(ReshardExhaustiveTest, MovesTheLeastBytes) {
  const ReshardCase &testCase = GetParam();
  Mesh mesh = getMesh(testCase.axes);
  LayoutGraph graph(testCase.axes, testCase.shape, /*elementBytes=*/2);
  std::vector<std::pair<size_t, Layout>> layouts;
  for (size_t node = 0; node != graph.getNodes().size(); ++node) {
    Layout layout = getLayout(mesh, graph.getNodes()[node]);
    if (testCase.cuts == Cuts::Parts || isOfWholeAxes(mesh, layout))
      layouts.emplace_back(node, layout);
  }
  ReshardCache cache;
  size_t numPairs = 0;
  for (const auto &[fromNode, from] : layouts) {
    std::vector<int64_t> distances = graph.getDistances(fromNode);
    for (const auto &[toNode, to] : layouts) {
      if (++numPairs % testCase.stride != 0)
        continue;
      SCOPED_TRACE(from.str(mesh) + " to " + to.str(mesh));
      ReshardProblem problem = {
          {testCase.shape.begin(), testCase.shape.end()}, 2, from, to};
      llvm::Expected<Plan> plan = planReshard(mesh, problem, &cache);
      bool hasWay = distances[toNode] != std::numeric_limits<int64_t>::max();
      ASSERT_EQ(bool(plan), hasWay);
      if (!plan) {
        llvm::consumeError(plan.takeError());
        continue;
      }
      ASSERT_EQ(plan->bytes, distances[toNode]) << plan->str(mesh);
      // Which takes longer than finding it.
      if (numPairs % 13 == 0)
        ASSERT_NO_FATAL_FAILURE(check(mesh, problem, *plan)) << plan->str(mesh);
    }
  }
}

// Dimensions that can be split over all devices.
INSTANTIATE_TEST_SUITE_P(
    Roomy, ReshardExhaustiveTest,
    testing::Values(ReshardCase{{2, 2, 2}, {8, 8, 8}, Cuts::Axes},
                    ReshardCase{{2, 4}, {8, 8, 8}, Cuts::Axes},
                    ReshardCase{{4, 4}, {16, 16, 16}, Cuts::Axes},
                    ReshardCase{{4, 2, 2}, {16, 16, 16}, Cuts::Axes},
                    ReshardCase{{2, 4}, {8, 8}, Cuts::Parts},
                    ReshardCase{{8}, {8, 8}, Cuts::Parts},
                    ReshardCase{{3, 9}, {27, 27}, Cuts::Parts},
                    ReshardCase{{4, 4}, {16, 16}, Cuts::Parts, 5},
                    ReshardCase{{2, 2, 4}, {16, 16}, Cuts::Parts, 11}));

// Axes of different primes, whole.
INSTANTIATE_TEST_SUITE_P(
    Primes, ReshardExhaustiveTest,
    testing::Values(ReshardCase{{6}, {6, 6, 6}, Cuts::Axes},
                    ReshardCase{{2, 3}, {6, 6, 6}, Cuts::Axes},
                    ReshardCase{{2, 6}, {12, 12}, Cuts::Axes},
                    ReshardCase{{3, 2, 2}, {12, 12}, Cuts::Axes},
                    ReshardCase{{2, 3, 5}, {30, 30}, Cuts::Axes}));

// Dimensions with room for some devices only.
INSTANTIATE_TEST_SUITE_P(
    Tight, ReshardExhaustiveTest,
    testing::Values(ReshardCase{{2, 2, 2}, {4, 2, 2}, Cuts::Axes},
                    ReshardCase{{4, 2}, {4, 4, 2}, Cuts::Parts, 3},
                    ReshardCase{{4, 2, 2}, {4, 8, 2}, Cuts::Axes, 3},
                    ReshardCase{{4, 2, 2}, {2, 16, 4}, Cuts::Axes, 3},
                    ReshardCase{{4, 4}, {4, 16}, Cuts::Parts, 23}));

} // namespace
