// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the proof says that collectives do is what they do: on random layouts of
// small tensors, each collective is carried out element by element, and every
// device must then hold what the layout says.

#include "Shard.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <map>
#include <numeric>
#include <random>

using namespace partita;
using namespace partita::sharding;
using namespace partita::verify;
using llvm::ArrayRef;
using llvm::SmallVector;

namespace {

/// A matrix on every device.
struct Matrix {
  int64_t rows = 0, columns = 0;
  std::vector<uint64_t> elements;

  Matrix(int64_t rows, int64_t columns)
      : rows(rows), columns(columns), elements(rows * columns) {}
  uint64_t &at(int64_t row, int64_t column) {
    return elements[row * columns + column];
  }
};
using Devices = std::vector<Matrix>;

class CollectivesTest : public testing::Test {
protected:
  int64_t between(int64_t low, int64_t high) {
    return low + int64_t(engine() % uint64_t(high - low + 1));
  }

  static Mesh meshOf(llvm::StringRef text) {
    return llvm::cantFail(Mesh::parse(text));
  }

  static bool succeeds(llvm::Expected<Shard> shard) {
    bool isShard = bool(shard);
    llvm::consumeError(shard.takeError());
    return isShard;
  }

  /// Parts of the axes of `mesh` that do not overlap, in any order: whole axes,
  /// halves and what is left over.
  AxisParts drawParts(const Mesh &mesh) {
    AxisParts parts;
    for (unsigned axis = 0; axis != mesh.getNumAxes(); ++axis) {
      AxisPart whole = mesh.getWhole(axis);
      if (whole.size == 4 && between(0, 1)) {
        parts.push_back({axis, 1, 2});
        parts.push_back({axis, 2, 2});
      } else {
        parts.push_back(whole);
      }
    }
    std::shuffle(parts.begin(), parts.end(), engine);
    return parts;
  }

  /// A layout of a matrix, with `parts` in dimensions, partial or left out.
  Layout drawLayout(const Mesh &mesh, ArrayRef<AxisPart> parts) {
    AxisParts dims[2], partial;
    for (AxisPart part : parts)
      switch (between(0, 3)) {
      case 0:
      case 1:
        dims[between(0, 1)].push_back(part);
        break;
      case 2:
        partial.push_back(part);
        break;
      default:
        break;
      }
    return llvm::cantFail(Layout::get(mesh, dims, partial));
  }

  /// What devices hold of `global` under `shard`, with random contributions
  /// where it is partial and zeros in pads.
  Devices scatter(const Mesh &mesh, const Shard &shard, Matrix global) {
    SmallVector<int64_t> local = shard.getLocalShape();
    Devices devices(mesh.getNumDevices(), Matrix(local[0], local[1]));
    int64_t contributions = getSize(shard.layout.getPartial());
    for (int64_t row = 0; row != global.rows; ++row)
      for (int64_t column = 0; column != global.columns; ++column) {
        std::vector<uint64_t> parts(contributions);
        for (uint64_t &part : llvm::drop_begin(parts))
          part = engine();
        parts[0] = global.at(row, column) -
                   std::accumulate(parts.begin() + 1, parts.end(), uint64_t(0));
        for (int64_t device = 0; device != mesh.getNumDevices(); ++device) {
          int64_t r =
              row - local[0] * mesh.getIndex(device, shard.layout.getDim(0));
          int64_t c =
              column - local[1] * mesh.getIndex(device, shard.layout.getDim(1));
          if (r >= 0 && r < local[0] && c >= 0 && c < local[1])
            devices[device].at(r, c) =
                parts[mesh.getIndex(device, shard.layout.getPartial())];
        }
      }
    return devices;
  }

