// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Shapes.h"

#include "partita/Dialect/Xformer/Xformer.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace partita;
using namespace partita::xformer;

//===----------------------------------------------------------------------===//
// SplitDimOp, MergeDimsOp
//===----------------------------------------------------------------------===//

LogicalResult SplitDimOp::verify() {
  OpReporter report(*this);
  RankedTensorType input = typeOf(getInput()), result = typeOf(getResult());
  int64_t dim = getDim();
  if (failed(checkDim(report, dim, input.getRank()))) // split_dim_c1
    return failure();
  // split_dim_c2
  if (failed(checkElementType(report, "the result", result, input)) ||
      failed(checkSize(report, "rank of the result", result.getRank(),
                       input.getRank() + 1)))
    return failure();
  SmallVector<int64_t> merged(result.getShape());
  merged[dim] *= merged[dim + 1]; // No overflow: tensor_c2.
  merged.erase(merged.begin() + dim + 1);
  if (input.getShape() != ArrayRef(merged))
    return report.error("expected a result that splits dimension ", dim, " of ",
                        formatShape(input.getShape()), ", got ",
                        formatShape(result.getShape()));
  return success();
}

LogicalResult MergeDimsOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  RankedTensorType input = typeOf(adaptor.getInput());
  int64_t dim = adaptor.getDim();
  if (failed(
          checkDim(report, dim, input.getRank(), /*count=*/2))) // merge_dims_c1
    return failure();
  SmallVector<int64_t> shape(input.getShape());
  shape[dim] *= shape[dim + 1]; // No overflow: tensor_c2.
  shape.erase(shape.begin() + dim + 1);
  types.push_back(input.clone(shape)); // merge_dims_c2
  return success();
}

//===----------------------------------------------------------------------===//
// TransposeOp
//===----------------------------------------------------------------------===//

LogicalResult TransposeOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  RankedTensorType input = typeOf(adaptor.getInput());
  ArrayRef<int64_t> permutation = adaptor.getPermutation();
  SmallVector<int64_t> sorted(permutation);
  llvm::sort(sorted);
  if (!llvm::equal(sorted, llvm::seq(input.getRank()))) // transpose_c1
    return report.error("expected a permutation of ", input.getRank(),
                        " dimensions, got [", permutation, "]");
  types.push_back(input.clone(llvm::map_to_vector(
      permutation, [&](int64_t dim) { return input.getDimSize(dim); })));
  return success(); // transpose_c2
}

//===----------------------------------------------------------------------===//
// SliceOp
//===----------------------------------------------------------------------===//

LogicalResult SliceOp::verify() {
  OpReporter report(*this);
  RankedTensorType input = typeOf(getInput()), result = typeOf(getResult());
  int64_t dim = getDim(), offset = getOffset();
  if (failed(checkDim(report, dim, input.getRank()))) // slice_c1
    return failure();
  // slice_c2
  if (failed(checkElementType(report, "the result", result, input)) ||
      failed(checkSize(report, "rank of the result", result.getRank(),
                       input.getRank())))
    return failure();
  SmallVector<int64_t> expected(input.getShape());
  expected[dim] = result.getDimSize(dim);
  if (failed(checkShape(report, "the result", result, expected)))
    return failure();
  // slice_c3, written so that no offset overflows.
  if (offset < 0 || result.getDimSize(dim) > input.getDimSize(dim) ||
      offset > input.getDimSize(dim) - result.getDimSize(dim))
    return report.error("expected a range within dimension ", dim, " of size ",
                        input.getDimSize(dim), ", got ", result.getDimSize(dim),
                        " elements from ", offset, " on");
  return success();
}

//===----------------------------------------------------------------------===//
// ConcatOp
//===----------------------------------------------------------------------===//

LogicalResult ConcatOp::inferTypes(const OpReporter &report, Adaptor adaptor,
                                   SmallVectorImpl<Type> &types) {
  if (adaptor.getInputs().empty()) // concat_c1
    return report.error("expected at least one input");
  RankedTensorType first = typeOf(adaptor.getInputs().front());
  int64_t dim = adaptor.getDim(), size = 0;
  if (failed(checkDim(report, dim, first.getRank()))) // concat_c2
    return failure();
  SmallVector<int64_t> shape(first.getShape());
  for (Value input : adaptor.getInputs()) {
    RankedTensorType type = typeOf(input);
    // concat_c3
    if (failed(checkElementType(report, "every input", type, first)) ||
        failed(checkSize(report, "rank of every input", type.getRank(),
                         first.getRank())))
      return failure();
    shape[dim] = type.getDimSize(dim);
    if (failed(checkShape(report, "every input", type, shape)))
      return failure();
    if (llvm::AddOverflow(size, shape[dim], size)) // concat_c4
      return report.error("expected inputs with fewer than 2^63 elements "
                          "together along dimension ",
                          dim);
  }
  shape[dim] = size;
  types.push_back(first.clone(shape)); // concat_c4
  return success();
}
