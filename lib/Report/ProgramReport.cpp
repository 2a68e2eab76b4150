// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Report/ProgramReport.h"

#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Support/DebugStringHelper.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <tuple>

using namespace mlir;
using namespace partita;

double ProgramReport::totalBytes() const {
  double total = 0;
  for (const CollectiveReport &collective : collectives)
    total += collective.bytes;
  return total;
}

//===----------------------------------------------------------------------===//
// Collectives
//===----------------------------------------------------------------------===//

static int64_t countBytes(Type type) {
  auto tensor = dyn_cast_or_null<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape())
    return 0;
  return tensor.getNumElements() *
         llvm::divideCeil(tensor.getElementTypeBitWidth(), 8);
}

namespace {
/// What one collective moves.
struct Movement {
  dist::AxesAttr axes;
  double bytes = 0;
};
} // namespace

/// The axes of a route; of pairs there are none.
static dist::AxesAttr axesOf(dist::RouteAttrInterface route) {
  if (auto shift = dyn_cast<dist::ShiftAttr>(route))
    return shift.getAxes();
  if (auto reorder = dyn_cast<dist::ReorderAttr>(route))
    return reorder.getFrom();
  return dist::AxesAttr::get(route.getContext(), {});
}

/// Bytes by the formulas of `CollectiveReport::bytes`.
static Movement measure(dist::CommunicationOpInterface op,
                        dist::MeshAttr mesh) {
  double payload =
      op->getNumOperands() == 0 ? 0 : countBytes(op->getOperand(0).getType());
  auto size = [&](dist::AxesAttr axes) -> double {
    return mesh.getSize(axes.getParts());
  };
  return llvm::TypeSwitch<Operation *, Movement>(op)
      .Case([&](dist::AllReduceOp op) -> Movement {
        double n = size(op.getAxes());
        return {op.getAxes(), 2 * payload * (n - 1) / n};
      })
      .Case([&](dist::AllGatherOp op) -> Movement {
        return {op.getAxes(), payload * (size(op.getAxes()) - 1)};
      })
      .Case<dist::ReduceScatterOp, dist::AllToAllOp>([&](auto op) -> Movement {
        double n = size(op.getAxes());
        return {op.getAxes(), payload * (n - 1) / n};
      })
      .Case([&](dist::BroadcastOp op) -> Movement {
        return {op.getAxes(), payload};
      })
      .Case([&](dist::PermuteOp op) -> Movement {
        return {axesOf(op.getRoute()), payload};
      })
      .Default([&](Operation *op) -> Movement {
        auto none = dist::AxesAttr::get(op->getContext(), {});
        auto arriving =
            cast<dist::CommunicationOpInterface>(op).getArrivingType();
        return {none, static_cast<double>(countBytes(arriving))};
      });
}

//===----------------------------------------------------------------------===//
// Walking a program
//===----------------------------------------------------------------------===//

namespace {
class Reporter {
public:
  explicit Reporter(ProgramReport &report) : report(report) {}

  /// Adds the ops of `region`, which runs so many times.
  void visit(Region &region, int64_t times) {
    for (Block &block : region)
      for (Operation &op : block.without_terminator())
        visit(op, times);
  }

  /// Notes the axes in an attribute.
  void visit(Attribute attribute) {
    attribute.walk(
        [&](dist::AxisPartAttr part) { usedAxes.insert(part.getAxis()); });
  }

  void finish(dist::MeshAttr mesh) {
    if (mesh)
      for (dist::MeshAxisAttr axis : mesh.getAxes())
        if (axis.getSize() != 1 && !usedAxes.contains(axis.getName()))
          report.unusedAxes.push_back(axis.getName().str());
    for (auto &entry : collectives)
      report.collectives.push_back(std::move(entry.second));
    llvm::sort(report.collectives, [](const CollectiveReport &a,
                                      const CollectiveReport &b) {
      return std::tuple(-a.bytes, StringRef(a.kind), StringRef(a.axes)) <
             std::tuple(-b.bytes, StringRef(b.kind), StringRef(b.axes));
    });
  }

private:
  void visit(Operation &op, int64_t times) {
    report.numOps += times;
    visit(op.getAttrDictionary());
    if (auto communication = dyn_cast<dist::CommunicationOpInterface>(op))
      add(communication, times);
    if (auto call = dyn_cast<CallOpInterface>(op)) {
      auto callee =
          dyn_cast_or_null<FunctionOpInterface>(call.resolveCallable());
      // A function that calls itself counts once.
      if (callee && active.insert(callee)) {
        visit(callee.getFunctionBody(), times);
        active.remove(callee);
      }
    }
    int64_t numRuns = times;
    if (auto loop = dyn_cast<LoopLikeOpInterface>(op)) {
      if (std::optional<APInt> count = loop.getStaticTripCount())
        numRuns *= count->getSExtValue();
      else
        report.hasUnknownLoops = true;
    }
    for (Region &region : op.getRegions())
      visit(region, numRuns);
  }

  void add(dist::CommunicationOpInterface op, int64_t times) {
    dist::MeshAttr mesh = dist::findMesh(op, op.getMeshAttr()).getMesh();
    Movement movement = measure(op, mesh);
    StringRef kind = op->getName().stripDialect();
    CollectiveReport &entry = collectives[{kind, movement.axes}];
    if (entry.count == 0) {
      entry.kind = kind;
      std::string axes;
      llvm::raw_string_ostream os(axes);
      llvm::interleaveComma(movement.axes.getParts(), os,
                            [&](dist::AxisPartAttr part) { os << part.str(); });
      entry.axes = "{" + axes + "}";
      entry.groupSize = mesh.getSize(movement.axes.getParts());
    }
    entry.count += times;
    entry.bytes += movement.bytes * times;
  }