  /// Whether `devices` hold the shards `shard` of `global`: their contributions
  /// add up, and those that should hold the same do.
  static bool hold(const Mesh &mesh, const Shard &shard, Matrix global,
                   Devices devices) {
    SmallVector<int64_t> local = shard.getLocalShape();
    AxisParts parts = shard.layout.getParts();
    std::map<int64_t, std::vector<uint64_t>> byContent;
    for (int64_t device = 0; device != mesh.getNumDevices(); ++device) {
      Matrix &held = devices[device];
      if (held.rows != local[0] || held.columns != local[1])
        return false;
      auto [it, isNew] =
          byContent.try_emplace(mesh.getIndex(device, parts), held.elements);
      if (!isNew && it->second != held.elements)
        return false;
      // The sum over the devices that hold the other contributions.
      for (int64_t r = 0; r != local[0]; ++r)
        for (int64_t c = 0; c != local[1]; ++c) {
          uint64_t sum = 0;
          for (int64_t i = 0; i != getSize(shard.layout.getPartial()); ++i)
            sum += devices[mesh.getDevice(device, shard.layout.getPartial(), i)]
                       .at(r, c);
          int64_t row =
              r + local[0] * mesh.getIndex(device, shard.layout.getDim(0));
          int64_t column =
              c + local[1] * mesh.getIndex(device, shard.layout.getDim(1));
          bool isPad = row >= global.rows || column >= global.columns;
          if (!isPad && sum != global.at(row, column))
            return false;
        }
    }
    return true;
  }

  //===--------------------------------------------------------------------===//
  // The meaning of the ops
  //===--------------------------------------------------------------------===//

  static Devices slice(const Mesh &mesh, Devices devices, unsigned dim,
                       ArrayRef<AxisPart> parts) {
    int64_t n = getSize(parts);
    Devices result;
    for (int64_t device = 0; device != mesh.getNumDevices(); ++device) {
      Matrix &from = devices[device];
      int64_t rows = dim == 0 ? (from.rows + n - 1) / n : from.rows;
      int64_t columns = dim == 1 ? (from.columns + n - 1) / n : from.columns;
      Matrix to(rows, columns);
      int64_t index = mesh.getIndex(device, parts);
      for (int64_t r = 0; r != rows; ++r)
        for (int64_t c = 0; c != columns; ++c) {
          int64_t row = dim == 0 ? r + index * rows : r;
          int64_t column = dim == 1 ? c + index * columns : c;
          if (row < from.rows && column < from.columns)
            to.at(r, c) = from.at(row, column);
        }
      result.push_back(to);
    }
    return result;
  }

  static Devices gather(const Mesh &mesh, Devices devices, unsigned dim,
                        ArrayRef<AxisPart> parts, int64_t size) {
    int64_t n = getSize(parts);
    Devices result;
    for (int64_t device = 0; device != mesh.getNumDevices(); ++device) {
      int64_t rows = devices[0].rows, columns = devices[0].columns;
      Matrix to(dim == 0 ? size : rows, dim == 1 ? size : columns);
      for (int64_t i = 0; i != n; ++i) {
        Matrix &from = devices[mesh.getDevice(device, parts, i)];
        for (int64_t r = 0; r != rows; ++r)
          for (int64_t c = 0; c != columns; ++c) {
            int64_t row = dim == 0 ? r + i * rows : r;
            int64_t column = dim == 1 ? c + i * columns : c;
            if (row < to.rows && column < to.columns)
              to.at(row, column) = from.at(r, c);
          }
      }
      result.push_back(to);
    }
    return result;
  }

  static Devices reduce(const Mesh &mesh, Devices devices,
                        ArrayRef<AxisPart> parts) {
    Devices result;
    for (int64_t device = 0; device != mesh.getNumDevices(); ++device) {
      Matrix sum(devices[0].rows, devices[0].columns);
      for (int64_t i = 0; i != getSize(parts); ++i)
        for (auto [to, from] :
             llvm::zip(sum.elements,
                       devices[mesh.getDevice(device, parts, i)].elements))
          to += from;
      result.push_back(sum);
    }
    return result;
  }

