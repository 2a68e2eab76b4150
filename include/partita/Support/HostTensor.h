// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A dense, row-major tensor in host memory. It is a value: copying one shares
// the bytes, which never change once two tensors share them. The bytes are
// kept alive by whoever owns them: an allocation of our own, or a mapped file.

#ifndef PARTITA_SUPPORT_HOSTTENSOR_H
#define PARTITA_SUPPORT_HOSTTENSOR_H

#include "partita/Support/ElementKind.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cassert>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace partita {

using Shape = llvm::SmallVector<int64_t, 4>;

/// The number of elements of a tensor of this shape (1 for a scalar), or none
/// if a dimension is negative or the product does not fit an int64_t.
std::optional<int64_t> checkedNumElements(llvm::ArrayRef<int64_t> dims);

/// The same in bytes. Use this on a shape that comes from a file before making
/// a tensor of it.
std::optional<int64_t> checkedNumBytes(ElementKind kind,
                                       llvm::ArrayRef<int64_t> dims);

/// "2x3xf32", as between the angle brackets of an MLIR tensor type.
std::string describeShape(ElementKind kind, llvm::ArrayRef<int64_t> dims);

class HostTensor {
public:
  /// Allocations of our own start at a multiple of this many bytes. Views may
  /// start anywhere that suits their element type.
  static constexpr size_t alignment = 64;

  /// No tensor: isValid() is false and nothing else may be called.
  HostTensor() = default;

  /// A tensor whose elements are not set yet. A shape that checkedNumBytes
  /// refuses, or for which memory runs out, ends the program with a message.
  static HostTensor allocate(ElementKind kind, llvm::ArrayRef<int64_t> dims);

  /// A tensor of zeros (false for I1).
  static HostTensor zeros(ElementKind kind, llvm::ArrayRef<int64_t> dims);

  /// A tensor with these elements, in row-major order, one for each place.
  template <typename T>
  static HostTensor of(llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<T> values) {
    HostTensor result = allocate(ElementKindOf<T>::value, dims);
    assert(result.getNumElements() == static_cast<int64_t>(values.size()) &&
           "expected one value for each element");
    std::copy(values.begin(), values.end(), result.mutableData<T>().begin());
    return result;
  }
  template <typename T>
  static HostTensor of(llvm::ArrayRef<int64_t> dims,
                       std::initializer_list<T> values) {
    return of<T>(dims, llvm::ArrayRef<T>(values.begin(), values.size()));
  }

  /// A tensor over bytes that `owner` keeps alive. There must be as many as the
  /// shape needs (see checkedNumBytes). When `bytes` is not aligned for the
  /// element type the elements are copied, so that data() is always aligned.
  static HostTensor borrow(ElementKind kind, llvm::ArrayRef<int64_t> dims,
                           const void *bytes,
                           std::shared_ptr<const void> owner);

  bool isValid() const { return elements != nullptr; }
  ElementKind getKind() const { return kind; }
  llvm::ArrayRef<int64_t> getDims() const { return dims; }
  int64_t getDim(unsigned index) const { return dims[index]; }
  int64_t getRank() const { return static_cast<int64_t>(dims.size()); }
  int64_t getNumElements() const { return numElements; }
  int64_t getNumBytes() const { return numElements * elementSize(kind); }

  /// The elements in row-major order. T must be the type that stores the kind.
  template <typename T> llvm::ArrayRef<T> data() const {
    assert(ElementKindOf<T>::value == kind && "expected the tensor's own type");
    return {static_cast<const T *>(elements), static_cast<size_t>(numElements)};
  }

  /// The elements, to be written. Only for a tensor that was allocated here
  /// (not borrowed) and that no other tensor shares.
  template <typename T> llvm::MutableArrayRef<T> mutableData() {
    assert(ElementKindOf<T>::value == kind && "expected the tensor's own type");
    return {static_cast<T *>(mutableBytes()), static_cast<size_t>(numElements)};
  }

  /// The elements as untyped bytes, and the same under the rule of mutableData.
  const void *bytes() const { return elements; }
  void *mutableBytes() {
    assert(isWritable() && "expected bytes that nobody else can see");
    return const_cast<void *>(elements);
  }

  /// True if mutableData may be called.
  bool isWritable() const { return ownsAllocation && owner.use_count() == 1; }

  /// A tensor that may be written and has these elements: this one if it is
  /// writable already, else a copy.
  HostTensor makeWritable() &&;

  /// The same numbers in another element type; shares the bytes when the type
  /// is the same.
  ///   float to float     nearest, ties to even; NaN, infinities and subnormals
  ///                      are kept, overflow gives infinity
  ///   float to integer   towards zero, saturating; NaN gives 0
  ///   integer to integer low bits, two's complement
  ///   anything to I1     x != 0 (NaN is not 0)
  HostTensor convertTo(ElementKind to) const;

  /// The part `offset <= index < offset + size` of one dimension. It shares the
  /// bytes when the part is contiguous, that is, when all dimensions before
  /// `dim` have one element; else it is a copy.
  HostTensor slice(unsigned dim, int64_t offset, int64_t size) const;

  /// The same elements in the same order under another shape of equally many.
  HostTensor reshape(llvm::ArrayRef<int64_t> newDims) const;

  /// "2x3xf32".
  std::string describe() const { return describeShape(kind, dims); }

private:
  HostTensor(ElementKind kind, llvm::ArrayRef<int64_t> dims,
             int64_t numElements, const void *elements,
             std::shared_ptr<const void> owner, bool ownsAllocation)
      : kind(kind), ownsAllocation(ownsAllocation), dims(dims),
        numElements(numElements), elements(elements), owner(std::move(owner)) {}

  ElementKind kind = ElementKind::F32;
  bool ownsAllocation = false;
  Shape dims;
  int64_t numElements = 0;
  const void *elements = nullptr;
  std::shared_ptr<const void> owner;
};

/// Prints "tensor<2x3xf32> [[1, 2, 3], [4, 5, 6]]"; more than `limit` elements
/// of a dimension are cut to the first ones and "...".
void print(llvm::raw_ostream &os, const HostTensor &tensor, int64_t limit = 8);

} // namespace partita

#endif // PARTITA_SUPPORT_HOSTTENSOR_H
