// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Meshes, axes and shardings. Every attribute is brought into a canonical form
// when it is built, as far as that is possible without knowing the mesh, and is
// valid in itself once it exists. What needs the mesh is checked where the
// attribute is used.

#ifndef PARTITA_DIALECT_DIST_DISTATTRS_TD
#define PARTITA_DIALECT_DIST_DISTATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "partita/Dialect/Dist/DistDialect.td"
include "partita/Dialect/Dist/DistInterfaces.td"

class Dist_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Dist_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
  let hasCustomAssemblyFormat = 1;
}

//===----------------------------------------------------------------------===//
// Meshes
//===----------------------------------------------------------------------===//

def Dist_LinkAttr : Dist_Attr<"Link", "link"> {
  let summary = "what connects the devices along an axis of a mesh";
  let description = [{
    `bandwidth` is in bytes a second that one device can send while it receives
    as many; `latency` is in seconds a message.

    **Constraints**
    - `link_c1`: the bandwidth is positive and finite.
    - `link_c2`: the latency is finite and not negative.

    ```mlir
    #dist.link<bandwidth = 4.5e11, latency = 2.0e-6>
    ```
  }];
  let parameters = (ins APFloatParameter<"in bytes a second">:$bandwidth,
                        APFloatParameter<"in seconds">:$latency);
  let genVerifyDecl = 1;
}

def Dist_MeshAxisAttr : Dist_Attr<"MeshAxis", "mesh_axis"> {
  let summary = "an axis of a mesh: its name, its size and what connects it";
  let description = [{
    ```mlir
    #dist.mesh_axis<"tensor"=4 <bandwidth = 4.5e11, latency = 2.0e-6>>
    ```
  }];
  let parameters = (ins StringRefParameter<>:$name, "int64_t":$size,
                        OptionalParameter<"LinkAttr">:$link);
}

