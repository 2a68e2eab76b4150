// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Frontend/Weights/WeightStore.h"

#include "partita/Frontend/Weights/Gguf.h"
#include "partita/Frontend/Weights/Safetensors.h"
#include "partita/Support/FileError.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace partita;
using llvm::StringRef;
using llvm::Twine;
namespace fs = llvm::sys::fs;

WeightStore::~WeightStore() = default;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// How far `candidate` is from `name`: 0 if one is the other without its first
/// components ("h.0.attn" and "transformer.h.0.attn"), else the number of edits
/// that are needed, or more than `limit`.
static unsigned distance(StringRef name, StringRef candidate, unsigned limit) {
  auto isTail = [](StringRef tail, StringRef whole) {
    return whole.consume_back(tail) && whole.ends_with(".");
  };
  if (isTail(name, candidate) || isTail(candidate, name))
    return 0;
  return name.edit_distance(candidate, /*AllowReplacements=*/true, limit);
}

/// "'a', 'b' or 'c'": up to three names that `name` may have been meant to be.
static std::string nearMisses(StringRef name,
                              llvm::ArrayRef<StringRef> candidates) {
  unsigned limit = std::max<size_t>(1, std::min<size_t>(name.size(), 64) / 3);
  llvm::SmallVector<std::pair<unsigned, StringRef>> near;
  for (StringRef candidate : candidates)
    if (unsigned edits = distance(name, candidate, limit); edits <= limit)
      near.emplace_back(edits, candidate);
  llvm::sort(near);
  near.truncate(std::min<size_t>(near.size(), 3));
  std::string result;
  for (auto [i, entry] : llvm::enumerate(near)) {
    if (i != 0)
      result += i + 1 == near.size() ? " or " : ", ";
    result += quoted(entry.second);
  }
  return result;
}

std::vector<StringRef> WeightStore::names() const {
  std::vector<StringRef> result;
  for (const auto &entry : indices)
    if (entries[entry.second].unsupported.empty())
      result.push_back(entry.first());
  llvm::sort(result);
  return result;
}

bool WeightStore::contains(StringRef name) const {
  auto it = indices.find(name);
  return it != indices.end() && entries[it->second].unsupported.empty();
}

bool WeightStore::addTensor(StringRef name, WeightInfo info,
                            std::string unsupported) {
  if (!indices.try_emplace(name, entries.size()).second)
    return false;
  entries.push_back({std::move(info), std::move(unsupported)});
  return true;
}

llvm::Expected<size_t> WeightStore::lookup(StringRef name) const {
  auto it = indices.find(name);
  if (it == indices.end()) {
    std::string near = nearMisses(name, names());
    return fileError(path, "no tensor " + quoted(name),
                     near.empty() ? "" : "did you mean " + near + "?");
  }
  const Entry &entry = entries[it->second];
  if (!entry.unsupported.empty())
    return fileError(path, "tensor " + quoted(name) + " " + entry.unsupported);
  return it->second;
}

llvm::Expected<WeightInfo> WeightStore::getInfo(StringRef name) const {
  llvm::Expected<size_t> index = lookup(name);
  if (!index)
    return index.takeError();
  return entries[*index].info;
}

llvm::Expected<HostTensor> WeightStore::find(StringRef name) const {
  llvm::Expected<size_t> index = lookup(name);
  if (!index)
    return index.takeError();
  return load(*index, entries[*index].info);
}

//===----------------------------------------------------------------------===//
// Finding the file
//===----------------------------------------------------------------------===//

static constexpr llvm::StringLiteral singleName = "model.safetensors";
static constexpr llvm::StringLiteral indexName = "model.safetensors.index.json";

/// The path of the weight file in a directory.
static llvm::Expected<std::string> chooseFile(StringRef directory) {
  std::vector<std::string> standard, safetensors, gguf;
  bool hasPickle = false;
  std::error_code ec;
  for (fs::directory_iterator it(directory, ec), end; it != end && !ec;
       it.increment(ec)) {
    StringRef name = llvm::sys::path::filename(it->path());
    if (name == singleName || name == indexName)
      standard.push_back(name.str());
    else if (name.ends_with(".safetensors"))
      safetensors.push_back(name.str());
    else if (name.ends_with(".gguf"))
      gguf.push_back(name.str());
    else if (name.ends_with(".bin") || name.ends_with(".pt"))
      hasPickle = true;
  }
  if (ec)
    return fileError(directory, "cannot read: " + Twine(ec.message()));

  // Files beside one of a standard name are its shards, or adapters to it.
  std::vector<std::string> &candidates =
      standard.empty() ? safetensors : standard;
  candidates.insert(candidates.end(), gguf.begin(), gguf.end());
  if (candidates.empty())
    return fileError(directory, "no weights found",
                     hasPickle ? "convert the PyTorch file to safetensors"
                               : "expected *.safetensors or *.gguf");
  if (candidates.size() > 1) {
    llvm::sort(candidates);
    return fileError(directory,
                     "more than one weight file: " +
                         llvm::join(llvm::map_range(candidates,
                                                    [](const std::string &s) {
                                                      return quoted(s);
                                                    }),
                                    ", "),
                     "name the one to use");
  }
  llvm::SmallString<128> result(directory);
  llvm::sys::path::append(result, candidates.front());
  return result.str().str();
}

llvm::Expected<std::unique_ptr<WeightStore>>
partita::openWeights(StringRef path) {
  if (fs::is_directory(path)) {
    llvm::Expected<std::string> file = chooseFile(path);
    if (!file)
      return file.takeError();
    return openWeights(*file);
  }
  if (path.ends_with(".index.json"))
    return openSafetensorsIndex(path);
  llvm::Expected<MappedFile> file = MappedFile::open(path);
  if (!file)
    return file.takeError();
  if (path.ends_with(".safetensors"))
    return openSafetensors(*file);
  if (file->getText().starts_with("GGUF") || path.ends_with(".gguf"))
    return openGguf(*file);
  return fileError(path, "not a weight file",
                   "expected *.safetensors, *.safetensors.index.json or "
                   "*.gguf");
}
