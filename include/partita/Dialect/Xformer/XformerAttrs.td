// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_DIALECT_XFORMER_XFORMERATTRS_TD
#define PARTITA_DIALECT_XFORMER_XFORMERATTRS_TD

include "mlir/IR/EnumAttr.td"
include "partita/Dialect/Xformer/XformerDialect.td"

def Xformer_Activation : I32EnumAttr<"Activation",
    "nonlinearity of a feed-forward layer", [
      I32EnumAttrCase<"Relu", 0, "relu">,
      I32EnumAttrCase<"Silu", 1, "silu">,
      I32EnumAttrCase<"Gelu", 2, "gelu">,
      I32EnumAttrCase<"GeluTanh", 3, "gelu_tanh">,
    ]> {
  let cppNamespace = "::partita::xformer";
  let genSpecializedAttr = 0;
}

def Xformer_ActivationAttr
    : EnumAttr<Xformer_Dialect, Xformer_Activation, "activation">;

// A double-precision number, printed so that it reads back exactly.
class Xformer_DoubleParameter<string desc = ""> : APFloatParameter<desc> {
  let parser = [{[&]() -> ::mlir::FailureOr<::llvm::APFloat> {
    double value;
    if (::mlir::failed($_parser.parseFloat(value)))
      return ::mlir::failure();
    return ::llvm::APFloat(value);
  }()}];
  let printer = "$_printer.printFloat($_self)";
}

def Xformer_Llama3RopeAttr : Xformer_Attr<"Llama3Rope", "llama3_rope"> {
  let summary = "frequency scaling of rotary embeddings as in Llama 3.1";
  let description = [{
    Let `w` be a frequency of the unscaled embedding and `l = 2 pi / w` its
    wavelength. Wavelengths below `original_context / high_frequency_factor` are
    kept, those above `original_context / low_frequency_factor` are stretched by
    `factor`, and between the two the frequency is interpolated linearly in
    `original_context / l`.

    ```mlir
    #xformer.llama3_rope<factor = 8.0, low_frequency_factor = 1.0,
                         high_frequency_factor = 4.0, original_context = 8192>
    ```
  }];
  let parameters = (ins Xformer_DoubleParameter<>:$factor,
                        Xformer_DoubleParameter<>:$low_frequency_factor,
                        Xformer_DoubleParameter<>:$high_frequency_factor,
                        "int64_t":$original_context);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Xformer_PartAttr : Xformer_Attr<"Part", "part"> {
  let summary = "a range of a tensor along one dimension";
  let description = [{
    The elements from `offset` on, `size` of them, along dimension `dim` of a
    tensor that has `of` there.

    **Constraints**
    - `part_c1`: the range lies within the tensor, and nothing is negative.

    ```mlir
    #xformer.part<dim = 1, offset = 768, size = 768, of = 2304>
    ```
  }];
  let parameters = (ins "int64_t":$dim, "int64_t":$offset, "int64_t":$size,
                        "int64_t":$of);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // PARTITA_DIALECT_XFORMER_XFORMERATTRS_TD