  ProgramReport &report;
  llvm::StringSet<> usedAxes;
  llvm::SetVector<Operation *> active;
  llvm::MapVector<std::pair<StringRef, Attribute>, CollectiveReport>
      collectives;
};
} // namespace

ProgramReport partita::makeReport(FunctionOpInterface function) {
  ProgramReport report;
  report.function = function.getName();
  Reporter reporter(report);
  dist::MeshAttr mesh;
  for (unsigned index = 0; index != function.getNumArguments(); ++index) {
    Type local = function.getArgumentTypes()[index], global = local;
    if (auto type = function.getArgAttrOfType<TypeAttr>(
            index, dist::globalTypeAttrName)) {
      global = type.getValue();
      auto sharding = function.getArgAttrOfType<dist::ShardingAttr>(
          index, dist::shardingAttrName);
      mesh = dist::findMesh(function, sharding.getMesh()).getMesh();
      reporter.visit(sharding);
      report.numDevices = mesh.getDeviceCount();
      // Without "#dist.mesh<" and ">".
      report.mesh = debugString(mesh);
      report.mesh = StringRef(report.mesh).split('<').second.drop_back();
    }
    if (!function.getArgAttr(index, xformer::parameterAttrName))
      continue;
    ++report.numParameters;
    report.parameterBytes += countBytes(global);
    report.localParameterBytes += countBytes(local);
  }
  reporter.visit(function.getFunctionBody(), 1);
  reporter.finish(mesh);
  return report;
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

/// "1.50 MB", in powers of ten.
static std::string describeBytes(double bytes) {
  constexpr StringLiteral units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  size_t unit = 0;
  for (; bytes >= 1000 && unit + 1 != std::size(units); ++unit)
    bytes /= 1000;
  return llvm::formatv(unit == 0 ? "{0:f0} {1}" : "{0:f2} {1}", bytes,
                       units[unit]);
}

static void printCollectives(raw_ostream &os, const ProgramReport &report) {
  os << '\n';
  size_t kindWidth = StringRef("collective").size(), axesWidth = 4;
  for (const CollectiveReport &collective : report.collectives) {
    kindWidth = std::max(kindWidth, collective.kind.size());
    axesWidth = std::max(axesWidth, collective.axes.size());
  }
  os << llvm::left_justify("collective", kindWidth) << "  "
     << llvm::left_justify("axes", axesWidth)
     << "  devices   count  received\n";
  for (const CollectiveReport &collective : report.collectives)
    os << llvm::left_justify(collective.kind, kindWidth) << "  "
       << llvm::left_justify(collective.axes, axesWidth)
       << llvm::format("  %7lld %7lld  ",
                       static_cast<long long>(collective.groupSize),
                       static_cast<long long>(collective.count))
       << describeBytes(collective.bytes) << '\n';
}

/// Two lines each, since shardings are long.
static void printReshards(raw_ostream &os, const ProgramReport &report) {
  os << "\nwhy values move, as it was decided\n";
  for (const ReshardReport &reshard : report.reshards)
    os << llvm::format("%7lld  ", static_cast<long long>(reshard.count))
       << llvm::left_justify(describeBytes(reshard.bytes), 9) << "  "
       << reshard.place << ": " << reshard.reason << "\n"
       << std::string(20, ' ') << reshard.from << " -> " << reshard.to << '\n';
}

void partita::printReport(raw_ostream &os, const ProgramReport &report) {
  os << "@" << report.function << " on " << report.numDevices
     << (report.numDevices == 1 ? " device" : " devices");
  if (!report.mesh.empty())
    os << ", " << report.mesh;
  os << '\n';
  os << report.numParameters
     << (report.numParameters == 1 ? " parameter of " : " parameters of ")
     << describeBytes(report.parameterBytes) << ", "
     << describeBytes(report.localParameterBytes) << " a device\n";
  os << report.numOps << " ops a device; it receives "
     << describeBytes(report.totalBytes()) << '\n';
  for (StringRef axis : report.unusedAxes)
    os << "nothing is split over \"" << axis
       << "\": devices that differ there only do the same\n";
  if (report.hasUnknownLoops)
    os << "a loop runs an unknown number of times; what is in it counts once\n";
  if (!report.collectives.empty())
    printCollectives(os, report);
  if (!report.reshards.empty())
    printReshards(os, report);
}

llvm::json::Value partita::toJson(const ProgramReport &report) {
  llvm::json::Array collectives;
  for (const CollectiveReport &collective : report.collectives)
    collectives.push_back(llvm::json::Object{
        {"kind", collective.kind},
        {"axes", collective.axes},
        {"devices", collective.groupSize},
        {"count", collective.count},
        {"bytes", collective.bytes},
    });
  llvm::json::Array reshards;
  for (const ReshardReport &reshard : report.reshards)
    reshards.push_back(llvm::json::Object{
        {"place", reshard.place},
        {"reason", reshard.reason},
        {"from", reshard.from},
        {"to", reshard.to},
        {"count", reshard.count},
        {"bytes", reshard.bytes},
    });
  return llvm::json::Object{
      {"function", report.function},
      {"mesh", report.mesh},
      {"devices", report.numDevices},
      {"unused_axes", llvm::json::Array(report.unusedAxes)},
      {"parameters", report.numParameters},
      {"parameter_bytes", report.parameterBytes},
      {"parameter_bytes_per_device", report.localParameterBytes},
      {"ops", report.numOps},
      {"received_bytes_per_device", report.totalBytes()},
      {"has_unknown_loops", report.hasUnknownLoops},
      {"collectives", std::move(collectives)},
      {"reshards", std::move(reshards)},
  };
}