def Dist_MeshAttr : Dist_Attr<"Mesh", "mesh"> {
  let summary = "a grid of devices with named axes";
  let description = [{
    Axes stand in order from the slowest to the fastest link. Devices are
    numbered row by row: the last axis varies fastest.

    **Constraints**
    - `mesh_c1`: names of axes are not empty, and no two are equal.
    - `mesh_c2`: sizes are positive.
    - `mesh_c3`: there are fewer than 2^31 devices.

    ```mlir
    #dist.mesh<["data"=2, "tensor"=4]>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"MeshAxisAttr">:$axes);
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The number of devices: the product of the sizes of all axes.
    int64_t getDeviceCount() const;

    /// The size of the axis called `name`, or none.
    std::optional<int64_t> getAxisSize(::llvm::StringRef name) const;

    /// The number of blocks that `part`, or all of `parts`, split a dimension
    /// into: the size of a group. The parts must be valid on this mesh, here and
    /// below.
    int64_t getSize(AxisPartAttr part) const;
    int64_t getSize(::llvm::ArrayRef<AxisPartAttr> parts) const;

    /// The index of `device` in its group over `parts`, which are major to
    /// minor.
    int64_t getIndex(int64_t device, ::llvm::ArrayRef<AxisPartAttr> parts) const;

    /// The device in the group of `device` over `parts` whose index there is
    /// `index`.
    int64_t getDevice(int64_t device, ::llvm::ArrayRef<AxisPartAttr> parts,
                      int64_t index) const;

    /// The same parts in the form that is canonical on this mesh: parts that
    /// follow one another are one, and a part that is a whole axis is written as
    /// such.
    ::llvm::SmallVector<AxisPartAttr, 4>
    getCanonical(::llvm::ArrayRef<AxisPartAttr> parts) const;

    /// Checks that `parts` are parts of axes of this mesh, and are written in
    /// the canonical form.
    ::llvm::LogicalResult verifyParts(
        ::llvm::ArrayRef<AxisPartAttr> parts,
        ::llvm::function_ref<::mlir::InFlightDiagnostic()> emitError) const;
  }];
}

//===----------------------------------------------------------------------===//
// Axes
//===----------------------------------------------------------------------===//

def Dist_AxisPartAttr : Dist_Attr<"AxisPart", "axis"> {
  let summary = "an axis of a mesh, or a part of one";
  let description = [{
    `"x"` is the whole axis. `"x":(pre)size` is the part of size `size` that
    comes after parts of total size `pre`: for an axis of size `n`, the device
    with coordinate `c` has the coordinate `floor(c / (n / (pre * size))) mod
    size` on it. An axis of size 8 is `"x":(1)2`, `"x":(2)2` and `"x":(4)2`,
    major to minor.

    **Constraints**
    - `axis_c1`: the name is not empty.
    - `axis_c2`: `pre` is at least 1 and `size` at least 2, and their product is
      below 2^63.

    ```mlir
    #dist.axis<"x":(2)4>
    ```
  }];
  let parameters = (ins StringRefParameter<>:$axis,
    DefaultValuedParameter<"int64_t", "1", "sizes of the parts before">:$pre,
    DefaultValuedParameter<"int64_t", "0", "0 for the whole axis">:$size);
  let builders = [AttrBuilder<(ins "::llvm::StringRef":$axis), [{
    return $_get($_ctxt, axis, /*pre=*/1, /*size=*/0);
  }]>];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    bool isWhole() const { return getSize() == 0; }

    /// True if both take from the same coordinates.
    bool overlaps(AxisPartAttr other) const;

    /// True if `other` comes right after this part of the same axis.
    bool isFollowedBy(AxisPartAttr other) const;

    /// By name, then major to minor.
    bool operator<(AxisPartAttr other) const;

    /// As in the notation: `"x":(2)4`.
    std::string str() const;
  }];
}

def Dist_AxesAttr : Dist_Attr<"Axes", "axes"> {
  let summary = "the axes of a group of devices, major to minor";
  let description = [{
    A part that follows the one before it in its axis is joined to it.

    **Constraints**
    - `axes_c1`: parts do not overlap.
    - `axes_c2`: parts of one axis belong to one factorization of it: the `pre`
      of the next is a multiple of the `pre * size` of the one before.

    ```mlir
    #dist.axes<{"data", "tensor":(1)2}>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"AxisPartAttr">:$parts);
  let skipDefaultBuilders = 1;
  let builders = [AttrBuilder<(ins "::llvm::ArrayRef<AxisPartAttr>":$parts), [{
    return $_get($_ctxt, detail::joinParts(parts));
  }]>];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    bool empty() const { return getParts().empty(); }

    /// The same axes in the order of `AxisPartAttr`, for groups whose order has
    /// no meaning.
    AxesAttr getSorted() const;

    /// True if no part of one overlaps a part of the other, and all parts
    /// together are the parts of an `AxesAttr`.
    bool isDisjointFrom(AxesAttr other) const;
  }];
}

//===----------------------------------------------------------------------===//
// Shardings
//===----------------------------------------------------------------------===//

def Dist_CombinerAttr : Dist_Attr<"Combiner", "combiner"> {
  let summary = "how partial values are combined";
  let description = [{
    `sum`, `max`, `min` or `log_sum_exp`, each element by element; the last is
    the logarithm of the sum of the exponentials.

    ```mlir
    #dist.combiner<max>
    ```
  }];
  let parameters = (ins "::partita::Combiner":$value);
  let returnType = "::partita::Combiner";
  let convertFromStorage = "$_self.getValue()";
  let constBuilderCall =
      "::partita::dist::CombinerAttr::get($_builder.getContext(), $0)";
}