  static Devices route(const Mesh &mesh, const Devices &devices,
                       llvm::function_ref<int64_t(int64_t)> getSource) {
    Devices result;
    for (int64_t device = 0; device != mesh.getNumDevices(); ++device)
      result.push_back(devices[getSource(device)]);
    return result;
  }

  // NOLINTNEXTLINE(bugprone-random-generator-seed)
  std::mt19937_64 engine{1};
};

// A layout that is claimed holds; most random ops on random layouts leave none,
// so what is refused is counted, too.
TEST_F(CollectivesTest, BringWhatTheySay) {
  unsigned accepted[7] = {}, refused[7] = {};
  for (const char *text : {"a=2", "a=4", "a=2,b=2", "a=2,b=4", "a=2,b=2,c=2",
                           "a=2,b=2,c=3", "a=3,b=4", "a=4,b=3"}) {
    Mesh mesh = meshOf(text);
    Collectives collectives(mesh);
    for (int sample = 0; sample != 1500; ++sample) {
      AxisParts parts = drawParts(mesh);
      Shard shard = Shard::getWhole({0, 0});
      shard.layout = drawLayout(mesh, parts);
      Matrix global(shard.layout.getNumBlocks(0) * between(1, 4),
                    shard.layout.getNumBlocks(1) * between(1, 4));
      Layout layout = shard.layout;
      shard = Shard::getWhole({global.rows, global.columns});
      shard.layout = layout;
      for (uint64_t &element : global.elements)
        element = engine();
      Devices before = scatter(mesh, shard, global);
      ASSERT_TRUE(hold(mesh, shard, global, before)) << shard.str(mesh);

      // Some of the parts, often of those in the layout's last places.
      AxisParts group(llvm::ArrayRef(parts).take_front(
          between(1, std::min<int64_t>(2, parts.size()))));
      unsigned dim = between(0, 1);
      if (between(0, 1) && !layout.getDim(dim).empty())
        group = AxisParts{layout.getDim(dim).back()};
      if (between(0, 3) == 0 && !layout.getPartial().empty())
        group = AxisParts(layout.getPartial());
      int64_t n = getSize(group), joined = before[0].rows;
      if (dim == 1)
        joined = before[0].columns;
      joined = joined * n - (between(0, 3) == 0 ? between(0, n - 1) : 0);

      int kind = between(0, 6);
      llvm::Expected<Shard> after = shard;
      Devices result;
      switch (kind) {
      case 0:
        after = collectives.slice(shard, dim, group);
        result = slice(mesh, before, dim, group);
        break;
      case 1:
        after = collectives.allGather(shard, dim, group, joined);
        result = gather(mesh, before, dim, group, joined);
        break;
      case 2:
        after = collectives.allReduce(shard, Combiner::Sum, group);
        result = reduce(mesh, before, group);
        break;
      case 3:
        after = collectives.reduceScatter(shard, Combiner::Sum, dim, group);
        result = slice(mesh, reduce(mesh, before, group), dim, group);
        break;
      case 4: {
        AxisParts split = group;
        std::shuffle(split.begin(), split.end(), engine);
        after = collectives.allToAll(shard, dim, 1 - dim, group, split, joined);
        result = slice(mesh, gather(mesh, before, dim, group, joined), 1 - dim,
                       split);
        break;
      }
      case 5: {
        AxisParts targets = parts;
        std::shuffle(targets.begin(), targets.end(), engine);
        after = collectives.reorder(shard, parts, targets);
        result = route(mesh, before, [&](int64_t device) {
          return mesh.getDevice(device, parts, mesh.getIndex(device, targets));
        });
        break;
      }
      default: {
        int64_t by = between(0, n - 1);
        auto getSource = [&](int64_t device) {
          return mesh.getDevice(device, group,
                                (mesh.getIndex(device, group) + by) % n);
        };
        after = between(0, 1) ? collectives.route(shard, getSource)
                              : collectives.exchangeWithin(shard, group);
        result = route(mesh, before, getSource);
        break;
      }
      }
      if (!after) {
        ++refused[kind];
        llvm::consumeError(after.takeError());
        continue;
      }
      ++accepted[kind];
      EXPECT_TRUE(hold(mesh, *after, global, result))
          << "op " << kind << " on " << shard.str(mesh) << " gives "
          << after->str(mesh);
    }
  }
  EXPECT_THAT(accepted, testing::Each(testing::Ge(100u)));
  EXPECT_THAT(llvm::ArrayRef(refused).drop_back(2),
              testing::Each(testing::Ge(50u)));
}

// Only what is joined as a whole may leave out the pads at its end.
TEST_F(CollectivesTest, GatherDropsPads) {
  Mesh mesh = meshOf("a=4");
  Collectives collectives(mesh);
  Shard whole = Shard::getWhole({10, 3});
  AxisPart a = mesh.getWhole(0);
  Shard sliced = llvm::cantFail(collectives.slice(whole, 0, a));
  EXPECT_EQ(sliced.str(mesh), "[{\"a\"}, {}] padded [[10 -> 12], [3]]");
  EXPECT_THAT(sliced.getLocalShape(), testing::ElementsAre(3, 3));
  EXPECT_EQ(llvm::cantFail(collectives.allGather(sliced, 0, a, 10)), whole);
  Shard padded = llvm::cantFail(collectives.allGather(sliced, 0, a, 12));
  EXPECT_EQ(padded.str(mesh), "[{}, {}] padded [[10 -> 12], [3]]");
  EXPECT_FALSE(succeeds(collectives.allGather(sliced, 0, a, 11)));
  EXPECT_FALSE(
      succeeds(collectives.allGather(sliced, 0, AxisPart{0, 2, 2}, 5)));
}

// Pads within a dimension are no pads at its end.
TEST_F(CollectivesTest, GatherKeepsInnerPads) {
  Mesh mesh = meshOf("a=2");
  Collectives collectives(mesh);
  Shard shard = Shard::getWhole({6});
  shard.dims[0] = {{2, 2}, {3, 4}};
  AxisPart a = mesh.getWhole(0);
  shard = llvm::cantFail(collectives.slice(shard, 0, a));
  EXPECT_FALSE(succeeds(collectives.allGather(shard, 0, a, 6)));
  EXPECT_TRUE(succeeds(collectives.allGather(shard, 0, a, 8)));
}

TEST(AtomsTest, JoinsWhatIsNotPadded) {
  EXPECT_THAT(joinAtoms({{2, 2}, {1, 1}, {3, 3}}),
              testing::ElementsAre(Atom{6, 6}));
  EXPECT_THAT(joinAtoms({{3, 4}, {2, 2}, {1, 2}}),
              testing::ElementsAre(Atom{6, 8}, Atom{1, 2}));
  EXPECT_THAT(joinAtoms({{1, 1}}), testing::IsEmpty());
}

// A mask says which atoms its dimension is made of.
TEST(AtomsTest, AreFoundInMasks) {
  for (const Atoms &atoms :
       {Atoms{}, Atoms{{5, 5}}, Atoms{{5, 7}}, Atoms{{2, 2}, {3, 4}},
        Atoms{{3, 4}, {2, 3}}, Atoms{{2, 2}, {3, 5}, {1, 2}}}) {
    llvm::SmallVector<bool> isKept = {true};
    for (Atom atom : llvm::reverse(atoms)) {
      llvm::SmallVector<bool> outer;
      for (int64_t i = 0; i != atom.padded; ++i)
        for (bool inner : isKept)
          outer.push_back(inner && i < atom.size);
      isKept = outer;
    }
    EXPECT_EQ(findAtoms(isKept), joinAtoms(atoms));
  }
  EXPECT_EQ(findAtoms({true, true, false, true}), std::nullopt);
  EXPECT_EQ(findAtoms({false, true}), std::nullopt);
  EXPECT_EQ(findAtoms({true, false, true, true}), std::nullopt);
}

} // namespace
