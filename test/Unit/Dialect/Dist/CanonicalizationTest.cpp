// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonicalization keeps what programs of collectives compute, on every device
// and in every element, for random meshes, sizes that do not divide included.
// The meaning of the ops is spelled out here once more, with no thought for
// speed.

#include "Dialect/Dist/DistTesting.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <random>

using namespace mlir;
using namespace partita;
using namespace partita::dist;

namespace {

//===----------------------------------------------------------------------===//
// What the ops mean
//===----------------------------------------------------------------------===//

/// A matrix; all values of the programs are matrices.
struct Matrix {
  int64_t rows = 0, columns = 0;
  std::vector<int64_t> elements;

  Matrix(int64_t rows, int64_t columns)
      : rows(rows), columns(columns), elements(rows * columns) {}

  int64_t size(int64_t dim) const { return dim == 0 ? rows : columns; }
  int64_t &at(int64_t row, int64_t column) {
    return elements[row * columns + column];
  }
  int64_t at(int64_t row, int64_t column) const {
    return elements[row * columns + column];
  }
  bool operator==(const Matrix &) const = default;
};

/// What every device holds of a value.
using Devices = std::vector<Matrix>;

/// `count` elements of `matrix` along `dim` from `first` on, with zeros beyond
/// its end.
Matrix range(const Matrix &matrix, int64_t dim, int64_t first, int64_t count) {
  Matrix result(dim == 0 ? count : matrix.rows,
                dim == 1 ? count : matrix.columns);
  for (int64_t row = 0; row < result.rows; ++row)
    for (int64_t column = 0; column < result.columns; ++column) {
      int64_t fromRow = row + (dim == 0 ? first : 0);
      int64_t fromColumn = column + (dim == 1 ? first : 0);
      if (fromRow < matrix.rows && fromColumn < matrix.columns)
        result.at(row, column) = matrix.at(fromRow, fromColumn);
    }
  return result;
}

/// All `blocks` after one another along `dim`, up to `size`.
Matrix join(ArrayRef<Matrix> blocks, int64_t dim, int64_t size) {
  Matrix result = range(blocks.front(), dim, 0, size);
  for (int64_t i = 0; i < size; ++i) {
    const Matrix &block = blocks[i / blocks.front().size(dim)];
    int64_t inBlock = i % blocks.front().size(dim);
    for (int64_t j = 0; j < result.size(1 - dim); ++j)
      (dim == 0 ? result.at(i, j) : result.at(j, i)) =
          dim == 0 ? block.at(inBlock, j) : block.at(j, inBlock);
  }
  return result;
}

Matrix combine(Combiner combiner, ArrayRef<Matrix> values) {
  Matrix result = values.front();
  for (const Matrix &value : values.drop_front())
    for (auto [into, element] : llvm::zip(result.elements, value.elements))
      into = combiner == Combiner::Sum   ? into + element
             : combiner == Combiner::Max ? std::max(into, element)
                                         : std::min(into, element);
  return result;
}

class Machine {
public:
  explicit Machine(MeshAttr mesh) : mesh(mesh) {}

  /// The results of the function for an argument.
  std::vector<Devices> run(func::FuncOp function, const Devices &argument) {
    values.clear();
    values.try_emplace(function.getArgument(0), argument);
    std::vector<Devices> results;
    for (Operation &op : function.front()) {
      if (isa<func::ReturnOp>(op)) {
        for (Value operand : op.getOperands())
          results.push_back(values.at(operand));
        break;
      }
      values.try_emplace(op.getResult(0), run(&op));
    }
    return results;
  }

private:
  Devices run(Operation *op) {
    const Devices &input = values.at(op->getOperand(0));
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    Devices result;
    for (int64_t device = 0; device < mesh.getDeviceCount(); ++device)
      result.push_back(runOn(op, input, type, device));
    return result;
  }

  /// The inputs of the group of `device`.
  std::vector<Matrix> group(const Devices &input, AxesAttr axes,
                            int64_t device) {
    std::vector<Matrix> members;
    members.reserve(mesh.getSize(axes.getParts()));
    for (int64_t i = 0; i < mesh.getSize(axes.getParts()); ++i)
      members.push_back(input[mesh.getDevice(device, axes.getParts(), i)]);
    return members;
  }

  Matrix block(const Matrix &matrix, int64_t dim, AxesAttr axes,
               RankedTensorType type, int64_t device) {
    int64_t size = type.getDimSize(dim);
    return range(matrix, dim, size * mesh.getIndex(device, axes.getParts()),
                 size);
  }

