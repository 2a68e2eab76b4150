// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The meaning of the elementwise xformer ops.

#include "Models.h"
#include "mlir/IR/Diagnostics.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Interpreter/Kernels/Dropout.h"
#include "partita/Interpreter/Kernels/Elementwise.h"

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using namespace partita::xformer;

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

static Unary toUnary(Activation activation) {
  switch (activation) {
  case Activation::Relu:
    return Unary::Relu;
  case Activation::Silu:
    return Unary::Silu;
  case Activation::Gelu:
    return Unary::Gelu;
  case Activation::GeluTanh:
    return Unary::GeluTanh;
  }
  llvm_unreachable("not an activation");
}

static void interpretGelu(GeluOp op, DeviceEvaluation &at) {
  at.set(op.getResult(),
         mapElements(op.getTanh() ? Unary::GeluTanh : Unary::Gelu,
                     at.take(op.getInput())));
}

template <typename OpTy, Unary function>
static void interpretUnary(OpTy op, DeviceEvaluation &at) {
  at.set(op.getResult(), mapElements(function, at.take(op.getInput())));
}

static void interpretGated(GatedOp op, DeviceEvaluation &at) {
  at.set(op.getResult(), gated(toUnary(op.getActivation()),
                               at.take(op.getGate()), at[op.getValue()]));
}

//===----------------------------------------------------------------------===//
// Arithmetic with broadcasting
//===----------------------------------------------------------------------===//

template <typename OpTy, Binary function>
static void interpretBinary(OpTy op, DeviceEvaluation &at) {
  at.set(op.getResult(),
         combineElements(function, at.take(op.getLhs()), at[op.getRhs()]));
}

//===----------------------------------------------------------------------===//
// Dropout
//===----------------------------------------------------------------------===//

static void interpretDropout(DropoutOp op, DeviceEvaluation &at) {
  const HostTensor &input = at[op.getInput()];
  Placement placement = Placement::whole(input.getDims());
  if (op.getGlobalShape()) {
    auto indices = llvm::map_to_vector(
        op.getIndices(), [&](Value tensor) { return at[tensor]; });
    placement = Placement::at(indices, *op.getGlobalShape());
  }
  uint64_t seed = at[op.getSeed()].data<int64_t>().front();
  at.set(op.getResult(), dropout(input, op.getRate().convertToDouble(), seed,
                                 op.getStream(), placement));
}

void interp::attachXformerElementwiseModels(MLIRContext *context) {
  attach<interpretGelu, interpretUnary<ReluOp, Unary::Relu>,
         interpretUnary<SiluOp, Unary::Silu>, interpretGated>(context);
  attach<
      interpretBinary<AddOp, Binary::Add>, interpretBinary<SubOp, Binary::Sub>,
      interpretBinary<MulOp, Binary::Mul>, interpretBinary<DivOp, Binary::Div>,
      interpretBinary<MaxOp, Binary::Max>,
      interpretBinary<LogAddExpOp, Binary::LogAddExp>>(context);
  attach<interpretDropout>(context);
}
