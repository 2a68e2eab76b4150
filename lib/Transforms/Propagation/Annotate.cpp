// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Transforms/Propagation/Passes.h"

#include "Annotations.h"
#include "NamedTargets.h"
#include "Names.h"
#include "Roles.h"
#include "ShardingGraph.h"
#include "Tactics.h"
#include "partita/Sharding/Bridge.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/GlobPattern.h"

#include <map>

namespace partita {
#define GEN_PASS_DEF_DISTANNOTATE
#include "partita/Transforms/Propagation/Passes.h.inc"
} // namespace partita

using namespace mlir;
using namespace partita;

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
      emitError(module.getLoc(), "option 'mesh': ") << message;
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
        return emitError(module.getLoc(),
                         llvm::toString(annotation.takeError()));
      llvm::Expected<llvm::GlobPattern> pattern =
          llvm::GlobPattern::create(annotation->pattern);
      if (!pattern)
        return emitError(module.getLoc(), "annotation '")
               << annotation->text
               << "': " << llvm::toString(pattern.takeError());
      bool allFit = true;
      bool any = targets.visitMatches(*pattern, [&](const auto &target) {
        allFit &= succeeded(annotations.add(target, *annotation));
      });
      if (!any)
        return emitError(module.getLoc(), "annotation '")
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
      return emitError(module.getLoc(), "option 'tactics': ")
             << llvm::toString(uses.takeError());
    std::vector<Role> roles;
    for (auto function : module.getOps<FunctionOpInterface>())
      llvm::append_range(roles, findRoles(function));
    std::vector<TacticLine> lines;
    for (const TacticUse &use : *uses) {
      const Tactic &tactic = *llvm::find_if(
          known, [&](const Tactic &tactic) { return tactic.name == use.name; });
      if (failed(addLines(module, annotations.getMesh(), roles, tactic, use,
                          lines)))
        return failure();
    }
    // What comes later takes what is left, wherever its tactic stands.
    std::map<unsigned, SmallVector<const TacticLine *>> byPriority;
    for (const TacticLine &line : lines)
      byPriority[line.annotation->priority].push_back(&line);
    for (const auto &[priority, lines] : byPriority)
      for (const TacticLine *line : lines)
        for (const Role &role : roles)
          if (role.name == line->annotation->role)
            annotations.add({.value = role.value, .use = role.use}, role,
                            *line->annotation, line->axis, line->origin);
    return success();
  }

  /// A line of a tactic that is used.
  struct TacticLine {
    const TacticAnnotation *annotation;
    std::optional<unsigned> axis;
    std::string origin;
  };

  static LogicalResult addLines(ModuleOp module, const sharding::Mesh &mesh,
                                ArrayRef<Role> roles, const Tactic &tactic,
                                const TacticUse &use,
                                std::vector<TacticLine> &lines) {
    SmallVector<unsigned> axes;
    for (StringRef name : use.axes) {
      std::optional<unsigned> axis = mesh.findAxis(name);
      if (!axis) {
        auto names =
            llvm::map_to_vector(mesh.getAxes(), [](const sharding::Axis &axis) {
              return StringRef(axis.name);
            });
        return emitError(module.getLoc(), "tactic '")
               << use.str() << "': expected an axis of the mesh, got '" << name
               << "'" << suggest(name, names);
      }
      axes.push_back(*axis);
    }
    bool any = false;
    for (const TacticAnnotation &annotation : tactic.annotations) {
      TacticLine line{&annotation, std::nullopt, use.str()};
      if (!annotation.axis.empty())
        line.axis = axes[llvm::find(tactic.axes, annotation.axis) -
                         tactic.axes.begin()];
      any |= llvm::any_of(roles, [&](const Role &role) {
        return role.name == annotation.role;
      });
      lines.push_back(std::move(line));
    }
    if (!any)
      return emitError(module.getLoc(), "tactic '")
             << use.str()
             << "': nothing in the module has a role that it names";
    return success();
  }
};
} // namespace
