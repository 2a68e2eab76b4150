// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Support/HostTensor.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <type_traits>

using namespace partita;

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

std::optional<int64_t>
partita::checkedNumElements(llvm::ArrayRef<int64_t> dims) {
  // A zero makes the product zero however large the others are, but a negative
  // dimension is an error wherever it stands.
  if (llvm::any_of(dims, [](int64_t dim) { return dim < 0; }))
    return std::nullopt;
  if (llvm::is_contained(dims, 0))
    return 0;
  int64_t product = 1;
  for (int64_t dim : dims)
    if (llvm::MulOverflow(product, dim, product))
      return std::nullopt;
  return product;
}

std::optional<int64_t> partita::checkedNumBytes(ElementKind kind,
                                                llvm::ArrayRef<int64_t> dims) {
  std::optional<int64_t> numElements = checkedNumElements(dims);
  int64_t numBytes;
  if (!numElements ||
      llvm::MulOverflow(*numElements, elementSize(kind), numBytes))
    return std::nullopt;
  return numBytes;
}

std::string partita::describeShape(ElementKind kind,
                                   llvm::ArrayRef<int64_t> dims) {
  std::string result;
  llvm::raw_string_ostream os(result);
  for (int64_t dim : dims)
    os << dim << 'x';
  os << elementName(kind);
  return result;
}

//===----------------------------------------------------------------------===//
// Making tensors
//===----------------------------------------------------------------------===//

HostTensor HostTensor::allocate(ElementKind kind,
                                llvm::ArrayRef<int64_t> dims) {
  std::optional<int64_t> numBytes = checkedNumBytes(kind, dims);
  // Leave room to round up to the alignment.
  if (!numBytes || *numBytes > std::numeric_limits<int64_t>::max() / 2)
    llvm::report_fatal_error(llvm::Twine("cannot allocate tensor<") +
                                 describeShape(kind, dims) +
                                 ">: its size is negative or overflows",
                             /*gen_crash_diag=*/false);
  // An empty tensor has an address too, so that isValid() holds.
  size_t size = llvm::alignTo(std::max<int64_t>(*numBytes, 1), alignment);
  void *memory = std::aligned_alloc(alignment, size);
  if (!memory)
    llvm::report_fatal_error(llvm::Twine("out of memory for tensor<") +
                                 describeShape(kind, dims) + ">",
                             /*gen_crash_diag=*/false);
  return HostTensor(kind, dims, *numBytes / elementSize(kind), memory,
                    std::shared_ptr<const void>(memory, std::free),
                    /*ownsAllocation=*/true);
}

HostTensor HostTensor::zeros(ElementKind kind, llvm::ArrayRef<int64_t> dims) {
  HostTensor result = allocate(kind, dims);
  std::memset(result.mutableBytes(), 0, result.getNumBytes());
  return result;
}

HostTensor HostTensor::borrow(ElementKind kind, llvm::ArrayRef<int64_t> dims,
                              const void *bytes,
                              std::shared_ptr<const void> owner) {
  std::optional<int64_t> numBytes = checkedNumBytes(kind, dims);
  assert(numBytes && "expected a shape that was checked");
  assert((bytes || *numBytes == 0) && "expected bytes");
  bool isAligned = reinterpret_cast<uintptr_t>(bytes) % elementSize(kind) == 0;
  if (bytes && isAligned)
    return HostTensor(kind, dims, *numBytes / elementSize(kind), bytes,
                      std::move(owner), /*ownsAllocation=*/false);
  HostTensor copy = allocate(kind, dims);
  if (*numBytes != 0)
    std::memcpy(copy.mutableBytes(), bytes, *numBytes);
  return copy;
}

HostTensor HostTensor::makeWritable() && {
  if (isWritable())
    return std::move(*this);
  HostTensor copy = allocate(kind, dims);
  std::memcpy(copy.mutableBytes(), elements, getNumBytes());
  *this = HostTensor(); // Consumed either way: stop sharing the old bytes.
  return copy;
}

//===----------------------------------------------------------------------===//
// Element conversion
//===----------------------------------------------------------------------===//

template <typename T>
static constexpr bool isHalf =
    std::is_same_v<T, Float16> || std::is_same_v<T, BFloat16>;
template <typename T> static constexpr bool isBool = std::is_same_v<T, uint8_t>;

/// Towards zero, saturating, NaN to 0.
template <typename To, typename From> static To floatToInteger(From value) {
  // Both limits are powers of two (or 0), so they are exact in From.
  constexpr From lowest = static_cast<From>(std::numeric_limits<To>::min());
  if (std::isnan(value))
    return 0;
  if (value < lowest)
    return std::numeric_limits<To>::min();
  if (value >= -lowest)
    return std::numeric_limits<To>::max();
  return static_cast<To>(value);
}

