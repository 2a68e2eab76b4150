// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_DIST_DISTDIALECT_TD
#define PARTITA_DIALECT_DIST_DISTDIALECT_TD

include "mlir/IR/OpBase.td"

def Dist_Dialect : Dialect {
  let name = "dist";
  let cppNamespace = "::partita::dist";
  let summary = "How values lie on a mesh of devices, and how they move";
  let description = [{
    The dialect has three parts, for the two views of a distributed program.

    *Meshes.* `dist.mesh` names a grid of devices and the axes of the grid.

    *Global view.* Every value has its global type, and a `#dist.sharding` says
    how it lies on the mesh. Shardings are attributes, so that they can stand on
    any op of any dialect and change nothing about its meaning:

    | attribute | stands on | value |
    |---|---|---|
    | `dist.sharding` | an argument or a result of a function | a `#dist.sharding` |
    | `dist.shardings` | any op with results | a list with one `#dist.sharding` a result |
    | `dist.origins` | both | for each dimension which annotation each of its axes comes from |

    `dist.constraint` pins a sharding to a value, and `dist.reshard` asks for the
    same value under another one.

    Sizes that their splits do not divide may be made longer: `dist.padding` on an
    argument or a result of a function says which elements its value has more than
    the one the user knows.

    *Local view.* Every value is what one device holds of it, and collectives
    with explicit mesh axes move it. All devices of a mesh run one program, and
    take the same branches and the same number of iterations in it; no op gives
    a device's coordinates as a scalar that a branch could depend on. So what
    happens to the program happens on all devices alike, and collectives are
    pure: when an unused one is dropped, or two equal ones become one, no device
    is left waiting for another. `send` and `recv` join two programs and are not
    pure.

    An argument or a result of a local program says what it is a part of:

    | attribute | value |
    |---|---|
    | `dist.global_type` | the type of the value that the user knows, whole and without pads |
    | `dist.padding` | a `#dist.padding`, by which that value is padded first; none if it is not |
    | `dist.sharding` | a `#dist.sharding`, by which it is split then |

    The program it was made from can stand beside it, as a module with the attribute
    `dist.global`.

    *Groups.* The devices that differ only in their coordinates on a list of
    axes are a group; a mesh falls into as many groups as the other axes have
    coordinates. A device's index in its group counts these coordinates with the
    first axis of the list as the most significant.

    *Uneven sizes.* A dimension of size `n` that is split into `p` blocks has
    blocks of size `ceil(n / p)`, of which the last ones hold less than that, or
    nothing. An op that splits a dimension fills them up with zeros, and one that
    joins blocks drops what is beyond the size in its result type. So types alone
    say which sizes are meant.

    *Started ops.* An op that communicates is either done when its result is
    there or, with the word `start`, gives a token for it, and `dist.wait` gives
    the result. A token is a value like others: it may be waited for twice, and
    one that is never waited for only costs what it moves. Canonicalization does
    not join a wait to its start, since where they stand is a schedule's
    decision.

    **Constraints** on attributes, and on all ops
    - `mesh_use_c1`: the mesh is a `dist.mesh` op of the nearest symbol table.
    - `mesh_use_c2`: every axis is an axis of the mesh.
    - `mesh_use_c3`: the parts before a part of an axis, and the part, divide the
      size of the axis.
    - `mesh_use_c4`: a part is not the whole axis, which is written by its name
      alone.
    - `annotation_c1`: `dist.sharding` is a sharding, and `dist.shardings` a list
      of shardings.
    - `annotation_c2`: `dist.shardings` has one sharding a result, and stands on
      an op that has results and does not say their sharding itself.
    - `annotation_c3`: a sharding has one dimension for each of the value it
      describes; a value that is no tensor, vector or memref has none, and one
      of unknown rank has no sharding.
    - `annotation_c4`: no other attribute of the dialect stands on an op, an
      argument or a result; `dist.sharding`, `dist.global_type` and `dist.padding`
      stand on functions only.
    - `annotation_c5`: `dist.global_type` is a tensor type and `dist.padding` a
      padding.
    - `annotation_c6`: `dist.padding` gives the tensor it describes the sizes that it
      has: without pads those of `dist.global_type`, or, where there is none, with
      pads those of the type.
    - `annotation_c7`: `dist.global_type` stands beside a `dist.sharding`, and the
      type is what a device holds of it under its padding and that sharding.
    - `annotation_c8`: `dist.global` is a unit, and stands on a module inside of
      another.
    - `annotation_c9`: `dist.origins` is a list of lists of strings; on an op it has
      one such list a result.
    - `start_c1`: an op that is started gives a token for its result, and any
      other the result itself.
  }];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let hasOperationAttrVerify = 1;
}

#endif // PARTITA_DIALECT_DIST_DISTDIALECT_TD
