// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Transforms/Propagation/Passes.h"

#include "NamedTargets.h"
#include "Names.h"
#include "Provenance.h"
#include "partita/Sharding/Bridge.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/GlobPattern.h"

namespace partita {
#define GEN_PASS_DEF_DISTEXPLAIN
#include "partita/Transforms/Propagation/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;
using namespace partita::sharding;

//===----------------------------------------------------------------------===//
// Explainer
//===----------------------------------------------------------------------===//

namespace {
/// Says why a propagated graph is as it is.
class Explainer {
public:
  Explainer(ModuleOp module, ShardingGraph &graph, raw_ostream &os)
      : module(module), graph(graph), mesh(graph.graph.mesh), os(os),
        asmState(module), provenance(graph),
        result(propagate(graph.graph, &provenance)) {}

  void explainValue(unsigned value);
  void explainSummary();
  LogicalResult explainWhyNot(unsigned value, StringRef sharding);

  /// The values that `name` means: `%value` as it is printed, or a name.
  SmallVector<unsigned> find(StringRef name);

private:
  void explainAxis(unsigned value, unsigned dim, AxisPart part);
  void explainConflict(const Conflict &conflict);
  std::string getValueName(unsigned value);
  std::string getOpName(unsigned op);
  std::string getLayout(const PropagationResult &of, unsigned value) {
    return of.layouts[value].str(mesh);
  }

