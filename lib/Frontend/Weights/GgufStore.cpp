// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// GGUF files as a WeightStore: llama.cpp's names and row order back to Hugging
// Face's.

#include "partita/Frontend/Weights/Gguf.h"
#include "partita/Support/FileError.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace partita;
using llvm::StringRef;
using llvm::Twine;

namespace {

struct NamePair {
  llvm::StringLiteral gguf, huggingFace;
};

} // namespace

/// Modules of the whole model, and of one layer; ".weight" or ".bias" follows.
static constexpr NamePair modelNames[] = {{"token_embd", "model.embed_tokens"},
                                          {"output", "lm_head"},
                                          {"output_norm", "model.norm"}};
static constexpr NamePair layerNames[] = {
    {"attn_q", "self_attn.q_proj"},   {"attn_k", "self_attn.k_proj"},
    {"attn_v", "self_attn.v_proj"},   {"attn_output", "self_attn.o_proj"},
    {"attn_norm", "input_layernorm"}, {"ffn_norm", "post_attention_layernorm"},
    {"ffn_gate", "mlp.gate_proj"},    {"ffn_up", "mlp.up_proj"},
    {"ffn_down", "mlp.down_proj"}};

/// The first of a list of pairs, or an empty string.
static StringRef translate(llvm::ArrayRef<NamePair> names, StringRef gguf) {
  for (const NamePair &pair : names)
    if (pair.gguf == gguf)
      return pair.huggingFace;
  return "";
}

/// The Hugging Face name of a tensor of a llama model: "blk.3.attn_q.weight" to
/// "model.layers.3.self_attn.q_proj.weight". Unknown names stay as they are.
static std::string toHuggingFaceName(StringRef name) {
  auto [module, parameter] = name.rsplit('.');
  if (parameter != "weight" && parameter != "bias")
    return name.str();
  if (module.consume_front("blk.")) {
    auto [layer, rest] = module.split('.');
    StringRef translated = translate(layerNames, rest);
    if (translated.empty() || layer.empty() ||
        !llvm::all_of(layer, llvm::isDigit))
      return name.str();
    return ("model.layers." + layer + "." + translated + "." + parameter).str();
  }
  StringRef translated = translate(modelNames, module);
  return translated.empty() ? name.str() : (translated + "." + parameter).str();
}

namespace {

class GgufStore final : public WeightStore {
public:
  explicit GgufStore(GgufFile file)
      : WeightStore(file.getPath()), file(std::move(file)) {}

  llvm::Error addTensors();

private:
  llvm::Expected<HostTensor> load(size_t index,
                                  const WeightInfo &info) const override;
  /// The number of heads of a query or key projection, 0 for other tensors.
  llvm::Expected<int64_t> headsToUnpermute(const GgufTensor &tensor);
  /// Sets the two head counts, which only such a projection needs.
  llvm::Error readHeadCounts();

  GgufFile file;
  /// For each tensor the number of heads whose rows are to be reordered, or 0.
  std::vector<int64_t> heads;
  int64_t queryHeads = 0, keyHeads = 0;
};

} // namespace

llvm::Error GgufStore::readHeadCounts() {
  llvm::Expected<int64_t> queries =
      file.getInteger("llama.attention.head_count");
  if (!queries)
    return queries.takeError();
  queryHeads = keyHeads = *queries;
  StringRef keysName = "llama.attention.head_count_kv";
  if (file.lookup(keysName)) {
    llvm::Expected<int64_t> keys = file.getInteger(keysName);
    if (!keys)
      return keys.takeError();
    keyHeads = *keys;
  }
  if (queryHeads <= 0 || keyHeads <= 0)
    return fileError(getPath(), "expected positive head counts, got " +
                                    Twine(queryHeads) + " and " +
                                    Twine(keyHeads));
  return llvm::Error::success();
}