  Matrix runOn(Operation *op, const Devices &input, RankedTensorType type,
               int64_t device) {
    return llvm::TypeSwitch<Operation *, Matrix>(op)
        .Case([&](SliceOp slice) {
          return block(input[device], slice.getDim(), slice.getAxes(), type,
                       device);
        })
        .Case([&](AllGatherOp gather) {
          return join(group(input, gather.getAxes(), device), gather.getDim(),
                      type.getDimSize(gather.getDim()));
        })
        .Case([&](AllReduceOp reduce) {
          return combine(reduce.getCombiner(),
                         group(input, reduce.getAxes(), device));
        })
        .Case([&](ReduceScatterOp scatter) {
          return block(combine(scatter.getCombiner(),
                               group(input, scatter.getAxes(), device)),
                       scatter.getDim(), scatter.getAxes(), type, device);
        })
        .Case([&](AllToAllOp all) {
          Matrix joined =
              join(group(input, all.getAxes(), device), all.getJoinDim(),
                   type.getDimSize(all.getJoinDim()));
          return block(joined, all.getSplitDim(), all.getSplitOrder(), type,
                       device);
        })
        .Case([&](PermuteOp permute) {
          return input[permute.getRoute().getSource(mesh, device)];
        })
        .Case([&](BroadcastOp broadcast) {
          return group(input, broadcast.getAxes(), device)[broadcast.getRoot()];
        });
  }

  MeshAttr mesh;
  std::map<Value, Devices, decltype([](Value lhs, Value rhs) {
             return lhs.getAsOpaquePointer() < rhs.getAsOpaquePointer();
           })>
      values;
};

//===----------------------------------------------------------------------===//
// Random programs
//===----------------------------------------------------------------------===//

class CanonicalizationTest : public DistTest {
protected:
  int64_t draw(int64_t count) { return random() % count; }
  template <typename T> T drawFrom(ArrayRef<T> choices) {
    return choices[draw(choices.size())];
  }
  template <typename T> void shuffle(SmallVectorImpl<T> &items) {
    for (size_t i = items.size(); i > 1; --i)
      std::swap(items[i - 1], items[draw(i)]);
  }

  MeshAttr drawMesh() {
    while (true) {
      SmallVector<MeshAxisAttr> axes;
      for (StringRef name : {"x", "y", "z"})
        axes.push_back(MeshAxisAttr::get(
            &context, name, drawFrom<int64_t>({1, 2, 3, 4, 6}), {}));
      axes.resize(1 + draw(3));
      auto mesh = MeshAttr::get(&context, axes);
      if (mesh.getDeviceCount() <= 24)
        return mesh;
    }
  }

  /// The digits of all axes: parts that no other part cuts.
  SmallVector<AxisPartAttr> digits(MeshAttr mesh) {
    SmallVector<AxisPartAttr> result;
    for (MeshAxisAttr axis : mesh.getAxes()) {
      int64_t size = axis.getSize();
      if (size == 4 || size == 6) {
        result.push_back(AxisPartAttr::get(&context, axis.getName(), 1, 2));
        result.push_back(
            AxisPartAttr::get(&context, axis.getName(), 2, size / 2));
      } else {
        result.push_back(AxisPartAttr::get(&context, axis.getName()));
      }
    }
    return result;
  }

  AxesAttr axes(MeshAttr mesh, ArrayRef<AxisPartAttr> parts) {
    return AxesAttr::get(&context, mesh.getCanonical(parts));
  }

  /// Some axes, in mesh order more often than not; or those by which `input`
  /// was made, all of them or the first, so that ops often fit one another.
  AxesAttr drawAxes(MeshAttr mesh, Value input) {
    SmallVector<AxisPartAttr> parts;
    Operation *op = input.getDefiningOp();
    if (auto before = op ? op->getAttrOfType<AxesAttr>("axes") : AxesAttr();
        before && draw(2) == 0) {
      llvm::append_range(parts, before.getParts());
      if (draw(2) == 0)
        parts.resize(draw(parts.size() + 1));
      return axes(mesh, parts);
    }
    for (AxisPartAttr part : digits(mesh))
      if (draw(5) < 2)
        parts.push_back(part);
    if (draw(3) == 0)
      shuffle(parts);
    return axes(mesh, parts);
  }

  /// A size of which `block` is one of `count` blocks.
  int64_t drawWhole(int64_t block, int64_t count) {
    int64_t whole = block * count;
    if (block == 0 || draw(2) == 0)
      return whole;
    return whole - draw(count);
  }

  /// All digits in one of few orders, so that one order often leads to the
  /// next.
  AxesAttr drawOrder(MeshAttr mesh) {
    SmallVector<AxisPartAttr> parts = digits(mesh);
    if (draw(2) == 0)
      std::rotate(parts.begin(), parts.begin() + 1, parts.end());
    if (draw(2) == 0)
      std::reverse(parts.begin(), parts.end());
    return axes(mesh, parts);
  }

