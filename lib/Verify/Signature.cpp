// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Signature.h"

#include "partita/Dialect/Dist/Dist.h"
#include "partita/Sharding/Bridge.h"

using namespace mlir;
using namespace partita;
using namespace partita::verify;

/// The declaration of "`kind` #`index`" of `function`, of type `type`.
static FailureOr<Declaration>
readDeclaration(FunctionOpInterface function, StringRef kind, unsigned index,
                Type type, DictionaryAttr attributes, const ProgramMesh &mesh) {
  auto emitError = [&] {
    return function.emitOpError() << kind << " #" << index << ": ";
  };
  auto get = [&](StringRef name) {
    return attributes ? attributes.get(name) : Attribute();
  };
  Declaration declaration;
  auto globalType = dyn_cast_or_null<TypeAttr>(get(dist::globalTypeAttrName));
  declaration.globalType = globalType ? globalType.getValue() : type;
  auto tensor = dyn_cast<RankedTensorType>(declaration.globalType);
  if (!tensor || !tensor.hasStaticShape()) {
    if (isa<TensorType>(declaration.globalType))
      return emitError() << "expected a tensor of static shape, got "
                         << declaration.globalType;
    return declaration;
  }

  declaration.shard = Shard::getWhole(tensor.getShape());
  if (auto padding =
          dyn_cast_or_null<dist::PaddingAttr>(get(dist::paddingAttrName)))
    for (auto [dim, atoms] :
         llvm::zip(padding.getDims(), declaration.shard.dims)) {
      atoms.clear();
      for (auto [size, padded] :
           llvm::zip(dim.getSizes(), dim.getPaddedSizes()))
        atoms.push_back({size, padded});
      atoms = joinAtoms(atoms);
    }
  if (auto sharding =
          dyn_cast_or_null<dist::ShardingAttr>(get(dist::shardingAttrName))) {
    if (sharding.getMesh() != mesh.name)
      return emitError() << "expected a sharding on " << mesh.name
                         << ", as in the rest of the program, got one on "
                         << sharding.getMesh();
    declaration.shard.layout = sharding::toLayout(mesh.mesh, sharding);
  }
  if (llvm::Error error = checkEven(declaration.shard))
    return emitError() << llvm::toString(std::move(error)) << "; pad it";
  auto local = tensor.clone(declaration.shard.getLocalShape());
  if (local != type)
    return emitError() << "expected " << local << ", what a device holds of "
                       << tensor << " under "
                       << declaration.shard.str(mesh.mesh) << ", got " << type;
  return declaration;
}

FailureOr<Signature> verify::readSignature(FunctionOpInterface function,
                                           const ProgramMesh &mesh) {
  Signature signature;
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
    FailureOr<Declaration> declaration =
        readDeclaration(function, "argument", index, type,
                        function.getArgAttrDict(index), mesh);
    if (failed(declaration))
      return failure();
    signature.arguments.push_back(std::move(*declaration));
  }
  for (auto [index, type] : llvm::enumerate(function.getResultTypes())) {
    FailureOr<Declaration> declaration =
        readDeclaration(function, "result", index, type,
                        function.getResultAttrDict(index), mesh);
    if (failed(declaration))
      return failure();
    signature.results.push_back(std::move(*declaration));
  }
  return signature;
}
