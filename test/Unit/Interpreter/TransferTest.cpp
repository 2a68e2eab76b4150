// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs that run together and send one another values.

#include "ProgramTesting.h"

using namespace mlir;
using namespace partita;
using namespace partita::interp;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class TransferTest : public ProgramTest {
protected:
  /// Runs @a and @b of `source`, and @c if there is one, on two devices each
  /// with one input each. Returns their results.
  std::optional<SmallVector<SmallVector<TensorList>>>
  runTogether(llvm::StringRef source, InterpreterOptions options = {}) {
    module = parseSourceString<ModuleOp>(
        ("dist.mesh @stage0 [\"x\"=2]\ndist.mesh @stage1 [\"x\"=2]\n"
         "dist.mesh @stage2 [\"x\"=2]\n" +
         source)
            .str(),
        &context);
    EXPECT_TRUE(module) << diagnostics;
    if (!module)
      return std::nullopt;
    SmallVector<Program> programs;
    for (auto [index, function] :
         llvm::enumerate(module->getOps<func::FuncOp>())) {
      Program &program = programs.emplace_back();
      program.function = function;
      for (int device : {0, 1})
        program.inputs.push_back(
            {floats({1}, {static_cast<double>(10 * index + device)})});
    }
    Interpreter interpreter(std::move(options));
    auto results = interpreter.runTogether(std::move(programs));
    if (failed(results))
      return std::nullopt;
    return SmallVector<SmallVector<TensorList>>(std::move(*results));
  }
  std::string failTogether(llvm::StringRef source) {
    EXPECT_FALSE(runTogether(source));
    return std::exchange(diagnostics, "");
  }
};

// There and back: @b waits for @a, which then waits for @b.
TEST_F(TransferTest, SendsThereAndBack) {
  auto results = runTogether(R"(
    func.func @b(%x: tensor<1xf32>) -> tensor<1xf32> {
      %0 = dist.recv over @stage1 from @stage0 channel 0 : tensor<1xf32>
      %1 = arith.addf %0, %x : tensor<1xf32>
      dist.send %1 over @stage1 to @stage0 channel 0 : tensor<1xf32>
      return %0 : tensor<1xf32>
    }
    func.func @a(%x: tensor<1xf32>) -> tensor<1xf32> {
      dist.send %x over @stage0 to @stage1 channel 0 : tensor<1xf32>
      %0 = dist.recv over @stage0 from @stage1 channel 0 : tensor<1xf32>
      return %0 : tensor<1xf32>
    })");
  ASSERT_TRUE(results) << diagnostics;
  // @b has 0 and 1, @a has 10 and 11.
  EXPECT_THAT(values((*results)[0][0][0]), ElementsAre(10));
  EXPECT_THAT(values((*results)[0][1][0]), ElementsAre(11));
  EXPECT_THAT(values((*results)[1][0][0]), ElementsAre(10));
  EXPECT_THAT(values((*results)[1][1][0]), ElementsAre(12));
}

// Values of a channel arrive in the order in which they were sent; channels are
// apart; started ops are waited for.
TEST_F(TransferTest, KeepsTheOrderOfChannels) {
  auto results = runTogether(R"(
    func.func @a(%x: tensor<1xf32>) {
      %y = arith.addf %x, %x : tensor<1xf32>
      %z = arith.addf %y, %x : tensor<1xf32>
      %done = dist.send start %z over @stage0 to @stage1 channel 7
        : tensor<1xf32> -> !dist.token
      dist.send %x over @stage0 to @stage1 channel 0 : tensor<1xf32>
      dist.send %y over @stage0 to @stage1 channel 0 : tensor<1xf32>
      dist.wait %done : !dist.token
      return
    }
    func.func @b(%x: tensor<1xf32>) -> (tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) {
      %0 = dist.recv over @stage1 from @stage0 channel 0 : tensor<1xf32>
      %1 = dist.recv over @stage1 from @stage0 channel 0 : tensor<1xf32>
      %token = dist.recv start over @stage1 from @stage0 channel 7
        : !dist.token<tensor<1xf32>>
      %2 = dist.wait %token : !dist.token<tensor<1xf32>>
      return %0, %1, %2 : tensor<1xf32>, tensor<1xf32>, tensor<1xf32>
    })");
  ASSERT_TRUE(results) << diagnostics;
  std::vector<double> received;
  for (const HostTensor &tensor : (*results)[1][1])
    received.push_back(values(tensor)[0]);
  EXPECT_THAT(received, ElementsAre(1, 2, 3));
}

// Pairs cross over; who is the target of none gets zeros.
TEST_F(TransferTest, SendsPairs) {
  auto results = runTogether(R"(
    func.func @a(%x: tensor<1xf32>) {
      dist.send %x over @stage0 to @stage1 channel 0 pairs [0 -> 1] : tensor<1xf32>
      return
    }
    func.func @b(%x: tensor<1xf32>) -> tensor<1xf32> {
      %0 = dist.recv over @stage1 from @stage0 channel 0 pairs [0 -> 1] : tensor<1xf32>
      %1 = arith.addf %0, %x : tensor<1xf32>
      return %1 : tensor<1xf32>
    })");
  ASSERT_TRUE(results) << diagnostics;
  EXPECT_THAT(values((*results)[1][0][0]), ElementsAre(10));
  EXPECT_THAT(values((*results)[1][1][0]), ElementsAre(11));
}

