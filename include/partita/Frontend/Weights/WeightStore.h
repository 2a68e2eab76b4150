// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The tensors of a trained model by their Hugging Face names, whatever file
// they lie in. Opening a store reads headers only; find() gives one tensor, as
// a view of the mapped file where the file has it in a form of ours.

#ifndef PARTITA_FRONTEND_WEIGHTS_WEIGHTSTORE_H
#define PARTITA_FRONTEND_WEIGHTS_WEIGHTSTORE_H

#include "partita/Support/HostTensor.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace partita {

/// Kind and shape of a tensor as find() gives it: a quantised tensor has the
/// kind it is dequantised to.
struct WeightInfo {
  ElementKind kind = ElementKind::F32;
  Shape dims;
};

/// Immutable once open, so all members may be called from several threads.
class WeightStore {
public:
  virtual ~WeightStore();
  WeightStore(const WeightStore &) = delete;
  WeightStore &operator=(const WeightStore &) = delete;

  /// The file or directory that was opened.
  llvm::StringRef getPath() const { return path; }

  /// The names of all tensors that can be had, sorted.
  std::vector<llvm::StringRef> names() const;

  bool contains(llvm::StringRef name) const;

  /// Kind and shape, without reading the elements. Fails as find() does.
  llvm::Expected<WeightInfo> getInfo(llvm::StringRef name) const;

  /// The tensor of this name. Fails when there is none (and names those that
  /// are spelled like it) or when its element type in the file has no reader.
  llvm::Expected<HostTensor> find(llvm::StringRef name) const;

protected:
  explicit WeightStore(llvm::StringRef path) : path(path) {}

  /// Adds the next tensor; load() is given the number of tensors added before
  /// it. `unsupported` says what is wrong with the element type of a tensor
  /// that can be listed but not read, and is empty for all others. Returns
  /// false if the name is taken.
  bool addTensor(llvm::StringRef name, WeightInfo info,
                 std::string unsupported = "");

  /// Reads a tensor that is not unsupported; `info` is what it was added with.
  virtual llvm::Expected<HostTensor> load(size_t index,
                                          const WeightInfo &info) const = 0;

private:
  struct Entry {
    WeightInfo info;
    std::string unsupported;
  };
  llvm::Expected<size_t> lookup(llvm::StringRef name) const;

  std::string path;
  llvm::StringMap<size_t> indices;
  std::vector<Entry> entries;
};

/// Opens a weight file (*.safetensors, *.safetensors.index.json, *.gguf), or
/// the one that a directory holds. In a directory, model.safetensors and
/// model.safetensors.index.json go before files of other names; where it is
/// still open which file is meant, that is an error which lists them.
llvm::Expected<std::unique_ptr<WeightStore>> openWeights(llvm::StringRef path);

} // namespace partita

#endif // PARTITA_FRONTEND_WEIGHTS_WEIGHTSTORE_H