  ModuleOp module;
  ShardingGraph &graph;
  const Mesh &mesh;
  raw_ostream &os;
  AsmState asmState;
  Provenance provenance;
  PropagationResult result;
};
} // namespace

/// The name of an argument as users know it.
static StringRef getArgumentName(BlockArgument argument) {
  auto function =
      dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
  if (!function)
    return {};
  for (StringRef attribute : {"xformer.parameter", "xformer.input"})
    if (auto name = function.getArgAttrOfType<StringAttr>(
            argument.getArgNumber(), attribute))
      return name.getValue();
  return getName(argument.getLoc());
}

std::string Explainer::getValueName(unsigned value) {
  const GraphValue &info = graph.values[value];
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (!info.value) {
    FunctionOpInterface function = info.function;
    stream << "result #" << info.result << " of @" << function.getName();
    return text;
  }
  info.value.printAsOperand(stream, asmState);
  auto argument = dyn_cast<BlockArgument>(info.value);
  StringRef name =
      argument ? getArgumentName(argument) : getName(info.value.getLoc());
  if (!name.empty())
    stream << " (" << name << ')';
  return text;
}

std::string Explainer::getOpName(unsigned op) {
  Operation *operation = graph.ops[op];
  std::string text = ("'" + operation->getName().getStringRef() + "'").str();
  if (StringRef name = getName(operation->getLoc()); !name.empty())
    text += (" (" + name + ")").str();
  return text;
}

SmallVector<unsigned> Explainer::find(StringRef name) {
  SmallVector<unsigned> found;
  if (name.starts_with("%")) {
    for (auto [index, info] : llvm::enumerate(graph.values)) {
      if (!info.value)
        continue;
      std::string text;
      llvm::raw_string_ostream stream(text);
      info.value.printAsOperand(stream, asmState);
      if (text == name)
        found.push_back(index);
    }
    return found;
  }
  llvm::Expected<llvm::GlobPattern> pattern = llvm::GlobPattern::create(name);
  if (!pattern) {
    llvm::consumeError(pattern.takeError());
    return found;
  }
  NamedTargets(module).visitMatches(*pattern, [&](const auto &target) {
    for (auto [index, info] : llvm::enumerate(graph.values)) {
      bool isMeant = target.value ? info.value == target.value
                                  : info.function == target.function &&
                                        info.result == target.result;
      if (isMeant && !llvm::is_contained(found, index))
        found.push_back(index);
    }
  });
  return found;
}

//===----------------------------------------------------------------------===//
// One value
//===----------------------------------------------------------------------===//

void Explainer::explainAxis(unsigned value, unsigned dim, AxisPart part) {
  Provenance::Chain chain = provenance.getChain(value, dim, part);
  os << "  dimension " << dim << ", " << print(mesh, part) << ": from "
     << chain.origin << '\n';
  for (const Provenance::Link &link : chain.links) {
    const PropagationOp &op = graph.graph.ops[link.op];
    bool isResult = llvm::is_contained(op.results, link.value);
    os << "    " << (isResult ? "by" : "back through") << " factor "
       << op.rule.factors[link.factor].name << " of " << getOpName(link.op)
       << '\n';
  }
  if (!chain.links.empty())
    os << "    from dimension " << chain.dim << " of "
       << getValueName(chain.source) << '\n';
}

void Explainer::explainConflict(const Conflict &conflict) {
  os << "  at " << getOpName(conflict.op) << ", " << print(mesh, conflict.axes)
     << " could split:\n";
  for (auto [index, contender] : llvm::enumerate(conflict.contenders))
    os << "    " << provenance.print(conflict, contender)
       << (index != conflict.winner ? ""
           : conflict.reason == Conflict::Reason::Cost
               ? ": chosen, as it costs least"
               : ": chosen, as it was there before")
       << '\n';
}

void Explainer::explainValue(unsigned value) {
  const Layout &layout = result.layouts[value];
  os << getValueName(value) << ": " << layout.str(mesh) << '\n';
  for (unsigned dim = 0; dim < layout.getRank(); ++dim)
    for (AxisPart part : layout.getDim(dim))
      explainAxis(value, dim, part);
  for (auto [partial, op] : provenance.getPartial())
    if (partial == value)
      os << "  partial: " << getOpName(op)
         << " leaves a sum that costs less to form later\n";
  for (const Conflict &conflict : provenance.getConflicts()) {
    const PropagationOp &op = graph.graph.ops[conflict.op];
    if (llvm::is_contained(op.operands, value) ||
        llvm::is_contained(op.results, value))
      explainConflict(conflict);
  }
  for (const Miss &miss : provenance.getMisses()) {
    const PropagationOp &op = graph.graph.ops[miss.op];
    bool isAtValue = miss.value == value;
    bool isAtOp =
        miss.value == noValue && llvm::is_contained(op.operands, value);
    if (isAtValue || isAtOp)
      os << "  " << print(mesh, miss.part) << " stops at " << getOpName(miss.op)
         << ", factor " << op.rule.factors[miss.factor].name << ": "
         << Provenance::print(miss.reason) << '\n';
  }
}

//===----------------------------------------------------------------------===//
// Summary
//===----------------------------------------------------------------------===//

/// `name` with a `*` in place of each number between dots: layers of a kind.
static std::string getKind(StringRef name) {
  SmallVector<StringRef> parts;
  name.split(parts, '.');
  for (StringRef &part : parts)
    if (!part.empty() && llvm::all_of(part, llvm::isDigit))
      part = "*";
  return llvm::join(parts, ".");
}

void Explainer::explainSummary() {
  struct Row {
    std::string layer, op, sharding, origins;
    auto key() const { return std::tie(layer, op, sharding, origins); }
    bool operator<(const Row &other) const { return key() < other.key(); }
  };
  std::map<Row, unsigned> counts;
  std::vector<Row> order;
  for (auto [index, info] : llvm::enumerate(graph.values)) {
    const Layout &layout = result.layouts[index];
    Row row;
    if (!info.value) {
      row.op = "(result)";
      row.layer = getValueName(index);
    } else if (auto argument = dyn_cast<BlockArgument>(info.value)) {
      row.op = "(argument)";
      row.layer = getKind(getArgumentName(argument));
    } else {
      Operation *op = info.value.getDefiningOp();
      row.op = op->getName().getStringRef().str();
      row.layer = getKind(getName(op->getLoc()));
    }
    row.sharding = layout.str(mesh);
    SmallVector<std::string> origins;
    for (unsigned dim = 0; dim < layout.getRank(); ++dim)
      for (AxisPart part : layout.getDim(dim)) {
        std::string origin = provenance.getChain(index, dim, part).origin;
        if (!llvm::is_contained(origins, origin))
          origins.push_back(std::move(origin));
      }
    row.origins = llvm::join(origins, ", ");
    auto [it, isNew] = counts.try_emplace(row, 0);
    ++it->second;
    if (isNew)
      order.push_back(row);
  }
  size_t widths[] = {5, 2, 8};
  for (const Row &row : order) {
    widths[0] = std::max(widths[0], row.layer.size());
    widths[1] = std::max(widths[1], row.op.size());
    widths[2] = std::max(widths[2], row.sharding.size());
  }
  auto printRow = [&](StringRef count, const Row &row) {
    std::string line;
    llvm::raw_string_ostream(line)
        << llvm::right_justify(count, 5) << "  "
        << llvm::left_justify(row.layer, widths[0]) << "  "
        << llvm::left_justify(row.op, widths[1]) << "  "
        << llvm::left_justify(row.sharding, widths[2]) << "  " << row.origins;
    os << StringRef(line).rtrim() << '\n';
  };
  printRow("count", {"layer", "op", "sharding", "from"});
  for (const Row &row : order)
    printRow(std::to_string(counts[row]), row);
  ReshardCost cost = estimateReshards(graph.graph, result);
  os << "reshards move about " << int64_t(cost.bytes) << " bytes a device; "
     << provenance.getConflicts().size() << " conflicts, "
     << provenance.getMisses().size() << " axes stopped, "
     << provenance.getPartial().size() << " values partial\n";
}

//===----------------------------------------------------------------------===//
// Why not
//===----------------------------------------------------------------------===//

LogicalResult Explainer::explainWhyNot(unsigned value, StringRef sharding) {
  llvm::Expected<Layout> wanted = Layout::parse(mesh, sharding);
  if (!wanted)
    return emitError(module.getLoc(), "option 'why-not': ")
           << llvm::toString(wanted.takeError());
  PropagationGraph other = graph.graph;
  PropagationValue &pinned = other.values[value];
  if (wanted->getRank() != pinned.dims.size())
    return emitError(module.getLoc(), "option 'why-not': expected ")
           << pinned.dims.size() << " dimensions, got " << wanted->getRank();
  for (auto [index, dim] : llvm::enumerate(pinned.dims))
    dim = {.axes = AxisParts(wanted->getDim(index)), .isOpen = false};
  pinned.partial = AxisParts(wanted->getPartial());
  pinned.combiner = wanted->getCombiner();
  pinned.mustBeWhole = true;
  PropagationResult then = propagate(other);

  SmallVector<unsigned> changed;
  for (unsigned index = 0; index < graph.values.size(); ++index)
    if (index != value && then.layouts[index] != result.layouts[index])
      changed.push_back(index);
  ReshardCost now = estimateReshards(graph.graph, result);
  ReshardCost cost = estimateReshards(other, then);
  os << "if " << getValueName(value) << " were " << wanted->str(mesh)
     << " and not " << getLayout(result, value) << ":\n";
  os << "  reshards would move about " << int64_t(cost.bytes)
     << " bytes a device, and not " << int64_t(now.bytes) << '\n';
  os << "  " << changed.size() << " other values would change\n";
  constexpr unsigned maxShown = 8;
  for (unsigned index : ArrayRef(changed).take_front(maxShown))
    os << "    " << getValueName(index) << ": " << getLayout(result, index)
       << " -> " << getLayout(then, index) << '\n';
  if (changed.size() > maxShown)
    os << "    and " << changed.size() - maxShown << " more\n";
  return success();
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {
struct DistExplain final : partita::impl::DistExplainBase<DistExplain> {
  using Base::Base;

  /// Takes `summary` and names of values as they are; `value=..` says the same.
  LogicalResult initializeOptions(
      StringRef options,
      function_ref<LogicalResult(const Twine &)> errorHandler) final {
    options = options.trim();
    if (options.starts_with("value=") || options.starts_with("why-not=") ||
        options.empty())
      return Base::initializeOptions(options, errorHandler);
    auto [name, rest] = options.split(" why-not=");
    value = name.trim().str();
    whyNot = rest.trim().str();
    return success();
  }

  void runOnOperation() final {
    markAllAnalysesPreserved();
    FailureOr<ShardingGraph> graph = ShardingGraph::build(getOperation());
    if (failed(graph) || failed(explain(*graph)))
      signalPassFailure();
  }

  LogicalResult explain(ShardingGraph &graph) {
    ModuleOp module = getOperation();
    Explainer explainer(module, graph, llvm::errs());
    if (value == "summary") {
      explainer.explainSummary();
      return success();
    }
    SmallVector<unsigned> values = explainer.find(value);
    if (values.empty())
      return emitError(module.getLoc(),
                       "expected 'summary', a value as '%0' or a name, "
                       "got '")
             << value << "'" << suggest(value, NamedTargets(module).getNames());
    for (unsigned index : values) {
      if (whyNot.empty())
        explainer.explainValue(index);
      else if (failed(explainer.explainWhyNot(index, whyNot)))
        return failure();
    }
    return success();
  }
};
} // namespace
