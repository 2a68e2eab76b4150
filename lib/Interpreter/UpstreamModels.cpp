// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The meaning of the upstream ops that a model may use: constants, elementwise
// arithmetic on tensors and scalars, and calls.

#include "Models.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "partita/Interpreter/Kernels/Elementwise.h"

#include <cstring>

using namespace mlir;
using namespace partita;
using namespace partita::interp;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// The elements that `data` holds in row-major order, or one for all.
static HostTensor tensorOf(ElementKind kind, ArrayRef<int64_t> dims,
                           ArrayRef<char> data) {
  HostTensor tensor = HostTensor::allocate(kind, dims);
  char *to = static_cast<char *>(tensor.mutableBytes());
  for (int64_t i = 0, e = tensor.getNumBytes(); i < e; i += data.size())
    std::memcpy(to + i, data.data(), data.size());
  return tensor;
}

/// The value of a constant of `kind`, or an invalid tensor if it has a form
/// that the interpreter cannot read.
static HostTensor tensorOf(ElementKind kind, TypedAttr value) {
  if (auto integer = dyn_cast<IntegerAttr>(value)) {
    auto number =
        HostTensor::of<int64_t>({}, {integer.getValue().getSExtValue()});
    return number.convertTo(kind);
  }
  if (auto number = dyn_cast<FloatAttr>(value))
    return HostTensor::of<double>({}, {number.getValueAsDouble()});
  if (auto elements = dyn_cast<DenseElementsAttr>(value)) {
    ArrayRef<int64_t> dims = elements.getType().getShape();
    if (kind != ElementKind::I1)
      return tensorOf(kind, dims, elements.getRawData());
    SmallVector<uint8_t> bytes(elements.getValues<bool>());
    return HostTensor::of<uint8_t>(dims, bytes);
  }
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    ArrayRef<int64_t> dims = resource.getType().getShape();
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (blob && static_cast<int64_t>(blob->getData().size()) ==
                    checkedNumBytes(kind, dims))
      return tensorOf(kind, dims, blob->getData());
  }
  return HostTensor();
}

static LogicalResult interpretConstant(arith::ConstantOp op,
                                       DeviceEvaluation &at) {
  HostTensor tensor = tensorOf(*declaredKind(op.getType()), op.getValue());
  if (!tensor.isValid())
    return at.emitError() << "cannot be interpreted: expected the value to be "
                             "a number or dense elements in memory, got "
                          << op.getValue();
  at.set(op.getResult(), std::move(tensor));
  return success();
}

//===----------------------------------------------------------------------===//
// Elementwise arithmetic
//===----------------------------------------------------------------------===//

template <typename OpTy, Binary function>
static void interpretBinary(OpTy op, DeviceEvaluation &at) {
  at.set(op.getResult(),
         combineElements(function, at.take(op.getLhs()), at[op.getRhs()]));
}

template <typename OpTy, Unary function>
static void interpretUnary(OpTy op, DeviceEvaluation &at) {
  at.set(op.getResult(), mapElements(function, at.take(op.getOperand())));
}

/// A conversion between float types, which the interpreter does: it rounds
/// every result to its type.
template <typename OpTy>
static void interpretFloatCast(OpTy op, DeviceEvaluation &at) {
  at.set(op.getResult(), at.take(op.getIn()));
}

static LogicalResult interpretTruncF(arith::TruncFOp op, DeviceEvaluation &at) {
  if (std::optional<arith::RoundingMode> mode = op.getRoundingmode();
      mode && *mode != arith::RoundingMode::to_nearest_even)
    return at.emitError()
           << "cannot be interpreted: expected rounding to nearest, got "
           << arith::stringifyRoundingMode(*mode);
  interpretFloatCast(op, at);
  return success();
}

/// Whether `predicate` holds between two integers of any width.
template <typename T>
static bool compare(arith::CmpIPredicate predicate, T lhs, T rhs) {
  auto unsignedLhs = static_cast<std::make_unsigned_t<T>>(lhs);
  auto unsignedRhs = static_cast<std::make_unsigned_t<T>>(rhs);
  switch (predicate) {
  case arith::CmpIPredicate::eq:
    return lhs == rhs;
  case arith::CmpIPredicate::ne:
    return lhs != rhs;
  case arith::CmpIPredicate::slt:
    return lhs < rhs;
  case arith::CmpIPredicate::sle:
    return lhs <= rhs;
  case arith::CmpIPredicate::sgt:
    return lhs > rhs;
  case arith::CmpIPredicate::sge:
    return lhs >= rhs;
  case arith::CmpIPredicate::ult:
    return unsignedLhs < unsignedRhs;
  case arith::CmpIPredicate::ule:
    return unsignedLhs <= unsignedRhs;
  case arith::CmpIPredicate::ugt:
    return unsignedLhs > unsignedRhs;
  case arith::CmpIPredicate::uge:
    return unsignedLhs >= unsignedRhs;
  }
  llvm_unreachable("unknown predicate");
}

