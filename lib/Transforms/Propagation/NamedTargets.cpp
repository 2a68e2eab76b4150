// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "NamedTargets.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/GlobPattern.h"

using namespace mlir;
using namespace partita;

NamedTargets::NamedTargets(ModuleOp module) {
  for (auto function : module.getOps<FunctionOpInterface>())
    addFunction(function);
}

SmallVector<StringRef> NamedTargets::getNames() const {
  return llvm::map_to_vector(targets,
                             [](const auto &target) { return target.first; });
}

void NamedTargets::addAttribute(Attribute names,
                                const AnnotationTarget &target) {
  if (auto name = dyn_cast_or_null<StringAttr>(names))
    add(name.getValue(), target);
  else if (auto list = dyn_cast_or_null<ArrayAttr>(names))
    for (auto name : list.getAsRange<StringAttr>())
      add(name.getValue(), target);
}

/// The name in a location, or nothing.
StringRef partita::getName(Location location) {
  auto name = dyn_cast<NameLoc>(location);
  return name ? name.getName().getValue() : StringRef();
}

void NamedTargets::addFunction(FunctionOpInterface function) {
  auto isTensor = llvm::IsaPred<RankedTensorType>;
  for (BlockArgument argument : function.getArguments()) {
    if (!isTensor(argument.getType()))
      continue;
    unsigned index = argument.getArgNumber();
    AnnotationTarget target{.value = argument};
    addAttribute(function.getArgAttr(index, "xformer.input"), target);
    addAttribute(function.getArgAttr(index, "xformer.parameter"), target);
    // A parameter made of several has a name of its own.
    StringRef name = getName(argument.getLoc());
    if (!name.empty() && (targets.empty() || targets.back().first != name))
      add(name, target);
  }
  for (auto [index, type] : llvm::enumerate(function.getResultTypes()))
    if (isTensor(type)) {
      AnnotationTarget target;
      target.function = function;
      target.result = index;
      addAttribute(function.getResultAttr(index, "xformer.output"), target);
    }
  // A module path names what the module gives: the last value made in it.
  llvm::MapVector<StringRef, Value> last;
  function->walk([&](Operation *op) {
    StringRef name = getName(op->getLoc());
    auto results = llvm::make_filter_range(op->getResults(), [&](Value value) {
      return isTensor(value.getType());
    });
    if (!name.empty() && results.begin() != results.end())
      last[name] = *results.begin();
  });
  for (auto [name, value] : last)
    add(name, {.value = value});
}

bool NamedTargets::visitMatches(
    const llvm::GlobPattern &pattern,
    function_ref<void(const AnnotationTarget &)> visit) const {
  bool any = false;
  for (const auto &[name, target] : targets)
    if (pattern.match(name)) {
      any = true;
      visit(target);
    }
  return any;
}
