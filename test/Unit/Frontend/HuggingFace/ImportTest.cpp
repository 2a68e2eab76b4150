// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Frontend/HuggingFace/HuggingFace.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/FormatVariadic.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace partita;
using testing::ElementsAre;

namespace {

constexpr llvm::StringLiteral config = R"({
  "model_type": "llama", "vocab_size": 61, "hidden_size": 32,
  "intermediate_size": 20, "num_hidden_layers": 3, "num_attention_heads": 4
})";

class ImportTest : public testing::Test {
protected:
  OwningOpRef<ModuleOp> import(llvm::StringRef text,
                               const HuggingFaceImportOptions &options = {}) {
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
      auto place = dyn_cast<FileLineColLoc>(diagnostic.getLocation());
      messages.push_back(
          llvm::formatv("{0}:{1}:{2}: {3}", place.getFilename().getValue(),
                        place.getLine(), place.getColumn(), diagnostic.str()));
      return success();
    });
    return importHuggingFace(context, text, "c.json", options);
  }

  MLIRContext context;
  std::vector<std::string> messages;
};

// The context needs no preparation, and one function is all there is.
TEST_F(ImportTest, BuildsOneFunction) {
  OwningOpRef<ModuleOp> module =
      import(config, {.batch = 2, .sequence = 7, .layers = 1});
  ASSERT_TRUE(module);
  EXPECT_TRUE(llvm::hasSingleElement(*module->getBody()));
  auto main = module->lookupSymbol<func::FuncOp>("main");
  ASSERT_TRUE(main);
  // ids, two embeddings, nine parameters of the layer, the last norm.
  EXPECT_EQ(main.getNumArguments(), 13u);
  EXPECT_EQ(main.getResultTypes().front(),
            RankedTensorType::get({2, 7, 61}, Float32Type::get(&context)));
  EXPECT_TRUE(messages.empty());
}

// The caller's diagnostic handler gets one error, at its place in the text.
TEST_F(ImportTest, EmitsOneError) {
  EXPECT_FALSE(import("{\n \"model_type\": \"x\", \"vocab_size\": 0}"));
  EXPECT_THAT(messages, ElementsAre("c.json:2:2: expected 'model_type' to be "
                                    "one of 'bert', 'gpt2', 'llama', "
                                    "'mixtral', 't5', got 'x'"));
}

TEST_F(ImportTest, ChecksTheElementType) {
  EXPECT_FALSE(import(config, {.dtype = ElementKind::I8}));
  EXPECT_THAT(messages, ElementsAre("c.json:1:1: expected --import-dtype to be "
                                    "f32, bf16 or f16, got i8"));
}

// A module of one layer more is larger by the same amount each time.
TEST_F(ImportTest, GrowsLinearly) {
  auto countOps = [&](int64_t layers) {
    int64_t count = 0;
    import(config, {.layers = layers})->walk([&](Operation *) { ++count; });
    return count;
  };
  int64_t one = countOps(1), two = countOps(2), three = countOps(3);
  EXPECT_GT(two, one);
  EXPECT_EQ(three - two, two - one);
}

} // namespace
