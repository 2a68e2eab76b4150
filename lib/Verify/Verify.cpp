// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Verify/Verify.h"

#include "LocalProgram.h"
#include "mlir/IR/BuiltinOps.h"
#include "partita/Dialect/Dist/Dist.h"
#include "partita/Sharding/Bridge.h"

using namespace mlir;
using namespace partita;
using namespace partita::verify;

/// The module inside of `module` that has the global functions, or null.
static ModuleOp findGlobalModule(ModuleOp module) {
  for (ModuleOp inner : module.getOps<ModuleOp>())
    if (inner->hasAttr(dist::globalAttrName))
      return inner;
  return nullptr;
}

/// The mesh that an argument, a result or an op of the functions of `module`
/// names first; no devices but one if none does.
static ProgramMesh findProgramMesh(ModuleOp module) {
  FlatSymbolRefAttr name;
  auto take = [&](Attribute attribute) {
    if (auto sharding = dyn_cast_or_null<dist::ShardingAttr>(attribute);
        sharding && !name)
      name = sharding.getMesh();
  };
  for (auto function : module.getOps<FunctionOpInterface>()) {
    for (unsigned index = 0; index != function.getNumArguments(); ++index)
      take(function.getArgAttr(index, dist::shardingAttrName));
    for (unsigned index = 0; index != function.getNumResults(); ++index)
      take(function.getResultAttr(index, dist::shardingAttrName));
    if (!name)
      function.walk([&](Operation *op) {
        if (auto slice = dyn_cast<dist::SliceOp>(op))
          name = slice.getMeshAttr();
        else if (auto use = dyn_cast<dist::CommunicationOpInterface>(op))
          name = use.getMeshAttr();
        return name ? WalkResult::interrupt() : WalkResult::advance();
      });
    if (name)
      break;
  }
  if (name)
    if (dist::MeshOp mesh = dist::findMesh(module, name))
      return {sharding::toMesh(mesh.getMesh()), name};
  return {};
}

/// Checks that the function that a local one was made from takes and gives what
/// it says.
static LogicalResult checkGlobalFunction(FunctionOpInterface local,
                                         const Signature &signature,
                                         FunctionOpInterface global) {
  auto check = [&](StringRef kind, ArrayRef<Declaration> declarations,
                   TypeRange types) -> LogicalResult {
    if (declarations.size() != types.size())
      return local.emitOpError("expected ")
             << types.size() << " " << kind << "s, as the global function has, "
             << "got " << declarations.size();
    for (auto [index, declaration, type] : llvm::enumerate(declarations, types))
      if (declaration.globalType != type)
        return local.emitOpError()
               << kind << " #" << index << ": expected the global type " << type
               << ", got " << declaration.globalType;
    return success();
  };
  if (failed(
          check("argument", signature.arguments, global.getArgumentTypes())) ||
      failed(check("result", signature.results, global.getResultTypes())))
    return failure();

  // What is fed to an argument, and what a result is called, is a part of the
  // meaning.
  auto differ = [](StringRef name, Attribute a, Attribute b) {
    return name.starts_with("xformer.") && a != b;
  };
  auto findDifference = [&](DictionaryAttr a, DictionaryAttr b) -> StringRef {
    for (auto [first, second] : {std::pair(a, b), std::pair(b, a)})
      if (first)
        for (NamedAttribute attribute : first)
          if (differ(attribute.getName(), attribute.getValue(),
                     second ? second.get(attribute.getName()) : Attribute()))
            return attribute.getName();
    return "";
  };
  for (unsigned index = 0; index != local.getNumArguments(); ++index)
    if (StringRef name = findDifference(local.getArgAttrDict(index),
                                        global.getArgAttrDict(index));
        !name.empty())
      return local.emitOpError("argument #")
             << index << ": expected '" << name
             << "' to be that of the global argument";
  for (unsigned index = 0; index != local.getNumResults(); ++index)
    if (StringRef name = findDifference(local.getResultAttrDict(index),
                                        global.getResultAttrDict(index));
        !name.empty())
      return local.emitOpError("result #")
             << index << ": expected '" << name
             << "' to be that of the global result";
  return success();
}

LogicalResult verify::proveLocalProgram(ModuleOp module,
                                        ProofStatistics &statistics) {
  ModuleOp globals = findGlobalModule(module);
  if (!globals)
    return module.emitOpError("expected a module with 'dist.global' inside, to "
                              "compare with");
  ProgramMesh mesh = findProgramMesh(module);

  llvm::MapVector<Attribute, std::pair<FunctionOpInterface, Signature>> locals;
  for (auto function : module.getOps<FunctionOpInterface>()) {
    if (function.isExternal())
      return function.emitOpError("has no body to prove");
    FailureOr<Signature> signature = readSignature(function, mesh);
    if (failed(signature))
      return failure();
    locals[FlatSymbolRefAttr::get(function.getNameAttr())] = {
        function, std::move(*signature)};
  }
  for (auto global : globals.getOps<FunctionOpInterface>())
    if (!locals.contains(FlatSymbolRefAttr::get(global.getNameAttr())))
      return global.emitOpError("has no local function");

  auto findSignature = [&](FlatSymbolRefAttr name) -> const Signature * {
    auto *it = locals.find(name);
    return it == locals.end() ? nullptr : &it->second.second;
  };
  bool isProven = true;
  for (auto &[name, local] : locals) {
    auto &[function, signature] = local;
    auto global =
        globals.lookupSymbol<FunctionOpInterface>(function.getNameAttr());
    if (!global || global.isExternal())
      return function.emitOpError("has no global function with a body to "
                                  "compare with");
    GlobalProgram program;
    for (const auto *declarations : {&signature.arguments, &signature.results})
      for (const Declaration &declaration : *declarations)
        program.hasPads |= declaration.shard.isPadded();
    if (failed(checkGlobalFunction(function, signature, global)) ||
        failed(readGlobalProgram(global, program)))
      return failure();
    isProven &= succeeded(proveFunction(function, signature, program, mesh,
                                        findSignature, statistics));
    ++statistics.functions;
    statistics.terms += program.table.getNumTerms();
  }
  return success(isProven);
}