def Dist_DimShardingAttr : Dist_Attr<"DimSharding", "dim_sharding"> {
  let summary = "how one dimension of a value is split";
  let description = [{
    `{"x", "y"}` splits the dimension over `"x"` and each block over `"y"`. With
    `?` at the end the dimension is open: propagation may split it further.
    Otherwise it is closed. Propagation goes by the order of priorities, `p0`
    first, which is the one not written.

    Parts are joined as in `axes`.

    **Constraints**
    - `dim_sharding_c1`: a dimension that is closed and not split has priority 0,
      as there is nothing to propagate.

    ```mlir
    #dist.dim_sharding<{"data", "tensor":(1)2, ?}p1>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"AxisPartAttr">:$axes,
                        DefaultValuedParameter<"bool", "false">:$is_open,
                        DefaultValuedParameter<"unsigned", "0">:$priority);
  let skipDefaultBuilders = 1;
  let builders = [AttrBuilder<(ins
      CArg<"::llvm::ArrayRef<AxisPartAttr>", "{}">:$axes,
      CArg<"bool", "false">:$isOpen, CArg<"unsigned", "0">:$priority), [{
    return $_get($_ctxt, detail::joinParts(axes), isOpen, priority);
  }]>];
  let genVerifyDecl = 1;
}

def Dist_PartialAttr : Dist_Attr<"Partial", "partial"> {
  let summary = "an axis over which a value is yet to be combined";
  let description = [{
    ```mlir
    #dist.partial<"x":(1)2:max>
    ```
  }];
  let parameters = (ins "AxisPartAttr":$axis, "::partita::Combiner":$combiner);
}

def Dist_ShardingAttr : Dist_Attr<"Sharding", "sharding"> {
  let summary = "how a value lies on a mesh";
  let description = [{
    One list of axes for each dimension of the value; see `dim_sharding`. The
    axes in `partial` hold contributions: the value is what their combination
    over the axis gives, by sum unless another combiner is written. Over all
    other axes the value is replicated.

    Block `i` of a dimension that is split into `p` blocks holds the elements
    from `i * ceil(n / p)` on; a device holds the block with its index over the
    axes of the dimension.

    The partial axes are sorted by name, and those that follow one another with
    the same combiner are joined. So equal shardings are one attribute.

    **Constraints**
    - `sharding_c1`: no two parts of axes in the sharding overlap.
    - `sharding_c2`: all parts of one axis belong to one factorization of it, as
      in `axes`.
    - `sharding_c3`: all partial axes have one combiner, since a sum of maxima is
      not the maximum of sums.

    ```mlir
    #dist.sharding<@mesh, [{"data"}, {"tensor":(1)2, ?}p1, {} ],
                   partial={"x":max, "y":max}>
    ```
  }];
  let parameters = (ins "::mlir::FlatSymbolRefAttr":$mesh,
                        ArrayRefParameter<"DimShardingAttr">:$dims,
                        OptionalArrayRefParameter<"PartialAttr">:$partial);
  let skipDefaultBuilders = 1;
  let builders = [AttrBuilderWithInferredContext<(ins
      "::mlir::FlatSymbolRefAttr":$mesh,
      "::llvm::ArrayRef<DimShardingAttr>":$dims,
      CArg<"::llvm::ArrayRef<PartialAttr>", "{}">:$partial), [{
    return $_get(mesh.getContext(), mesh, dims, detail::joinPartial(partial));
  }]>];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The sharding of a value of rank `rank` that every device holds whole,
    /// with open or closed dimensions.
    static ShardingAttr getReplicated(::mlir::FlatSymbolRefAttr mesh,
                                      int64_t rank, bool isOpen = false);

    int64_t getRank() const { return getDims().size(); }

    /// True if no axis splits a dimension and none is partial: every device
    /// holds the whole value.
    bool isFullyReplicated() const;

    /// True if every dimension is closed and has priority 0: nothing is left for
    /// propagation to do.
    bool isSettled() const;

    /// The same with closed dimensions of priority 0.
    ShardingAttr getSettled() const;

    /// True if both mean the same layout: equal up to openness and priorities.
    bool hasSameLayout(ShardingAttr other) const {
      return getSettled() == other.getSettled();
    }

    /// Calls `visit` on the parts of all dimensions, and then on partial ones.
    void visitParts(::llvm::function_ref<void(AxisPartAttr)> visit) const;

    /// The sharding in the form that is canonical on `mesh`; see
    /// `MeshAttr::getCanonical`.
    ShardingAttr getCanonical(MeshAttr mesh) const;

    /// The number of blocks that dimension `dim` is split into on `mesh`.
    int64_t getBlockCount(MeshAttr mesh, int64_t dim) const;

    /// What a device holds of a value with this type: a dimension of size n that
    /// is split into p blocks becomes ceil(n / p), and a dynamic one stays so.
    ::mlir::RankedTensorType getLocalType(MeshAttr mesh,
                                          ::mlir::RankedTensorType type) const;

    /// Checks the sharding against `mesh`, and against the type of the value it
    /// describes.
    ::llvm::LogicalResult verifyOn(
        MeshAttr mesh, ::mlir::Type type,
        ::llvm::function_ref<::mlir::InFlightDiagnostic()> emitError) const;
  }];
}

#endif // PARTITA_DIALECT_DIST_DISTATTRS_TD
