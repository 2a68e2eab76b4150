// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Control flow: of one device, of devices that go different ways, and of
// devices that wait for one that went another way.

#include "ProgramTesting.h"

using namespace partita;
using namespace partita::interp;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

HostTensor flag(bool value) { return mask({}, {value}); }
HostTensor index(int64_t value) { return HostTensor::of<int64_t>({}, {value}); }

using ScfTest = ProgramTest;

// Either branch, on devices that differ; values from around the op are there.
TEST_F(ScfTest, TakesBranches) {
  auto results = run(R"(
    func.func @main(%c: i1, %x: f32) -> f32 {
      %0 = scf.if %c -> f32 {
        %y = arith.addf %x, %x : f32
        scf.yield %y : f32
      } else {
        scf.yield %x : f32
      }
      return %0 : f32
    })",
                     {{flag(true), floats({}, {1})},
                      {flag(false), floats({}, {2})},
                      {flag(true), floats({}, {3})}});
  ASSERT_TRUE(results) << diagnostics;
  EXPECT_THAT(values((*results)[0][0]), ElementsAre(2));
  EXPECT_THAT(values((*results)[1][0]), ElementsAre(2));
  EXPECT_THAT(values((*results)[2][0]), ElementsAre(6));
}

// A branch that is not there does nothing.
TEST_F(ScfTest, TakesNoBranch) {
  auto results = run(R"(
    func.func @main(%c: i1) -> i1 {
      scf.if %c {
        %y = arith.constant 1.0 : f32
      }
      return %c : i1
    })",
                     {{flag(false)}, {flag(true)}});
  ASSERT_TRUE(results) << diagnostics;
}

constexpr llvm::StringLiteral sumOfIndices = R"(
  func.func @main(%lower: index, %upper: index, %step: index) -> (index, index) {
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %0:2 = scf.for #%i = %lower to %upper step %step
        iter_args(%sum = %zero, %count = %zero) -> (index, index) {
      %next = arith.addi %sum, %i : index
      %counted = arith.addi %count, %one : index
      scf.yield %next, %counted : index, index
    }
    return %0#0, %0#1 : index, index
  })";
std::string signedLoop() {
  std::string source(sumOfIndices);
  return source.replace(source.find('#', source.find("scf.for")), 1, "");
}
std::string unsignedLoop() {
  std::string source(sumOfIndices);
  return source.replace(source.find('#', source.find("scf.for")), 1,
                        "unsigned ");
}

// Each device has its own bounds, and leaves when it is done.
TEST_F(ScfTest, CountsIterations) {
  auto results = run(signedLoop(), {{index(0), index(5), index(2)},
                                    {index(-3), index(0), index(1)},
                                    {index(4), index(4), index(1)},
                                    {index(9), index(4), index(1)},
                                    {index(0), index(6), index(3)}});
  ASSERT_TRUE(results) << diagnostics;
  std::vector<std::vector<double>> sums;
  for (const TensorList &list : *results)
    sums.push_back({values(list[0])[0], values(list[1])[0]});
  EXPECT_THAT(sums, ElementsAre(ElementsAre(6, 3), ElementsAre(-6, 3),
                                ElementsAre(0, 0), ElementsAre(0, 0),
                                ElementsAre(3, 2)));
}

// The ends of the range: no sum of bounds and steps overflows.
TEST_F(ScfTest, CountsToTheEnds) {
  constexpr int64_t least = std::numeric_limits<int64_t>::min(),
                    most = std::numeric_limits<int64_t>::max();
  auto results = run(signedLoop(), {{index(least), index(most), index(most)},
                                    {index(most - 1), index(most), index(5)}});
  ASSERT_TRUE(results) << diagnostics;
  // least, least + most = -1, most - 1.
  EXPECT_THAT(values((*results)[0][1]), ElementsAre(3));
  EXPECT_THAT(values((*results)[1][1]), ElementsAre(1));
  // Unsigned, -1 is the greatest number.
  results = run(unsignedLoop(), {{index(-3), index(-1), index(1)},
                                 {index(-1), index(0), index(1)}});
  ASSERT_TRUE(results) << diagnostics;
  EXPECT_THAT(values((*results)[0][1]), ElementsAre(2));
  EXPECT_THAT(values((*results)[1][1]), ElementsAre(0));
}

TEST_F(ScfTest, RefusesStepsThatDoNotEnd) {
  EXPECT_THAT(runAndFail(signedLoop(), {{index(0), index(1), index(0)}}),
              HasSubstr("'scf.for' op expected a step that is positive, got "
                        "0\n"));
  EXPECT_THAT(runAndFail(signedLoop(), {{index(0), index(1), index(1)},
                                        {index(0), index(1), index(-1)}}),
              HasSubstr("'scf.for' op on device 1: expected a step that is "
                        "positive, got -1\n"));
}

