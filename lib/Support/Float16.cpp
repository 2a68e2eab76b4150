// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Support/Float16.h"

#include <cassert>

using namespace partita;

/// The loop that all conversions share. The pointers cannot alias, so the
/// compiler turns the branch-free scalar conversion into vector code.
template <typename From, typename To, typename Function>
static void convertEach(llvm::ArrayRef<From> from, llvm::MutableArrayRef<To> to,
                        Function function) {
  assert(from.size() == to.size() && "expected arrays of one length");
  const From *__restrict source = from.data();
  To *__restrict target = to.data();
  for (size_t i = 0, e = from.size(); i != e; ++i)
    target[i] = function(source[i]);
}

void partita::convert(llvm::ArrayRef<Float16> from,
                      llvm::MutableArrayRef<float> to) {
  convertEach(from, to, [](Float16 value) { return toFloat(value); });
}

void partita::convert(llvm::ArrayRef<BFloat16> from,
                      llvm::MutableArrayRef<float> to) {
  convertEach(from, to, [](BFloat16 value) { return toFloat(value); });
}

void partita::convert(llvm::ArrayRef<float> from,
                      llvm::MutableArrayRef<Float16> to) {
  convertEach(from, to, [](float value) { return toFloat16(value); });
}

void partita::convert(llvm::ArrayRef<float> from,
                      llvm::MutableArrayRef<BFloat16> to) {
  convertEach(from, to, [](float value) { return toBFloat16(value); });
}