llvm::Expected<int64_t> GgufStore::headsToUnpermute(const GgufTensor &tensor) {
  StringRef module = tensor.name.rsplit('.').first;
  bool isQuery = module.ends_with(".attn_q");
  if (!tensor.name.starts_with("blk.") ||
      (!isQuery && !module.ends_with(".attn_k")))
    return 0;
  if (queryHeads == 0)
    if (llvm::Error failure = readHeadCounts())
      return std::move(failure);
  int64_t numHeads = isQuery ? queryHeads : keyHeads;
  int64_t rows = tensor.dims.empty() ? 1 : tensor.dims.front();
  if (tensor.dims.size() > 2 || rows % numHeads != 0 ||
      rows / numHeads % 2 != 0)
    return fileError(getPath(), "tensor " + quoted(tensor.name) +
                                    ": expected a matrix or vector with an "
                                    "even number of rows for each of " +
                                    Twine(numHeads) + " heads");
  return numHeads;
}

llvm::Error GgufStore::addTensors() {
  if (const GgufValue *count = file.lookup("split.count"))
    if (std::optional<int64_t> splits = count->getInteger();
        !splits || *splits > 1)
      return fileError(getPath(), "is one part of a split GGUF model",
                       "join the parts with llama-gguf-split --merge");
  const GgufValue *architecture = file.lookup("general.architecture");
  bool isLlama = architecture && architecture->getString() == "llama";
  for (const GgufTensor &tensor : file.getTensors()) {
    llvm::Expected<int64_t> numHeads = isLlama ? headsToUnpermute(tensor) : 0;
    if (!numHeads)
      return numHeads.takeError();
    heads.push_back(*numHeads);
    std::string unsupported;
    if (!tensor.type)
      unsupported = "has the unknown GGML type " + llvm::utostr(tensor.typeId);
    else if (!tensor.type->isReadable())
      unsupported = ("has the unsupported GGML type " + tensor.type->name +
                     "; requantise the model, for example to Q8_0")
                        .str();
    ElementKind kind = tensor.type
                           ? tensor.type->kind.value_or(ElementKind::F32)
                           : ElementKind::F32;
    if (!addTensor(isLlama ? toHuggingFaceName(tensor.name) : tensor.name.str(),
                   {kind, tensor.dims}, std::move(unsupported)))
      return fileError(getPath(), "tensor " + quoted(tensor.name) +
                                      " has the name of another one after "
                                      "translation to Hugging Face's");
  }
  return llvm::Error::success();
}

/// llama.cpp rotates neighbouring elements of a head together, Hugging Face the
/// first half with the second, so llama.cpp stores the rows of a head of size d
/// in the order 0, d/2, 1, d/2 + 1, ...: row i of Hugging Face's half p is row
/// 2i + p of the file.
llvm::Expected<HostTensor> GgufStore::load(size_t index,
                                           const WeightInfo &info) const {
  const GgufTensor &tensor = file.getTensors()[index];
  if (heads[index] == 0)
    return file.load(tensor);
  // The rows that move are along the first dimension: for a bias, elements.
  bool isVector = info.dims.size() < 2;
  int64_t half = info.dims.front() / heads[index] / 2;
  auto sourceRow = [half](int64_t row) {
    assert(half > 0 && "expected a tensor that has rows");
    int64_t head = row / (2 * half), part = row / half % 2, i = row % half;
    return head * 2 * half + 2 * i + part;
  };
  if (!isVector)
    return file.load(tensor, sourceRow);
  HostTensor source = file.load(tensor);
  HostTensor result = HostTensor::allocate(info.kind, info.dims);
  dispatch(info.kind, [&](auto type) {
    using T = decltype(type);
    llvm::MutableArrayRef<T> out = result.mutableData<T>();
    for (size_t row = 0; row != out.size(); ++row)
      out[row] = source.data<T>()[sourceRow(row)];
  });
  return result;
}

llvm::Expected<std::unique_ptr<WeightStore>>
partita::openGguf(const MappedFile &file) {
  llvm::Expected<GgufFile> gguf = GgufFile::parse(file);
  if (!gguf)
    return gguf.takeError();
  auto store = std::make_unique<GgufStore>(std::move(*gguf));
  if (llvm::Error failure = store->addTensors())
    return std::move(failure);
  return store;
}
