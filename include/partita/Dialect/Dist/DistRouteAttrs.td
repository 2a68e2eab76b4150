// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where a permutation of devices takes values from. No form but the last grows
// with the number of devices.

#ifndef PARTITA_DIALECT_DIST_DISTROUTEATTRS_TD
#define PARTITA_DIALECT_DIST_DISTROUTEATTRS_TD

include "partita/Dialect/Dist/DistAttrs.td"

class Dist_RouteAttr<string name, string attrMnemonic>
    : Dist_Attr<name, attrMnemonic,
        [DeclareAttrInterfaceMethods<Dist_RouteAttrInterface>]> {
  let genVerifyDecl = 1;
}

def Dist_ShiftAttr : Dist_RouteAttr<"Shift", "shift"> {
  let summary = "each device's value goes some devices ahead in a ring";
  let description = [{
    The devices of a group form a ring in the order of their indices. The value
    of the device with index `i` goes to the one with index `i + by` modulo the
    size of the group.

    **Constraints**
    - `shift_c1`: `by` is not negative; a step back in a ring of `n` is one of
      `n - 1` ahead.
    - `shift_c2`: `by` is below the size of the group.

    ```mlir
    #dist.shift<{"x"} by 1>
    ```
  }];
  let parameters = (ins "AxesAttr":$axes, "int64_t":$by);
}

def Dist_ReorderAttr : Dist_RouteAttr<"Reorder", "reorder"> {
  let summary = "indices over one order of axes become indices over another";
  let description = [{
    The value of the device with index `i` over the first axes goes to the one
    with index `i` over the second. Both are the same axes in another order, or
    cut into other parts. What a device holds under `[{"a"}, {"b"} ]` is at the
    device that should have it under `[{"b"}, {"a"} ]` after `{"a", "b"} to {"b",
    "a"}`, if the axes are of one size.

    Axes with which both lists begin, or end, have no effect and are dropped.

    **Constraints**
    - `reorder_c1`: both lists have the same coordinates in them.

    ```mlir
    #dist.reorder<{"a", "b"} to {"b", "a"}>
    ```
  }];
  let parameters = (ins "AxesAttr":$from, "AxesAttr":$to);
  let skipDefaultBuilders = 1;
  let builders = [AttrBuilderWithInferredContext<(ins "AxesAttr":$from,
                                                      "AxesAttr":$to), [{
    detail::dropCommonEnds(from, to);
    return $_get(from.getContext(), from, to);
  }]>];
}

def Dist_PairsAttr : Dist_RouteAttr<"Pairs", "pairs"> {
  let summary = "pairs of a source and a target device";
  let description = [{
    For what no other route says. As the route of a permutation, devices in no
    pair keep their value. Pairs are sorted by their source.

    **Constraints**
    - `pairs_c1`: devices are not negative.
    - `pairs_c2`: no device is twice a source or twice a target.
    - `pairs_c3`: the devices are devices of the mesh.
    - `pairs_c4`: in a permutation, the sources are the targets.

    ```mlir
    #dist.pairs<[0 -> 1, 1 -> 0]>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$sources,
                        ArrayRefParameter<"int64_t">:$targets);
  let skipDefaultBuilders = 1;
  let builders = [AttrBuilder<(ins
      "::llvm::ArrayRef<std::pair<int64_t, int64_t>>":$pairs), [{
    auto [sources, targets] = detail::sortPairs(pairs);
    return $_get($_ctxt, sources, targets);
  }]>];
  let extraClassDeclaration = [{
    /// Checks that every source is a device of `from` and every target one of
    /// `to`.
    ::llvm::LogicalResult verifyBetween(
        MeshAttr from, MeshAttr to,
        ::llvm::function_ref<::mlir::InFlightDiagnostic()> emitError) const;
  }];
}

#endif // PARTITA_DIALECT_DIST_DISTROUTEATTRS_TD
