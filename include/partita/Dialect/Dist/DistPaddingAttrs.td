// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a value is padded so that all its splits are even.

#ifndef PARTITA_DIALECT_DIST_DISTPADDINGATTRS_TD
#define PARTITA_DIALECT_DIST_DISTPADDINGATTRS_TD

include "partita/Dialect/Dist/DistAttrs.td"

def Dist_DimPaddingAttr : Dist_Attr<"DimPadding", "dim_padding"> {
  let summary = "how one dimension of a value is padded";
  let description = [{
    A dimension is a product of atoms, major to minor, and each atom may be made
    longer: `[3 -> 4, 192]` is a dimension of size 576, seen as 3 blocks of 192,
    that becomes 4 such blocks. An element keeps its coordinates on the atoms;
    elements with a coordinate beyond the old size of an atom are pads.

    Neighbours that are not padded are one atom, and atoms of size 1 that stay
    so are none. So equal paddings are one attribute.

    **Constraints**
    - `dim_padding_c1`: sizes are positive, and no padded size is below the size.
    - `dim_padding_c2`: the product of the padded sizes is below 2^63.

    ```mlir
    #dist.dim_padding<[3 -> 4, 192]>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$sizes,
                        ArrayRefParameter<"int64_t">:$padded_sizes);
  let skipDefaultBuilders = 1;
  let builders = [AttrBuilder<(ins "::llvm::ArrayRef<int64_t>":$sizes,
                                   "::llvm::ArrayRef<int64_t>":$paddedSizes), [{
    auto [joined, joinedPadded] = detail::joinAtoms(sizes, paddedSizes);
    return $_get($_ctxt, joined, joinedPadded);
  }]>];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// A dimension of this size without pads.
    static DimPaddingAttr getNone(::mlir::MLIRContext *context, int64_t size);

    /// The size without pads, and with them.
    int64_t getSize() const;
    int64_t getPaddedSize() const;

    bool isPadded() const { return getSizes() != getPaddedSizes(); }

    /// Where element `index` of the dimension without pads is in the padded one.
    int64_t getPaddedIndex(int64_t index) const;
  }];
}

def Dist_PaddingAttr : Dist_Attr<"Padding", "padding"> {
  let summary = "how a value is padded";
  let description = [{
    One entry for each dimension of the value; see `dim_padding`. What pads hold
    is not said: on an argument they are zeros, and in a result they have no
    meaning.

    ```mlir
    #dist.padding<[[2], [3 -> 4, 192]]>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"DimPaddingAttr">:$dims);
  let extraClassDeclaration = [{
    int64_t getRank() const { return getDims().size(); }

    bool isPadded() const;

    /// The type that a value of `type`, of whose dimensions this speaks, has with
    /// pads, and the one that a padded value of `type` has without.
    ::mlir::RankedTensorType
    getPaddedType(::mlir::RankedTensorType type) const;
    ::mlir::RankedTensorType
    getUnpaddedType(::mlir::RankedTensorType type) const;
  }];
}

#endif // PARTITA_DIALECT_DIST_DISTPADDINGATTRS_TD