  RouteAttrInterface drawRoute(MeshAttr mesh, AxesAttr order, Value input) {
    switch (draw(3)) {
    case 0:
      return ShiftAttr::get(&context, order,
                            draw(mesh.getSize(order.getParts())));
    case 1: {
      AxesAttr from = drawOrder(mesh), to = drawOrder(mesh);
      if (auto before = input.getDefiningOp<PermuteOp>())
        if (auto reorder = dyn_cast<ReorderAttr>(before.getRoute());
            reorder && draw(2) == 0)
          return ReorderAttr::get(reorder.getTo(), reorder.getFrom());
      return ReorderAttr::get(from, to);
    }
    default: {
      SmallVector<int64_t> devices =
          llvm::to_vector(llvm::seq(mesh.getDeviceCount()));
      shuffle(devices);
      SmallVector<std::pair<int64_t, int64_t>> pairs;
      int64_t count = draw(devices.size() + 1);
      for (int64_t i = 0; i < count; ++i)
        pairs.push_back({devices[i], devices[(i + 1) % count]});
      return PairsAttr::get(&context, pairs);
    }
    }
  }

  /// Any dimension, but more often one that fits the op before.
  int64_t drawDim(Value input) {
    Operation *op = input.getDefiningOp();
    if (op && draw(3) != 0)
      for (StringRef name : {"dim", "split_dim"})
        if (auto dim = op->getAttrOfType<IntegerAttr>(name))
          return dim.getInt();
    return draw(2);
  }

  enum class Kind {
    Slice,
    AllGather,
    AllReduce,
    ReduceScatter,
    AllToAll,
    Permute,
    Broadcast
  };

  /// Any kind, but more often one that canonicalization joins with the op that
  /// `input` comes from.
  Kind drawKind(Value input) {
    Operation *op = input.getDefiningOp();
    if (!op || draw(2) == 0)
      return static_cast<Kind>(draw(7));
    if (isa<AllGatherOp>(op))
      return draw(2) == 0 ? Kind::AllGather : Kind::Slice;
    if (isa<AllReduceOp>(op))
      return draw(2) == 0 ? Kind::AllReduce : Kind::Slice;
    return llvm::TypeSwitch<Operation *, Kind>(op)
        .Case([](SliceOp) { return Kind::Slice; })
        .Case([](ReduceScatterOp) { return Kind::ReduceScatter; })
        .Case([](AllToAllOp) { return Kind::AllToAll; })
        .Case([](PermuteOp) { return Kind::Permute; })
        .Case([](BroadcastOp) { return Kind::Broadcast; });
  }

  Value drawOp(OpBuilder &builder, MeshOp meshOp, Value input) {
    Location loc = input.getLoc();
    MeshAttr mesh = meshOp.getMesh();
    AxesAttr order = drawAxes(mesh, input);
    FlatSymbolRefAttr name = meshOp.getReference();
    auto type = cast<RankedTensorType>(input.getType());
    int64_t size = mesh.getSize(order.getParts()), dim = drawDim(input);
    auto combiner = drawFrom<Combiner>(
        {Combiner::Sum, Combiner::Sum, Combiner::Max, Combiner::Min});
    // Longer inputs come of gathers only, and should not grow without end.
    bool mayGrow = type.getDimSize(dim) * size <= 96;
    auto joined = [&] {
      SmallVector<int64_t> shape(type.getShape());
      shape[dim] = drawWhole(shape[dim], size);
      return shape;
    };
    Kind kind = drawKind(input);
    if (!mayGrow && (kind == Kind::AllGather || kind == Kind::AllToAll))
      kind = Kind::Slice;
    switch (kind) {
    case Kind::Slice:
      return SliceOp::create(builder, loc, input, dim, meshOp, order);
    case Kind::AllGather:
      return AllGatherOp::create(builder, loc, type.clone(joined()), input,
                                 builder.getI64IntegerAttr(dim), name, order,
                                 /*start=*/nullptr)
          .getResult();
    case Kind::AllReduce:
      return AllReduceOp::create(builder, loc, input, combiner, meshOp, order)
          .getResult();
    case Kind::ReduceScatter:
      return ReduceScatterOp::create(builder, loc, input, combiner, dim, meshOp,
                                     order)
          .getResult();
    case Kind::AllToAll: {
      SmallVector<AxisPartAttr> other(order.getParts());
      shuffle(other);
      AxesAttr splitOrder = axes(mesh, other);
      // Back to where an op before came from, or nearly.
      if (auto before = input.getDefiningOp<AllToAllOp>();
          before && before.getSplitDim() == static_cast<uint64_t>(dim) &&
          mesh.getSize(before.getAxes().getParts()) == size) {
        AxesAttr orders[] = {before.getAxes(), before.getSplitOrder()};
        order = drawFrom<AxesAttr>(orders);
        splitOrder = drawFrom<AxesAttr>(orders);
      }
      SmallVector<int64_t> shape = joined();
      shape[1 - dim] = llvm::divideCeil(shape[1 - dim], size);
      return AllToAllOp::create(builder, loc, type.clone(shape), input,
                                builder.getI64IntegerAttr(dim),
                                builder.getI64IntegerAttr(1 - dim), name, order,
                                splitOrder == order ? AxesAttr() : splitOrder,
                                /*start=*/nullptr)
          .getResult();
    }
    case Kind::Permute:
      return PermuteOp::create(builder, loc, input, meshOp,
                               drawRoute(mesh, order, input))
          .getResult();
    case Kind::Broadcast:
      return BroadcastOp::create(builder, loc, input, draw(size), meshOp, order)
          .getResult();
    }
    llvm_unreachable("unknown kind");
  }