// Devices leave a loop at different times, with the values they then have.
TEST_F(ScfTest, LoopsWhile) {
  auto results = run(R"(
    func.func @main(%limit: i32) -> (i32, i32) {
      %one = arith.constant 1 : i32
      %0:2 = scf.while (%x = %one) : (i32) -> (i32, i32) {
        %twice = arith.addi %x, %x : i32
        %more = arith.cmpi slt, %twice, %limit : i32
        scf.condition(%more) %twice, %x : i32, i32
      } do {
      ^bb0(%twice: i32, %x: i32):
        scf.yield %twice : i32
      }
      return %0#0, %0#1 : i32, i32
    })",
                     {{ids({}, {10})}, {ids({}, {1})}, {ids({}, {100})}});
  ASSERT_TRUE(results) << diagnostics;
  std::vector<double> twice, last;
  for (const TensorList &list : *results) {
    twice.push_back(values(list[0])[0]);
    last.push_back(values(list[1])[0]);
  }
  EXPECT_THAT(twice, ElementsAre(16, 2, 128));
  EXPECT_THAT(last, ElementsAre(8, 1, 64));
}

//===----------------------------------------------------------------------===//
// Collectives
//===----------------------------------------------------------------------===//

// A ring in a loop: after n - 1 steps every device has seen all values.
TEST_F(ScfTest, RotatesInALoop) {
  auto results = runEach(R"(
    dist.mesh @mesh ["a"=4]
    func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
      %zero = arith.constant 0 : index
      %one = arith.constant 1 : index
      %three = arith.constant 3 : index
      %0:2 = scf.for %i = %zero to %three step %one
          iter_args(%sum = %x, %passing = %x) -> (tensor<1xf32>, tensor<1xf32>) {
        %next = dist.permute %passing over @mesh shift {"a"} by 1 : tensor<1xf32>
        %more = arith.addf %sum, %next : tensor<1xf32>
        scf.yield %more, %next : tensor<1xf32>, tensor<1xf32>
      }
      return %0#0 : tensor<1xf32>
    })",
                         {floats({1}, {1}), floats({1}, {20}),
                          floats({1}, {300}), floats({1}, {4000})});
  for (const HostTensor &result : results)
    EXPECT_THAT(values(result), ElementsAre(4321));
}

constexpr llvm::StringLiteral reduceInBranch = R"(
  dist.mesh @mesh ["a"=2, "b"=2]
  func.func @main(%c: i1, %x: tensor<1xf32>) -> tensor<1xf32> {
    %0 = scf.if %c -> tensor<1xf32> {
      %y = dist.all_reduce %x over @mesh {"b"} : tensor<1xf32> loc("reduce")
      scf.yield %y : tensor<1xf32>
    } else {
      scf.yield %x : tensor<1xf32>
    } loc("branch")
    return %0 : tensor<1xf32>
  })";

// A group may go its own way as long as it stays together.
TEST_F(ScfTest, ReducesInTheBranchOfAGroup) {
  HostTensor x = floats({1}, {1});
  auto results = run(
      reduceInBranch,
      {{flag(false), x}, {flag(false), x}, {flag(true), x}, {flag(true), x}});
  ASSERT_TRUE(results) << diagnostics;
  EXPECT_THAT(values((*results)[1][0]), ElementsAre(1));
  EXPECT_THAT(values((*results)[2][0]), ElementsAre(2));
}

// Else one waits for the other; in a branch, in an iteration, in a callee.
TEST_F(ScfTest, SaysWhoWaitsForWhom) {
  HostTensor x = floats({1}, {1});
  EXPECT_EQ(runAndFail(reduceInBranch, {{flag(true), x},
                                        {flag(true), x},
                                        {flag(false), x},
                                        {flag(true), x}}),
            "loc(\"reduce\"): 'dist.all_reduce' op cannot complete: device 3 "
            "waits for device 2, which does not get here\n"
            "loc(\"branch\"): device 2 went another way than device 3 in this "
            "'scf.if' op\n");
  EXPECT_EQ(
      runAndFail(R"(
    dist.mesh @mesh ["a"=2]
    func.func @main(%n: index, %c: i1, %x: tensor<1xf32>) {
      %zero = arith.constant 0 : index
      %one = arith.constant 1 : index
      scf.for %i = %zero to %n step %one {
        scf.if %c {
          func.call @step(%x) : (tensor<1xf32>) -> ()
        }
      } loc("loop")
      return
    }
    func.func private @step(%x: tensor<1xf32>) {
      %0 = dist.permute %x over @mesh shift {"a"} by 1 : tensor<1xf32> loc("permute")
      return
    })",
                 {{index(2), flag(true), x}, {index(3), flag(true), x}}),
      "loc(\"permute\"): 'dist.permute' op cannot complete: device 1 waits for "
      "device 0, which does not get here\n"
      "loc(\"loop\"): device 0 went another way than device 1 in this "
      "'scf.for' op\n");
}

} // namespace
