// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Frontend/Weights/WeightFiles.h"
#include "Support/TestFiles.h"

#include "partita/Frontend/Weights/WeightStore.h"

#include "llvm/ADT/StringExtras.h"

#include <atomic>
#include <thread>

using namespace partita;
using namespace partita::test;
using testing::EndsWith;
using testing::HasSubstr;

namespace {

/// A file with one tensor for each name.
std::string fileOf(std::initializer_list<llvm::StringRef> names) {
  std::string header = "{", data;
  for (llvm::StringRef name : names) {
    header += (header.size() > 1 ? ",\"" : "\"") + name.str() +
              R"(": {"dtype": "I8", "shape": [1], "data_offsets": [)" +
              std::to_string(data.size()) + "," +
              std::to_string(data.size() + 1) + "]}";
    data += static_cast<char>(data.size());
  }
  return safetensors(header + "}", data);
}

std::string indexOf(llvm::StringRef name, llvm::StringRef file) {
  return ("{\"weight_map\": {\"" + name + "\": \"" + file + "\"}}").str();
}

std::string openMessage(const TemporaryDirectory &directory,
                        llvm::StringRef name = "") {
  std::string text = message(
      openWeights(name.empty() ? directory.getPath() : directory / name));
  llvm::StringRef rest = text;
  rest.consume_front(directory.getPath());
  return rest.str();
}

TEST(WeightStoreTest, OpensEachKindOfFile) {
  TemporaryDirectory directory;
  directory.write("a.safetensors", fileOf({"x"}));
  directory.write("b.gguf", GgufBuilder().tensor("y", {1}, "I8", "a").build());
  directory.write("c", GgufBuilder().tensor("z", {1}, "I8", "a").build());
  directory.write("a.safetensors.index.json", indexOf("x", "a.safetensors"));
  auto names = [&](llvm::StringRef name) {
    auto store = llvm::cantFail(openWeights(directory / name));
    EXPECT_EQ(store->getPath(), directory / name);
    return llvm::join(store->names(), ",");
  };
  EXPECT_EQ(names("a.safetensors"), "x");
  EXPECT_EQ(names("b.gguf"), "y");
  EXPECT_EQ(names("c"), "z");
  EXPECT_EQ(names("a.safetensors.index.json"), "x");
  directory.write("d.bin", "text");
  EXPECT_EQ(openMessage(directory, "d.bin"),
            "/d.bin: not a weight file; expected *.safetensors, "
            "*.safetensors.index.json or *.gguf");
  EXPECT_EQ(openMessage(directory, "none.safetensors"),
            "/none.safetensors: cannot read: No such file or directory");
}

TEST(WeightStoreTest, FindsTheFileOfADirectory) {
  auto opens = [](std::initializer_list<llvm::StringRef> files) {
    TemporaryDirectory directory;
    directory.write("config.json", "{}");
    for (llvm::StringRef file : files)
      directory.write(file, file.ends_with(".json")
                                ? indexOf("x", "m-1.safetensors")
                            : file.ends_with(".gguf") ? GgufBuilder().build()
                                                      : fileOf({"x"}));
    auto store = openWeights(directory.getPath());
    return store ? llvm::sys::path::filename((*store)->getPath()).str()
                 : message(store.takeError());
  };
  EXPECT_EQ(opens({"model.safetensors"}), "model.safetensors");
  EXPECT_EQ(opens({"other.safetensors"}), "other.safetensors");
  EXPECT_EQ(opens({"m.gguf"}), "m.gguf");
  EXPECT_EQ(opens({"model.safetensors.index.json", "m-1.safetensors"}),
            "model.safetensors.index.json");
  EXPECT_EQ(opens({"model.safetensors", "adapter_model.safetensors"}),
            "model.safetensors");
}

TEST(WeightStoreTest, RefusesDirectoriesWithoutWeights) {
  TemporaryDirectory directory;
  EXPECT_EQ(openMessage(directory), ": no weights found; expected "
                                    "*.safetensors or *.gguf");
  directory.write("pytorch_model.bin", "x");
  EXPECT_EQ(openMessage(directory), ": no weights found; convert the PyTorch "
                                    "file to safetensors");
}

TEST(WeightStoreTest, RefusesAmbiguousDirectories) {
  TemporaryDirectory directory;
  directory.write("b.safetensors", "x");
  directory.write("a.gguf", "x");
  EXPECT_EQ(openMessage(directory), ": more than one weight file: 'a.gguf', "
                                    "'b.safetensors'; name the one to use");
  directory.write("model.safetensors", "x");
  EXPECT_EQ(openMessage(directory), ": more than one weight file: 'a.gguf', "
                                    "'model.safetensors'; name the one to use");
  directory.write("model.safetensors.index.json", "x");
  EXPECT_THAT(openMessage(directory),
              HasSubstr("'model.safetensors', 'model.safetensors.index.json'"));
}

// An unknown name is answered with what it may have been meant to be.
TEST(WeightStoreTest, SuggestsNearMisses) {
  TemporaryDirectory directory;
  directory.write("model.safetensors",
                  fileOf({"h.0.attn.weight", "h.1.attn.weight", "ln_f.bias",
                          "encoder.layer.0.output.dense.weight"}));
  auto store = llvm::cantFail(openWeights(directory.getPath()));
  EXPECT_TRUE(store->contains("ln_f.bias"));
  EXPECT_FALSE(store->contains("ln_f.weight"));
  EXPECT_THAT(message(store->find("h.0.atn.weight")),
              EndsWith("no tensor 'h.0.atn.weight'; did you mean "
                       "'h.0.attn.weight' or 'h.1.attn.weight'?"));
  // A missing or extra prefix is the most common difference.
  EXPECT_THAT(message(store->find("bert.encoder.layer.0.output.dense.weight")),
              EndsWith("did you mean 'encoder.layer.0.output.dense.weight'?"));
  EXPECT_THAT(message(store->find("layer.0.output.dense.weight")),
              EndsWith("did you mean 'encoder.layer.0.output.dense.weight'?"));
  EXPECT_THAT(message(store->getInfo("zzz")), EndsWith("no tensor 'zzz'"));
}

TEST(WeightStoreTest, SuggestsThreeAtMost) {
  TemporaryDirectory directory;
  directory.write("model.safetensors",
                  fileOf({"w.1.x", "w.2.x", "w.3.x", "w.4.x"}));
  auto store = llvm::cantFail(openWeights(directory.getPath()));
  EXPECT_THAT(message(store->find("w.5.x")),
              EndsWith("did you mean 'w.1.x', 'w.2.x' or 'w.3.x'?"));
}

// Several threads may ask one store, also for the same tensor.
TEST(WeightStoreTest, FindsConcurrently) {
  std::string block = bytesOf<uint16_t>(0x3c00) + std::string(32, 5);
  TemporaryDirectory directory;
  directory.write("m.gguf", GgufBuilder()
                                .tensor("a", {32}, "Q8_0", block)
                                .tensor("b", {1}, "I8", "x")
                                .build());
  auto store = llvm::cantFail(openWeights(directory.getPath()));
  std::vector<std::thread> threads;
  std::atomic<int> numRight = 0;
  for (int t = 0; t != 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i != 200; ++i)
        numRight +=
            llvm::cantFail(store->find("a")).data<float>()[31] == 5.0f &&
            llvm::cantFail(store->find("b")).data<int8_t>()[0] == 'x' &&
            !store->contains("c");
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(numRight, 800);
}

} // namespace
