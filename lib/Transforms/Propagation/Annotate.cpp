// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Transforms/Propagation/Passes.h"

#include "Annotations.h"
#include "Names.h"
#include "Roles.h"
#include "ShardingGraph.h"
#include "Tactics.h"
#include "partita/Sharding/Bridge.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/GlobPattern.h"

namespace partita {
#define GEN_PASS_DEF_DISTANNOTATE
#include "partita/Transforms/Propagation/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;

namespace {
/// Everything in a module that has a name.
class NamedTargets {
public:
  explicit NamedTargets(ModuleOp module) {
    for (auto function : module.getOps<FunctionOpInterface>())
      addFunction(function);
  }

  /// Calls `visit` on what the pattern matches. Returns whether anything is.
  bool visitMatches(const llvm::GlobPattern &pattern,
                    function_ref<void(const AnnotationTarget &)> visit) const;
  SmallVector<StringRef> getNames() const {
    return llvm::map_to_vector(targets,
                               [](const auto &target) { return target.first; });
  }

private:
  void add(StringRef name, AnnotationTarget target) {
    targets.emplace_back(name, target);
  }
  void addAttribute(Attribute names, const AnnotationTarget &target) {
    if (auto name = dyn_cast_or_null<StringAttr>(names))
      add(name.getValue(), target);
    else if (auto list = dyn_cast_or_null<ArrayAttr>(names))
      for (auto name : list.getAsRange<StringAttr>())
        add(name.getValue(), target);
  }
  void addFunction(FunctionOpInterface function);

  std::vector<std::pair<StringRef, AnnotationTarget>> targets;
};
} // namespace

/// The name in a location, or nothing.
static StringRef getName(Location location) {
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

namespace {
struct DistAnnotate final : partita::impl::DistAnnotateBase<DistAnnotate> {
  using Base::Base;

  void runOnOperation() final {
    ModuleOp module = getOperation();
    dist::MeshOp meshOp = getMesh(module);
    if (!meshOp)
      return signalPassFailure();
    Annotations annotations(meshOp);
    if (failed(addNamed(module, annotations)) ||
        failed(addTactics(module, annotations)))
      return signalPassFailure();
    numAnnotated += annotations.write();
    numLeftOut += annotations.getNumLeftOut();
  }

  /// The mesh of the module, or the one that the option asks for.
  dist::MeshOp getMesh(ModuleOp module) {
    if (mesh.empty())
      return getOnlyMesh(module);
    auto report = [&](const Twine &message) {
      module.emitError("option 'mesh': ") << message;
      return dist::MeshOp();
    };
    llvm::Expected<sharding::Mesh> parsed = sharding::Mesh::parse(mesh);
    if (!parsed)
      return report(llvm::toString(parsed.takeError()));
    MLIRContext *context = &getContext();
    auto axes =
        llvm::map_to_vector(parsed->getAxes(), [&](const sharding::Axis &axis) {
          return dist::MeshAxisAttr::get(context, axis.name, axis.size,
                                         nullptr);
        });
    auto attr = dist::MeshAttr::get(context, axes);
    auto present = module.getOps<dist::MeshOp>();
    if (present.begin() == present.end()) {
      OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
      return dist::MeshOp::create(builder, module.getLoc(), "mesh", attr);
    }
    dist::MeshOp only = getOnlyMesh(module);
    if (!only || only.getMesh() == attr)
      return only;
    return report("expected the mesh that the module has");
  }

  LogicalResult addNamed(ModuleOp module, Annotations &annotations) {
    SmallVector<StringRef> texts = splitItems(annotate);
    if (texts.empty())
      return success();
    NamedTargets targets(module);
    for (StringRef text : texts) {
      llvm::Expected<NamedAnnotation> annotation =
          parseNamedAnnotation(text, annotations.getMesh());
      if (!annotation)
        return module.emitError(llvm::toString(annotation.takeError()));
      llvm::Expected<llvm::GlobPattern> pattern =
          llvm::GlobPattern::create(annotation->pattern);
      if (!pattern)
        return module.emitError("annotation '")
               << annotation->text
               << "': " << llvm::toString(pattern.takeError());
      bool allFit = true;
      bool any = targets.visitMatches(*pattern, [&](const auto &target) {
        allFit &= succeeded(annotations.add(target, *annotation));
      });
      if (!any)
        return module.emitError("annotation '")
               << annotation->text << "': nothing has a name like that"
               << suggest(annotation->pattern, targets.getNames());
      if (!allFit)
        return failure();
    }
    return success();
  }

  LogicalResult addTactics(ModuleOp module, Annotations &annotations) {
    std::vector<Tactic> known = getBuiltinTactics();
    llvm::Expected<std::vector<TacticUse>> uses =
        parseTacticUses(tactics, known);
    if (!uses)
      return module.emitError("option 'tactics': ")
             << llvm::toString(uses.takeError());
    std::vector<Role> roles;
    for (auto function : module.getOps<FunctionOpInterface>())
      llvm::append_range(roles, findRoles(function));
    for (const TacticUse &use : *uses) {
      const Tactic &tactic = *llvm::find_if(
          known, [&](const Tactic &tactic) { return tactic.name == use.name; });
      if (failed(addTactic(module, annotations, roles, tactic, use)))
        return failure();
    }
    return success();
  }

  LogicalResult addTactic(ModuleOp module, Annotations &annotations,
                          ArrayRef<Role> roles, const Tactic &tactic,
                          const TacticUse &use) {
    SmallVector<unsigned> axes;
    for (StringRef name : use.axes) {
      std::optional<unsigned> axis = annotations.getMesh().findAxis(name);
      if (!axis) {
        auto names = llvm::map_to_vector(
            annotations.getMesh().getAxes(),
            [](const sharding::Axis &axis) { return StringRef(axis.name); });
        return module.emitError("tactic '")
               << use.str() << "': expected an axis of the mesh, got '" << name
               << "'" << suggest(name, names);
      }
      axes.push_back(*axis);
    }
    std::string origin = use.str();
    bool any = false;
    for (const TacticAnnotation &line : tactic.annotations) {
      std::optional<unsigned> axis;
      if (!line.axis.empty())
        axis = axes[llvm::find(tactic.axes, line.axis) - tactic.axes.begin()];
      for (const Role &role : roles) {
        if (role.name != line.role)
          continue;
        any = true;
        annotations.add({.value = role.value, .use = role.use}, role, line,
                        axis, origin);
      }
    }
    if (!any)
      return module.emitError("tactic '")
             << origin << "': nothing in the module has a role that it names";
    return success();
  }
};
} // namespace
