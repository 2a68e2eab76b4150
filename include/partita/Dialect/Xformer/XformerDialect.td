// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_XFORMER_XFORMERDIALECT_TD
#define PARTITA_DIALECT_XFORMER_XFORMERDIALECT_TD

include "mlir/IR/OpBase.td"

def Xformer_Dialect : Dialect {
  let name = "xformer";
  let cppNamespace = "::partita::xformer";
  let summary = "Transformer models at the level at which people think of them";
  let description = [{
    A model is one function over ranked tensors of static shape. Its arguments
    are the inputs and the parameters of the model, its results the outputs; all
    ops are pure. The same ops are legal on global and on local shapes: a
    partitioned program differs from the model in its types, not in its ops.

    | argument or result attribute | value | meaning |
    |---|---|---|
    | `xformer.input` | `"ids"` | an input; the name a user feeds it by |
    | `xformer.parameter` | `"h.0.attn.c_attn.weight"` | a parameter, by its tensor name in the checkpoint |
    | `xformer.parameter` | `["experts.0.w1.weight", ...]` | a parameter that stacks tensors of the checkpoint along a new leading dimension |
    | `xformer.part` | `#xformer.part<...>` | with `xformer.parameter`: the argument is this part of it |
    | `xformer.output` | `"logits"` | an output, on a result |

    Locations name the module path in the model, such as `h.3.attn.c_attn`.

    Where an upstream op says the same thing as clearly, it is used:
    `arith.constant` for constants, `arith` and `math` ops for elementwise
    arithmetic on equal shapes and for conversions between float types. The ops
    of this dialect broadcast like NumPy: shapes are aligned at their last
    dimension, and a dimension that is 1 or missing is repeated.

    Tensors hold `f32`, `bf16` or `f16`, integer ids, or `i1` masks. All float
    operands of an op have the same element type unless it says otherwise.

    **Constraints** on every op and on a model's function
    - `tensor_c1`: tensors have no encoding.
    - `tensor_c2`: a tensor has fewer than 2^63 bytes, where a dimension of 0
      counts as 1.
    - `model_c1`: the names of inputs, of the tensors that parameters take, and
      of outputs are not empty.
    - `model_c2`: a parameter that stacks `n` tensors has a leading dimension of
      `n`; not so an argument of a program for one device.
    - `model_c3`: an argument is an input or a parameter, not both.
    - `model_c4`: no two inputs and no two outputs of a function have the same
      name, and no two parameters take the same tensor; a tied weight is one
      argument. Parts of one tensor may be several, if they are along the same
      dimension of the same size, and no two of them overlap.
    - `model_c5`: no other attribute of the dialect stands on an argument, on a
      result or on an op.
    - `model_c6`: what is a part is a parameter, and has the size of the part
      along its dimension, if it is no argument of a program for one device.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let hasOperationAttrVerify = 1;
  let hasConstantMaterializer = 1;
  let hasCanonicalizer = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

class Xformer_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Xformer_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

#endif // PARTITA_DIALECT_XFORMER_XFORMERDIALECT_TD
