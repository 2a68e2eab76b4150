// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How long the search for reshards takes, and that it does not grow with the
// number of devices.

#include "partita/Sharding/Reshard.h"

#include "benchmark/benchmark.h"

#include <algorithm>
#include <random>

using namespace partita::sharding;

namespace {

ReshardProblem getProblem(const Mesh &mesh, llvm::ArrayRef<int64_t> shape,
                          llvm::StringRef from, llvm::StringRef to) {
  return {{shape.begin(), shape.end()},
          2,
          llvm::cantFail(Layout::parse(mesh, from)),
          llvm::cantFail(Layout::parse(mesh, to))};
}

/// One problem, without a cache.
void search(benchmark::State &state, const char *meshText, const char *from,
            const char *to) {
  Mesh mesh = llvm::cantFail(Mesh::parse(meshText));
  ReshardProblem problem = getProblem(mesh, {4096, 4096, 4096}, from, to);
  for (auto _ : state)
    benchmark::DoNotOptimize(llvm::cantFail(planReshard(mesh, problem)));
}

/// One problem that the cache knows.
void lookUp(benchmark::State &state) {
  Mesh mesh = llvm::cantFail(Mesh::parse("data=16,tensor=8"));
  ReshardProblem problem =
      getProblem(mesh, {4096, 4096, 4096}, R"([{"data"}, {"tensor"}, {}])",
                 R"([{"data"}, {}, {"tensor"}])");
  ReshardCache cache;
  for (auto _ : state)
    benchmark::DoNotOptimize(
        llvm::cantFail(planReshard(mesh, problem, &cache)));
}

/// A layout that puts every axis into a dimension, leaves it replicated or, if
/// `hasPartial`, makes it partial.
Layout drawLayout(const Mesh &mesh, unsigned rank, bool hasPartial,
                  std::mt19937 &random) {
  llvm::SmallVector<AxisParts, 4> dims(rank);
  AxisParts partial, axes;
  for (unsigned axis = 0; axis != mesh.getNumAxes(); ++axis)
    axes.push_back(mesh.getWhole(axis));
  std::shuffle(axes.begin(), axes.end(), random);
  for (AxisPart part : axes) {
    unsigned place = random() % (rank + 1 + unsigned(hasPartial));
    if (place < rank)
      dims[place].push_back(part);
    else if (place > rank)
      partial.push_back(part);
  }
  return llvm::cantFail(Layout::get(mesh, dims, partial));
}

/// Random pairs of layouts, without a cache: the mean time of one.
void searchRandom(benchmark::State &state, const char *meshText,
                  unsigned rank) {
  Mesh mesh = llvm::cantFail(Mesh::parse(meshText));
  std::mt19937 random(rank);
  std::vector<ReshardProblem> problems;
  for (unsigned i = 0; i != 256; ++i)
    problems.push_back({llvm::SmallVector<int64_t, 4>(rank, 4096), 2,
                        drawLayout(mesh, rank, i % 2 == 0, random),
                        drawLayout(mesh, rank, false, random)});
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(llvm::cantFail(planReshard(mesh, problems[next])));
    next = (next + 1) % problems.size();
  }
}

constexpr const char *small = "data=2,tensor=4";
constexpr const char *large = "data=512,tensor=8";

BENCHMARK_CAPTURE(search, slice_8_devices, small, "[{}, {}, {}]",
                  R"([{"data"}, {"tensor"}, {}])");
BENCHMARK_CAPTURE(search, slice_4096_devices, large, "[{}, {}, {}]",
                  R"([{"data"}, {"tensor"}, {}])");
BENCHMARK_CAPTURE(search, all_reduce_8_devices, small,
                  R"([{"data"}, {}, {}] partial={"tensor"})",
                  R"([{"data"}, {}, {}])");
BENCHMARK_CAPTURE(search, all_reduce_4096_devices, large,
                  R"([{"data"}, {}, {}] partial={"tensor"})",
                  R"([{"data"}, {}, {}])");
BENCHMARK_CAPTURE(search, all_to_all_8_devices, small,
                  R"([{"data"}, {"tensor"}, {}])",
                  R"([{"data"}, {}, {"tensor"}])");
BENCHMARK_CAPTURE(search, all_to_all_4096_devices, large,
                  R"([{"data"}, {"tensor"}, {}])",
                  R"([{"data"}, {}, {"tensor"}])");
BENCHMARK_CAPTURE(search, transposed_mesh_8_devices, small,
                  R"([{"data"}, {"tensor"}, {}])",
                  R"([{"tensor"}, {"data"}, {}])");
BENCHMARK_CAPTURE(search, transposed_mesh_4096_devices, large,
                  R"([{"data"}, {"tensor"}, {}])",
                  R"([{"tensor"}, {"data"}, {}])");
BENCHMARK(lookUp);
BENCHMARK_CAPTURE(searchRandom, 2_axes_of_128, "data=16,tensor=8", 3);
BENCHMARK_CAPTURE(searchRandom, 2_axes_of_4096, large, 3);
BENCHMARK_CAPTURE(searchRandom, 3_axes_of_256, "pod=2,data=16,tensor=8", 3);
BENCHMARK_CAPTURE(searchRandom, 4_axes_of_1024,
                  "pod=2,data=16,tensor=8,expert=4", 4);

} // namespace