  /// A program of a mesh and a function of some ops in a row or beside one
  /// another.
  OwningOpRef<ModuleOp> drawProgram(MeshAttr mesh) {
    Location loc = UnknownLoc::get(&context);
    OwningOpRef<ModuleOp> owner = ModuleOp::create(loc);
    OpBuilder builder(owner->getBodyRegion());
    auto meshOp = MeshOp::create(builder, loc, "mesh", mesh);
    // Sizes that divide, for rewrites that want them, and others.
    auto drawSize = [&] {
      return draw(2) == 0 ? mesh.getDeviceCount() : 1 + draw(8);
    };
    auto type =
        RankedTensorType::get({drawSize(), drawSize()}, builder.getI64Type());
    auto function = func::FuncOp::create(builder, loc, "f",
                                         builder.getFunctionType(type, {}));
    builder.setInsertionPointToStart(function.addEntryBlock());
    SmallVector<Value> values = {function.getArgument(0)};
    for (int64_t i = 0, count = 2 + draw(5); i < count; ++i) {
      // Mostly of the last, as chains are what is rewritten.
      Value input = draw(4) == 0 ? drawFrom<Value>(values) : values.back();
      values.push_back(drawOp(builder, meshOp, input));
    }
    SmallVector<Value> results = {values.back()};
    for (Value value : ArrayRef(values).drop_back())
      if (draw(6) == 0)
        results.push_back(value);
    func::ReturnOp::create(builder, loc, results);
    function.setType(builder.getFunctionType(type, ValueRange(results)));
    return owner;
  }

  static std::string print(ModuleOp owner) {
    std::string text;
    llvm::raw_string_ostream(text) << owner;
    return text;
  }

  static int64_t countOps(ModuleOp owner) {
    int64_t count = 0;
    owner.walk([&](Operation *) { ++count; });
    return count;
  }

  // The same sequence on every machine.
  // NOLINTNEXTLINE(bugprone-random-generator-seed)
  std::mt19937_64 random{20240229};
};

TEST_F(CanonicalizationTest, KeepsMeaning) {
  constexpr int programs = 8000;
  int shrunk = 0;
  for (int i = 0; i < programs; ++i) {
    MeshAttr mesh = drawMesh();
    OwningOpRef<ModuleOp> program = drawProgram(mesh);
    ASSERT_TRUE(succeeded(verify(*program)));
    auto function = *program->getOps<func::FuncOp>().begin();
    auto type = cast<RankedTensorType>(function.getArgument(0).getType());
    Devices argument(mesh.getDeviceCount(),
                     Matrix(type.getDimSize(0), type.getDimSize(1)));
    for (Matrix &matrix : argument)
      for (int64_t &element : matrix.elements)
        element = 1 + draw(1000);

    std::string before = print(*program);
    int64_t opsBefore = countOps(*program);
    std::vector<Devices> expected = Machine(mesh).run(function, argument);
    PassManager passes(&context);
    passes.addPass(createCanonicalizerPass());
    ASSERT_TRUE(succeeded(passes.run(*program)));
    std::vector<Devices> actual = Machine(mesh).run(function, argument);

    ASSERT_EQ(actual, expected) << "program " << i << ":\n"
                                << before << "became:\n"
                                << print(*program);
    if (countOps(*program) < opsBefore)
      ++shrunk;
  }
  // The programs give the rewrites something to do.
  EXPECT_GT(shrunk, programs / 4);
}

} // namespace
