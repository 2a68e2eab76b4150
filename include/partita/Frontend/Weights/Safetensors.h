// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The safetensors format:
//
//   u64 N | N bytes of JSON | data
//   {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...,
//    "__metadata__": {"text": "text"}}
//
// Offsets count from the start of the data. The tensors cover the data without
// overlap and without holes. A model in several files has an index:
//
//   {"metadata": {...}, "weight_map": {"name": "file", ...}}

#ifndef PARTITA_FRONTEND_WEIGHTS_SAFETENSORS_H
#define PARTITA_FRONTEND_WEIGHTS_SAFETENSORS_H

#include "partita/Frontend/Weights/WeightStore.h"
#include "partita/Support/MappedFile.h"

#include <optional>

namespace partita {

/// One entry of a header, checked: the bytes lie in the file.
struct SafetensorsEntry {
  std::string name;
  /// The type as the file names it, and ours if we have it.
  std::string dtype;
  std::optional<ElementKind> kind;
  Shape dims;
  /// Counted from the start of the file.
  size_t offset = 0;
  size_t numBytes = 0;
};

/// Parses and checks a header; the entries come in the order of their bytes.
llvm::Expected<std::vector<SafetensorsEntry>>
parseSafetensorsHeader(const MappedFile &file);

/// A store over one file.
llvm::Expected<std::unique_ptr<WeightStore>>
openSafetensors(const MappedFile &file);

/// A store over an index and the files beside it that it names. Each tensor is
/// where the index says, and the files have no other tensors.
llvm::Expected<std::unique_ptr<WeightStore>>
openSafetensorsIndex(llvm::StringRef indexPath);

} // namespace partita

#endif // PARTITA_FRONTEND_WEIGHTS_SAFETENSORS_H