template <typename To, typename From> static To convertElement(From value) {
  if constexpr (isHalf<From>)
    return convertElement<To>(toFloat(value));
  else if constexpr (isBool<From> && !isBool<To>)
    return convertElement<To>(static_cast<int32_t>(value != 0));
  else if constexpr (isBool<To>)
    return value != From(0);
  else if constexpr (isHalf<To> && std::is_integral_v<From>)
    return convertElement<To>(roundToOddFloat(static_cast<int64_t>(value)));
  else if constexpr (std::is_same_v<To, Float16>)
    return toFloat16(value);
  else if constexpr (std::is_same_v<To, BFloat16>)
    return toBFloat16(value);
  else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>)
    return floatToInteger<To>(value);
  else
    return static_cast<To>(value);
}

template <typename From, typename To>
static void convertAll(llvm::ArrayRef<From> from,
                       llvm::MutableArrayRef<To> to) {
  const From *__restrict source = from.data();
  To *__restrict target = to.data();
  for (size_t i = 0, e = from.size(); i != e; ++i)
    target[i] = convertElement<To>(source[i]);
}

HostTensor HostTensor::convertTo(ElementKind to) const {
  if (to == kind)
    return *this;
  HostTensor result = allocate(to, dims);
  dispatch(kind, [&](auto fromType) {
    dispatch(to, [&](auto toType) {
      using From = decltype(fromType);
      using To = decltype(toType);
      if constexpr (!std::is_same_v<From, To>)
        convertAll<From, To>(data<From>(), result.mutableData<To>());
    });
  });
  return result;
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

HostTensor HostTensor::slice(unsigned dim, int64_t offset, int64_t size) const {
  assert(dim < dims.size() && "expected one of the tensor's dimensions");
  assert(offset >= 0 && size >= 0 && offset <= dims[dim] - size &&
         "expected a part of the dimension");
  int64_t outer = 1, inner = elementSize(kind);
  for (int64_t before : getDims().take_front(dim))
    outer *= before;
  for (int64_t after : getDims().drop_front(dim + 1))
    inner *= after;
  Shape newDims = dims;
  newDims[dim] = size;

  const char *source = static_cast<const char *>(elements) + offset * inner;
  if (outer == 1)
    return HostTensor(kind, newDims, size * inner / elementSize(kind), source,
                      owner, ownsAllocation);
  HostTensor result = allocate(kind, newDims);
  char *target = static_cast<char *>(result.mutableBytes());
  for (int64_t i = 0; i != outer; ++i)
    std::memcpy(target + i * size * inner, source + i * dims[dim] * inner,
                size * inner);
  return result;
}

HostTensor HostTensor::reshape(llvm::ArrayRef<int64_t> newDims) const {
  assert(checkedNumElements(newDims) == numElements &&
         "expected a shape with as many elements");
  return HostTensor(kind, newDims, numElements, elements, owner,
                    ownsAllocation);
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

static void printElement(llvm::raw_ostream &os, double value) {
  os << llvm::format("%.9g", value);
}
static void printElement(llvm::raw_ostream &os, int64_t value) { os << value; }

template <typename T>
static void printElements(llvm::raw_ostream &os, llvm::ArrayRef<T> elements,
                          llvm::ArrayRef<int64_t> dims, int64_t limit) {
  if (dims.empty()) {
    if constexpr (isHalf<T>)
      printElement(os, static_cast<double>(toFloat(elements.front())));
    else if constexpr (std::is_floating_point_v<T>)
      printElement(os, static_cast<double>(elements.front()));
    else
      printElement(os, static_cast<int64_t>(elements.front()));
    return;
  }
  os << '[';
  int64_t stride = dims.front() ? elements.size() / dims.front() : 0;
  for (int64_t i = 0, e = std::min(dims.front(), limit); i != e; ++i) {
    if (i != 0)
      os << ", ";
    printElements(os, elements.slice(i * stride, stride), dims.drop_front(),
                  limit);
  }
  if (dims.front() > limit)
    os << ", ...";
  os << ']';
}

void partita::print(llvm::raw_ostream &os, const HostTensor &tensor,
                    int64_t limit) {
  os << "tensor<" << tensor.describe() << "> ";
  dispatch(tensor.getKind(), [&](auto type) {
    printElements(os, tensor.data<decltype(type)>(), tensor.getDims(), limit);
  });
}
