// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Provenance.h"

#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace partita;
using namespace partita::sharding;

static remark::RemarkOpts getOptions(StringRef name) {
  return remark::RemarkOpts::name(name).category("dist-propagate");
}

/// A list of factors that want an axis: `n={"x"} (8192 bytes)`.
static std::string printOthers(const Provenance &provenance,
                               const Conflict &conflict) {
  std::string text;
  for (auto [index, contender] : llvm::enumerate(conflict.contenders))
    if (index != conflict.winner)
      text +=
          (text.empty() ? "" : "; ") + provenance.print(conflict, contender);
  return text;
}

void partita::emitPropagationRemarks(const ShardingGraph &graph,
                                     const Provenance &provenance,
                                     const PropagationResult &result) {
  const Mesh &mesh = graph.graph.mesh;
  for (auto [index, layout] : llvm::enumerate(result.layouts))
    for (unsigned dim = 0; dim < layout.getRank(); ++dim)
      for (AxisPart part : layout.getDim(dim)) {
        Provenance::Chain chain = provenance.getChain(index, dim, part);
        // What an annotation says needs no reason.
        if (chain.links.empty())
          continue;
        remark::analysis(graph.values[index].getLoc(), getOptions("AxisCame"))
            << remark::metric("Axis", print(mesh, part))
            << remark::metric("Dimension", dim)
            << remark::metric("Origin", chain.origin)
            << remark::metric("Steps", chain.links.size());
      }
  for (const Conflict &conflict : provenance.getConflicts()) {
    const Contender &winner = conflict.contenders[conflict.winner];
    remark::passed(graph.ops[conflict.op]->getLoc(),
                   getOptions("ConflictDecided"))
        << remark::metric("Axes", print(mesh, conflict.axes))
        << remark::metric("Winner", provenance.print(conflict, winner))
        << remark::metric("Others", printOthers(provenance, conflict))
        << remark::metric("Reason",
                          StringRef(conflict.reason == Conflict::Reason::Cost
                                        ? "cost"
                                        : "earlier"));
  }
  for (const Miss &miss : provenance.getMisses()) {
    const Factor &factor = graph.graph.ops[miss.op].rule.factors[miss.factor];
    remark::missed(graph.ops[miss.op]->getLoc(), getOptions("AxisStopped"))
        << remark::metric("Axis", print(mesh, miss.part))
        << remark::metric("Factor", factor.name)
        << remark::metric("Reason", Provenance::print(miss.reason));
  }
  for (auto [value, op] : provenance.getPartial())
    remark::passed(graph.values[value].getLoc(), getOptions("SumPutOff"))
        << remark::metric("Axes",
                          print(mesh, result.layouts[value].getPartial()))
        << remark::metric("Op", graph.ops[op]->getName().getStringRef());
  for (Operation *op : graph.opsWithoutRule)
    remark::missed(op->getLoc(), getOptions("NoRule"))
        << remark::metric("Op", op->getName().getStringRef());
}