// A ring of three programs, in which each waits for the one before.
TEST_F(TransferTest, PassesOn) {
  auto results = runTogether(R"(
    func.func @c(%x: tensor<1xf32>) -> tensor<1xf32> {
      %0 = dist.recv over @stage2 from @stage1 channel 0 : tensor<1xf32>
      %1 = arith.addf %0, %x : tensor<1xf32>
      return %1 : tensor<1xf32>
    }
    func.func @b(%x: tensor<1xf32>) {
      %0 = dist.recv over @stage1 from @stage0 channel 0 : tensor<1xf32>
      %1 = arith.addf %0, %x : tensor<1xf32>
      dist.send %1 over @stage1 to @stage2 channel 0 : tensor<1xf32>
      return
    }
    func.func @a(%x: tensor<1xf32>) {
      dist.send %x over @stage0 to @stage1 channel 0 : tensor<1xf32>
      return
    })",
                             {.numDeviceThreads = 2});
  ASSERT_TRUE(results) << diagnostics;
  EXPECT_THAT(values((*results)[0][1][0]), ElementsAre(1 + 11 + 21));
}

//===----------------------------------------------------------------------===//
// What cannot complete
//===----------------------------------------------------------------------===//

TEST_F(TransferTest, ReportsWhoWaitsForWhom) {
  EXPECT_EQ(
      failTogether(R"(
    func.func @a(%x: tensor<1xf32>) {
      %0 = dist.recv over @stage0 from @stage1 channel 3 : tensor<1xf32> loc("recv a")
      dist.send %0 over @stage0 to @stage1 channel 0 : tensor<1xf32>
      return
    }
    func.func @b(%x: tensor<1xf32>) {
      %0 = dist.recv over @stage1 from @stage0 channel 0 : tensor<1xf32> loc("recv b")
      dist.send %0 over @stage1 to @stage0 channel 3 : tensor<1xf32>
      return
    })"),
      "loc(\"recv a\"): 'dist.recv' op cannot complete: 'a' waits for "
      "device 0 of @stage1 to send on channel 3\n"
      "loc(\"recv b\"): 'b' waits here for device 0 of @stage0 to send on "
      "channel 0\n");
}

TEST_F(TransferTest, ReportsWhatIsNeverSent) {
  EXPECT_EQ(
      failTogether(R"(
    func.func @a(%x: tensor<1xf32>) {
      dist.send %x over @stage0 to @stage1 channel 1 : tensor<1xf32>
      return
    }
    func.func @b(%x: tensor<1xf32>) {
      %0 = dist.recv over @stage1 from @stage0 channel 0 : tensor<1xf32> loc("recv")
      return
    })"),
      "loc(\"recv\"): 'dist.recv' op cannot complete: 'b' waits for device "
      "0 of @stage0 to send on channel 0\n"
      "loc(\"recv\"): 'a' has ended\n");
  // A program that runs alone waits for nobody.
  EXPECT_EQ(runAndFail(R"(
    dist.mesh @stage0 ["x"=1]
    dist.mesh @stage1 ["x"=1]
    func.func @main() {
      %0 = dist.recv over @stage1 from @stage0 channel 0 : tensor<1xf32> loc("recv")
      return
    })",
                       {{}}),
            "loc(\"recv\"): 'dist.recv' op cannot complete: 'main' waits for "
            "device 0 of @stage0 to send on channel 0\n");
}

TEST_F(TransferTest, ReportsWhatIsNeverReceived) {
  EXPECT_EQ(
      failTogether(R"(
    func.func @a(%x: tensor<1xf32>) {
      dist.send %x over @stage0 to @stage1 channel 1 pairs [1 -> 0] : tensor<1xf32> loc("send")
      return
    }
    func.func @b(%x: tensor<1xf32>) {
      return
    })"),
      "loc(\"send\"): 'dist.send' op cannot complete: device 1 of @stage0 "
      "waits for device 0 of @stage1 to receive on channel 1\n");
}

TEST_F(TransferTest, ReportsWhatDoesNotFit) {
  EXPECT_EQ(
      failTogether(R"(
    func.func @a(%x: tensor<1xf32>) {
      dist.send %x over @stage0 to @stage1 channel 0 : tensor<1xf32> loc("send")
      return
    }
    func.func @b(%x: tensor<1xf32>) {
      %0 = dist.recv over @stage1 from @stage0 channel 0 : tensor<2xf32> loc("recv")
      return
    })"),
      "loc(\"recv\"): 'dist.recv' op on device 0: expected 'tensor<2xf32>' for "
      "device 0 on channel 0, got 'tensor<1xf32>' for device 0\n"
      "loc(\"send\"): sent here\n");
  EXPECT_THAT(
      failTogether(R"(
    func.func @a(%x: tensor<1xf32>) {
      dist.send %x over @stage0 to @stage1 channel 0 pairs [0 -> 1, 1 -> 0] : tensor<1xf32>
      return
    }
    func.func @b(%x: tensor<1xf32>) {
      %0 = dist.recv over @stage1 from @stage0 channel 0 : tensor<1xf32>
      return
    })"),
      HasSubstr("for device 0 on channel 0, got 'tensor<1xf32>' for device "
                "1\n"));
}

// When one program fails, those that wait for it end without a word.
TEST_F(TransferTest, EndsAllPrograms) {
  EXPECT_EQ(
      failTogether(R"(
    func.func @b(%x: tensor<1xf32>) {
      %0 = dist.recv over @stage1 from @stage0 channel 0 : tensor<1xf32>
      return
    }
    func.func @a(%x: tensor<1xf32>) {
      %table = arith.constant dense<0.0> : tensor<2x1xf32>
      %ids = arith.constant dense<2> : tensor<1xi32>
      %0 = xformer.embedding %table, %ids
        : (tensor<2x1xf32>, tensor<1xi32>) -> tensor<1x1xf32> loc("wte")
      dist.send %x over @stage0 to @stage1 channel 0 : tensor<1xf32>
      return
    })"),
      "loc(\"wte\"): 'xformer.embedding' op on device 0: expected every id "
      "to be in [0, 2), got 2 at [0]\n");
}

} // namespace
