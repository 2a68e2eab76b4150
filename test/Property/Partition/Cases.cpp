// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Cases.h"

#include "SampleTest.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Interpreter/Distribution.h"
#include "partita/Registration/Pipelines.h"
#include "partita/Registration/Registration.h"
#include "partita/Transforms/Propagation/Passes.h"
#include "partita/Verify/Verify.h"

#include <cmath>
#include <cstdlib>

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using namespace partita::test;

uint64_t test::getNumber(const char *variable, uint64_t otherwise) {
  const char *text = std::getenv(variable);
  uint64_t value;
  return text && !StringRef(text).getAsInteger(10, value) ? value : otherwise;
}

void test::setUp(MLIRContext &context) {
  DialectRegistry registry;
  registerDialects(registry);
  registry.insert<arith::ArithDialect, func::FuncDialect, math::MathDialect,
                  scf::SCFDialect>();
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
  context.disableMultithreading();
}

func::FuncOp test::getLocalMain(ModuleOp module) {
  return module.lookupSymbol<func::FuncOp>("main");
}

func::FuncOp test::getGlobalMain(ModuleOp module) {
  for (ModuleOp inner : module.getOps<ModuleOp>())
    return inner.lookupSymbol<func::FuncOp>("main");
  return nullptr;
}

namespace {
/// Keeps the first error that is reported, with its notes.
class ErrorCatcher {
public:
  explicit ErrorCatcher(MLIRContext *context)
      : handler(context, [this](Diagnostic &diagnostic) {
          if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
            return success();
          if (text.empty()) {
            llvm::raw_string_ostream os(text);
            os << diagnostic.getLocation() << ": " << diagnostic;
            for (Diagnostic &note : diagnostic.getNotes())
              os << "\n  " << note.getLocation() << ": " << note;
            place = diagnostic.getLocation();
          }
          return success();
        }) {}

  std::string text;
  std::optional<Location> place;

private:
  ScopedDiagnosticHandler handler;
};
} // namespace

//===----------------------------------------------------------------------===//
// Annotations
//===----------------------------------------------------------------------===//

/// A mesh of up to 16 devices.
static SmallVector<int64_t> drawMesh(Random &random) {
  SmallVector<int64_t> sizes;
  int64_t devices = 1;
  for (int64_t axes = random.between(1, 3); axes != 0; --axes) {
    int64_t size = random.pick<int64_t>({2, 2, 2, 3, 4, 4, 5});
    if (devices * size > 16)
      break;
    sizes.push_back(size);
    devices *= size;
  }
  return sizes;
}

namespace {
/// Draws shardings on a mesh.
class ShardingDrawer {
public:
  ShardingDrawer(dist::MeshOp mesh, Random &random)
      : mesh(mesh), random(random) {}

  /// A sharding of a tensor of this type, of which most axes divide their
  /// dimension.
  dist::ShardingAttr draw(RankedTensorType type) {
    MLIRContext *context = mesh.getContext();
    SmallVector<SmallVector<dist::AxisPartAttr>> dims(type.getRank());
    SmallVector<int64_t> sizes(type.getShape());
    for (dist::MeshAxisAttr axis : mesh.getMesh().getAxes()) {
      if (type.getRank() == 0 || random.between(0, 2) == 0)
        continue;
      int64_t dim = random.between(0, type.getRank() - 1);
      // Sometimes only half of an axis of 4.
      bool isHalf = axis.getSize() == 4 && random.between(0, 3) == 0;
      int64_t size = isHalf ? 2 : axis.getSize();
      bool isEven = sizes[dim] % size == 0;
      if (!isEven && (sizes[dim] < size || random.between(0, 3) != 0))
        continue;
      sizes[dim] = isEven ? sizes[dim] / size : 0;
      dims[dim].push_back(
          isHalf ? dist::AxisPartAttr::get(context, axis.getName(),
                                           random.coin() ? 1 : 2, 2)
                 : dist::AxisPartAttr::get(context, axis.getName()));
    }
    SmallVector<dist::DimShardingAttr> shardings;
    for (auto &dim : dims) {
      if (random.coin())
        std::reverse(dim.begin(), dim.end());
      shardings.push_back(dist::DimShardingAttr::get(
          context, dim, /*isOpen=*/random.between(0, 3) != 0));
    }
    return dist::ShardingAttr::get(mesh.getReference(), shardings);
  }

private:
  dist::MeshOp mesh;
  Random &random;
};
} // namespace

