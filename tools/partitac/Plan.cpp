// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Plan.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Support/DebugStringHelper.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Support/FileError.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/YAMLTraits.h"

using namespace mlir;
using namespace partita;
using namespace partita::compile;
using Kind = PlanValue::Kind;

//===----------------------------------------------------------------------===//
// YAML
//===----------------------------------------------------------------------===//

LLVM_YAML_IS_SEQUENCE_VECTOR(PlanValue)

namespace llvm::yaml {
template <> struct ScalarEnumerationTraits<Kind> {
  static void enumeration(IO &io, Kind &kind) {
    io.enumCase(kind, "input", Kind::Input);
    io.enumCase(kind, "parameter", Kind::Parameter);
    io.enumCase(kind, "output", Kind::Output);
  }
};

template <> struct MappingTraits<PlanValue> {
  static void mapping(IO &io, PlanValue &value) {
    io.mapRequired("kind", value.kind);
    io.mapRequired("name", value.name);
    io.mapOptional("type", value.type);
    io.mapRequired("sharding", value.sharding);
  }
  static const bool flow = true;
};

template <> struct MappingTraits<Plan> {
  static void mapping(IO &io, Plan &plan) {
    io.mapRequired("mesh", plan.mesh);
    io.mapOptional("tactics", plan.tactics);
    io.mapOptional("annotations", plan.annotations);
    io.mapOptional("values", plan.values);
  }
};
} // namespace llvm::yaml

llvm::Expected<Plan> compile::readPlan(StringRef path) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!file)
    return fileError(path, "cannot be read: " + file.getError().message());
  // The first message is the one to the point.
  std::string message;
  auto keep = [](const llvm::SMDiagnostic &diagnostic, void *context) {
    auto &message = *static_cast<std::string *>(context);
    if (message.empty())
      message = "line " + std::to_string(diagnostic.getLineNo()) + ": " +
                diagnostic.getMessage().str();
  };
  Plan plan;
  llvm::yaml::Input input((*file)->getMemBufferRef(), /*Ctxt=*/nullptr, keep,
                          &message);
  input >> plan;
  if (input.error())
    return fileError(path, message.empty() ? "is no plan" : message);
  return plan;
}

void compile::writePlan(raw_ostream &os, const Plan &plan) {
  os << "# A plan of partitac. Edit it and give it back by --plan. A sharding "
        "under 'values' that you\n"
        "# change is pinned. 'tactics' and 'annotations' are as on the command "
        "line: where you change\n"
        "# them, drop 'values', as all that follow anew would be pinned.\n";
  Plan copy = plan; // YAML output reads through references that may be written.
  llvm::yaml::Output output(os, /*Ctxt=*/nullptr, /*WrapColumn=*/0);
  output << copy;
}

//===----------------------------------------------------------------------===//
// Values of a program
//===----------------------------------------------------------------------===//

/// `[{"data"}, {}]`, what `#dist.sharding` prints after the mesh.
static std::string describe(dist::ShardingAttr sharding) {
  std::string text = debugString(sharding);
  StringRef inner = text;
  inner.consume_front("#dist.sharding<@");
  inner.consume_back(">");
  return inner.split(", ").second.str();
}

/// The name by which a user knows a parameter: that of its first tensor.
static StringRef getParameterName(Attribute attribute) {
  if (auto list = dyn_cast<ArrayAttr>(attribute))
    attribute = list.empty() ? Attribute() : list[0];
  auto name = dyn_cast_or_null<StringAttr>(attribute);
  return name ? name.getValue() : StringRef();
}

/// Calls `visit` on each argument and result that is a tensor: what it is, its
/// name, and its index among arguments or results.
static void
visitValues(FunctionOpInterface function,
            function_ref<void(Kind, StringRef, unsigned, Type)> visit) {
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
    if (!isa<RankedTensorType>(type))
      continue;
    if (Attribute parameter =
            function.getArgAttr(index, xformer::parameterAttrName)) {
      visit(Kind::Parameter, getParameterName(parameter), index, type);
      continue;
    }
    auto name =
        function.getArgAttrOfType<StringAttr>(index, xformer::inputAttrName);
    std::string unnamed = "arg" + std::to_string(index);
    visit(Kind::Input, name ? name.getValue() : StringRef(unnamed), index,
          type);
  }
  for (auto [index, type] : llvm::enumerate(function.getResultTypes())) {
    if (!isa<RankedTensorType>(type))
      continue;
    auto name = function.getResultAttrOfType<StringAttr>(
        index, xformer::outputAttrName);
    std::string unnamed = "result" + std::to_string(index);
    visit(Kind::Output, name ? name.getValue() : StringRef(unnamed), index,
          type);
  }
}

