// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// NumPy's file format for one array: a magic string, a header in the syntax of
// a Python dictionary, and the elements.
//
//   \x93NUMPY  major minor  header length (2 or 4 bytes, little-endian)
//   {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   padding \n
//   elements
//
// Types that are read and written: <f8 <f4 <f2 <i8 <i4 |i1 |b1. Versions 1 to 3
// are read, version 1 is written. Source of the format: NumPy's own
// description, numpy.lib.format.

#ifndef PARTITA_SUPPORT_NPY_H
#define PARTITA_SUPPORT_NPY_H

#include "partita/Support/HostTensor.h"
#include "partita/Support/MappedFile.h"

#include "llvm/Support/Error.h"

namespace partita {

/// Reads an array. In C order the tensor is a view of the mapped file; in
/// Fortran order it is a transposed copy with the same shape.
llvm::Expected<HostTensor> readNpy(llvm::StringRef path);

/// The same from bytes in memory.
llvm::Expected<HostTensor> parseNpy(const MappedFile &file);

/// Writes an array in C order. NumPy has no bf16: such a tensor is written as
/// f32, which holds the same numbers.
void writeNpy(llvm::raw_ostream &os, const HostTensor &tensor);

/// The same to a file, which is replaced only once all is written.
llvm::Error writeNpy(llvm::StringRef path, const HostTensor &tensor);

} // namespace partita

#endif // PARTITA_SUPPORT_NPY_H