/// The bits of a mask as signed integers: 0 and -1.
static HostTensor negateMask(const HostTensor &mask) {
  HostTensor integers = mask.convertTo(ElementKind::I8);
  return combineElements(Binary::Sub,
                         HostTensor::zeros(ElementKind::I8, mask.getDims()),
                         integers);
}

static void interpretCmpI(arith::CmpIOp op, DeviceEvaluation &at) {
  HostTensor lhs = at[op.getLhs()], rhs = at[op.getRhs()];
  if (lhs.getKind() == ElementKind::I1) { // Of one bit: true is -1.
    lhs = negateMask(lhs);
    rhs = negateMask(rhs);
  }
  HostTensor result = HostTensor::allocate(ElementKind::I1, lhs.getDims());
  dispatch(lhs.getKind(), [&](auto type) {
    using T = decltype(type);
    if constexpr (std::is_same_v<T, uint8_t>)
      llvm_unreachable("masks were made integers");
    else if constexpr (std::is_integral_v<T>)
      for (auto [x, y, element] : llvm::zip_equal(
               lhs.data<T>(), rhs.data<T>(), result.mutableData<uint8_t>()))
        element = compare(op.getPredicate(), x, y);
  });
  at.set(op.getResult(), std::move(result));
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

namespace {
struct CallModel
    : InterpretableInterface::ExternalModel<CallModel, func::CallOp> {
  LogicalResult interpret(Operation *, Evaluation &, unsigned) const {
    llvm_unreachable("a call is interpreted on all devices");
  }

  // Hiding the default is how a model replaces it.
  // NOLINTNEXTLINE(bugprone-derived-method-shadowing-base-method)
  LogicalResult interpretOnAllDevices(Operation *op,
                                      Evaluation &evaluation) const {
    auto call = cast<func::CallOp>(op);
    auto callee = dyn_cast_or_null<FunctionOpInterface>(call.resolveCallable());
    if (!callee)
      return op->emitOpError("cannot be interpreted: '")
             << call.getCallee() << "' is not a function";
    SmallVector<DeviceTensors> inputs;
    for (Value operand : call.getOperands()) {
      DeviceTensors &tensors = inputs.emplace_back(evaluation.getNumDevices());
      for (unsigned device : evaluation.getActiveDevices())
        tensors[device] = evaluation.take(device, operand);
    }
    auto results = evaluation.call(callee, std::move(inputs));
    if (failed(results))
      return failure();
    for (auto [index, tensors] : llvm::enumerate(*results))
      for (unsigned device : evaluation.getActiveDevices())
        evaluation.setResult(device, index, std::move(tensors[device]));
    return success();
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// Registration
//===----------------------------------------------------------------------===//

static void attachArithModels(MLIRContext *context, arith::ArithDialect *) {
  attach<interpretConstant>(context);
  attach<interpretBinary<arith::AddFOp, Binary::Add>,
         interpretBinary<arith::SubFOp, Binary::Sub>,
         interpretBinary<arith::MulFOp, Binary::Mul>,
         interpretBinary<arith::DivFOp, Binary::Div>,
         interpretBinary<arith::MaximumFOp, Binary::Max>,
         interpretBinary<arith::MinimumFOp, Binary::Min>>(context);
  attach<interpretBinary<arith::AddIOp, Binary::Add>,
         interpretBinary<arith::SubIOp, Binary::Sub>,
         interpretBinary<arith::MulIOp, Binary::Mul>>(context);
  attach<interpretUnary<arith::NegFOp, Unary::Neg>, interpretCmpI>(context);
  attach<interpretFloatCast<arith::ExtFOp>, interpretTruncF>(context);
}

static void attachMathModels(MLIRContext *context, math::MathDialect *) {
  attach<interpretUnary<math::AbsFOp, Unary::Abs>,
         interpretUnary<math::ExpOp, Unary::Exp>,
         interpretUnary<math::LogOp, Unary::Log>,
         interpretUnary<math::SqrtOp, Unary::Sqrt>,
         interpretUnary<math::RsqrtOp, Unary::Rsqrt>,
         interpretUnary<math::TanhOp, Unary::Tanh>,
         interpretUnary<math::ErfOp, Unary::Erf>,
         interpretUnary<math::SinOp, Unary::Sin>,
         interpretUnary<math::CosOp, Unary::Cos>>(context);
}

static void attachFuncModels(MLIRContext *context, func::FuncDialect *) {
  func::CallOp::attachInterface<CallModel>(*context);
}

void interp::registerUpstreamModels(DialectRegistry &registry) {
  registry.addExtension(attachArithModels);
  registry.addExtension(attachMathModels);
  registry.addExtension(attachFuncModels);
}