std::vector<PlanValue> compile::getPlanValues(FunctionOpInterface function) {
  std::vector<PlanValue> values;
  visitValues(function, [&](Kind kind, StringRef name, unsigned index,
                            Type type) {
    dist::ShardingAttr sharding =
        kind == Kind::Output ? dist::getResultSharding(function, index)
                             : dist::getSharding(function.getArgument(index));
    auto global = kind == Kind::Output ? function.getResultAttrOfType<TypeAttr>(
                                             index, dist::globalTypeAttrName)
                                       : function.getArgAttrOfType<TypeAttr>(
                                             index, dist::globalTypeAttrName);
    std::string text = debugString(global ? global.getValue() : type);
    StringRef shape = text;
    shape.consume_front("tensor<");
    shape.consume_back(">");
    values.push_back(
        {kind, name.str(), shape.str(), sharding ? describe(sharding) : ""});
  });
  return values;
}

//===----------------------------------------------------------------------===//
// Edited values
//===----------------------------------------------------------------------===//

/// Parses what `describe` prints.
static llvm::Expected<dist::ShardingAttr>
parseSharding(StringRef text, dist::MeshOp mesh, Type type) {
  MLIRContext *context = mesh.getContext();
  std::string message;
  ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
    if (message.empty())
      message = diagnostic.str();
    return success();
  });
  auto fail = [&]() {
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        "expected a sharding such as [{\"data\"}, {}], got " + quoted(text) +
            ": " + message);
  };
  std::string attribute =
      "#dist.sharding<@" + mesh.getSymName().str() + ", " + text.str() + ">";
  auto sharding =
      dyn_cast_or_null<dist::ShardingAttr>(parseAttribute(attribute, context));
  if (!sharding || failed(sharding.verifyOn(mesh.getMesh(), type, [&] {
        return emitError(mesh.getLoc());
      })))
    return fail();
  return sharding.getCanonical(mesh.getMesh()).getSettled();
}

static StringRef describe(Kind kind) {
  switch (kind) {
  case Kind::Input:
    return "input";
  case Kind::Parameter:
    return "parameter";
  case Kind::Output:
    return "output";
  }
  llvm_unreachable("unknown kind");
}

llvm::Expected<bool> compile::pinEdited(FunctionOpInterface function,
                                        dist::MeshOp mesh,
                                        ArrayRef<PlanValue> planned,
                                        ArrayRef<PlanValue> settled,
                                        StringRef path) {
  // Of values of one kind and name, the n-th of the plan is the n-th of the
  // model.
  auto makeKey = [](Kind kind, StringRef name, unsigned occurrence) {
    return (describe(kind) + ":" + name + ":" + llvm::Twine(occurrence)).str();
  };
  struct Target {
    Kind kind;
    unsigned index;
    Type type;
    const PlanValue *settled;
  };
  llvm::StringMap<Target> targets;
  llvm::StringMap<unsigned> counts;
  size_t position = 0;
  visitValues(function,
              [&](Kind kind, StringRef name, unsigned index, Type type) {
                unsigned occurrence = counts[makeKey(kind, name, 0)]++;
                targets[makeKey(kind, name, occurrence)] = {
                    kind, index, type, &settled[position++]};
              });
  counts.clear();
  bool isAnyEdited = false;
  for (const PlanValue &value : planned) {
    std::string what = (describe(value.kind) + " " + quoted(value.name)).str();
    unsigned occurrence = counts[makeKey(value.kind, value.name, 0)]++;
    auto it = targets.find(makeKey(value.kind, value.name, occurrence));
    if (it == targets.end())
      return fileError(path, "the model has no " + what +
                                 (occurrence == 0 ? "" : " once more"));
    const Target &target = it->second;
    if (value.sharding == target.settled->sharding)
      continue;
    llvm::Expected<dist::ShardingAttr> sharding =
        parseSharding(value.sharding, mesh, target.type);
    if (!sharding)
      return fileError(path,
                       what + ": " + llvm::toString(sharding.takeError()));
    if (describe(*sharding) == target.settled->sharding)
      continue;
    isAnyEdited = true;
    if (target.kind == Kind::Output)
      dist::setResultSharding(function, target.index, *sharding);
    else
      dist::setSharding(function.getArgument(target.index), *sharding);
  }
  return isAnyEdited;
}