std::string test::applyTactics(ModuleOp module, Random &random) {
  SmallVector<int64_t> sizes = drawMesh(random);
  std::string mesh, tactics;
  for (auto [index, size] : llvm::enumerate(sizes)) {
    char axis = "abc"[index];
    (mesh += index ? "," : "") += axis + ("=" + std::to_string(size));
    for (StringRef tactic : {"data-parallel", "tensor-parallel",
                             "sequence-parallel", "context-parallel", "zero"})
      if (random.between(0, 3) == 0)
        (tactics += tactics.empty() ? "" : ",") +=
            (tactic + "(" + Twine(axis) + ")").str();
  }
  if (tactics.empty())
    tactics = "tensor-parallel(a)";
  ErrorCatcher errors(module.getContext());
  PassManager manager(module.getContext());
  DistAnnotateOptions options;
  options.mesh = mesh;
  options.tactics = tactics;
  manager.addPass(createDistAnnotate(options));
  if (failed(manager.run(module)))
    llvm::report_fatal_error(Twine(errors.text));
  return mesh + " " + tactics;
}

void test::annotate(ModuleOp module, Random &random) {
  MLIRContext *context = module.getContext();
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  SmallVector<dist::MeshAxisAttr> axes;
  for (auto [index, size] : llvm::enumerate(drawMesh(random)))
    axes.push_back(dist::MeshAxisAttr::get(
        context, StringRef("abc").substr(index, 1), size, dist::LinkAttr()));
  auto mesh = dist::MeshOp::create(builder, module.getLoc(), "mesh",
                                   dist::MeshAttr::get(context, axes));
  ShardingDrawer drawer(mesh, random);
  func::FuncOp function = getLocalMain(module);
  int64_t rarity = random.between(1, 4);
  auto isChosen = [&](Type type) {
    return isa<RankedTensorType>(type) && random.between(0, rarity) == 0;
  };
  for (BlockArgument argument : function.getArguments())
    if (isChosen(argument.getType()))
      dist::setSharding(
          argument, drawer.draw(cast<RankedTensorType>(argument.getType())));
  for (auto [index, type] : llvm::enumerate(function.getResultTypes()))
    if (isChosen(type))
      dist::setResultSharding(function, index,
                              drawer.draw(cast<RankedTensorType>(type)));
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

std::string test::partitionModule(ModuleOp module) {
  ErrorCatcher errors(module.getContext());
  PassManager manager(module.getContext());
  PartitionPipelineOptions options;
  options.verify = false;
  buildPartitionPipeline(manager, options);
  if (succeeded(manager.run(module)))
    return "";
  return errors.text.empty() ? "failed without an error" : errors.text;
}

std::string test::proveModule(ModuleOp module, std::optional<Location> *place) {
  ErrorCatcher errors(module.getContext());
  verify::ProofStatistics statistics;
  if (succeeded(verify::proveLocalProgram(module, statistics)))
    return "";
  if (place)
    *place = errors.place;
  return errors.text.empty() ? "failed without an error" : errors.text;
}

std::optional<TensorList> test::runGlobal(ModuleOp module,
                                          const TensorList &inputs,
                                          std::string &error,
                                          Precision precision) {
  ErrorCatcher errors(module.getContext());
  InterpreterOptions options;
  options.precision = precision;
  Interpreter interpreter(options);
  auto results = interpreter.run(getGlobalMain(module), {inputs});
  error = errors.text;
  if (failed(results))
    return std::nullopt;
  return std::move(results->front());
}

std::optional<TensorList> test::runLocal(ModuleOp module,
                                         const TensorList &inputs,
                                         std::string &error,
                                         Precision precision) {
  ErrorCatcher errors(module.getContext());
  func::FuncOp function = getLocalMain(module);
  InterpreterOptions options;
  options.precision = precision;
  FailureOr<TensorList> results = failure();
  if (!isLocalProgram(function)) {
    Interpreter interpreter(options);
    auto perDevice = interpreter.run(function, {inputs});
    if (succeeded(perDevice))
      results = std::move(perDevice->front());
  } else {
    auto meshes = module.getOps<dist::MeshOp>();
    options.numDevices = (*meshes.begin()).getMesh().getDeviceCount();
    Interpreter interpreter(options);
    results = runDistributed(interpreter, function, inputs);
  }
  error = errors.text;
  if (failed(results))
    return std::nullopt;
  TensorList list = std::move(*results);
  return list;
}

/// Whether there is something in `tensor` that is no number.
static bool hasNonNumbers(const HostTensor &tensor) {
  return tensor.getKind() == ElementKind::F64 &&
         !llvm::all_of(tensor.data<double>(),
                       [](double value) { return std::isfinite(value); });
}

std::string test::compareResults(const TensorList &actual,
                                 const TensorList &expected, double tolerance) {
  // What sums with infinities in them give depends on how they are taken apart,
  // and zeros in pads do not stay zeros.
  bool isComparable = tolerance == 0 || llvm::none_of(expected, hasNonNumbers);
  for (auto [index, a, b] : llvm::enumerate(actual, expected))
    if (std::string text = difference(a, b, tolerance);
        !text.empty() && isComparable)
      return "result #" + std::to_string(index) + ": " + text;
  return "";
}
