// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-propagate -o /dev/null --remarks-filter=dist-propagate 2>&1 | FileCheck %s

dist.mesh @mesh ["x"=2]

// Where an axis came from, and over how many ops.
func.func @came(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"x", ?}, {?}]>}) {
  // CHECK-DAG: remarks.mlir:[[@LINE+1]]:8: remark: [Analysis] AxisCame | Category:dist-propagate | Axis="x", Dimension=0, Origin="the program", Steps=1
  %0 = xformer.relu %x : tensor<8x16xf32>
  // CHECK-DAG: remarks.mlir:[[@LINE+1]]:8: remark: [Analysis] AxisCame | Category:dist-propagate | Axis="x", Dimension=0, Origin="the program", Steps=2
  %1 = xformer.gelu %0 : tensor<8x16xf32>
  return
}

func.func @conflict(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {}]>},
                    %w: tensor<16x256xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"x"}]>}) {
  // CHECK-DAG: remarks.mlir:[[@LINE+1]]:8: remark: [Passed] ConflictDecided | Category:dist-propagate | Axes="{"x"}", Others="b={"x"}, which moves 8192 bytes", Reason=cost, Winner="n={"x"}, which moves 256 bytes"
  %0 = xformer.linear %x, %w : (tensor<8x16xf32>, tensor<16x256xf32>) -> tensor<8x256xf32>
  return
}

func.func @priority(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {}]>},
                    %w: tensor<16x256xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"x"}p1]>}) {
  // CHECK-DAG: remarks.mlir:[[@LINE+1]]:8: remark: [Passed] ConflictDecided | Category:dist-propagate | Axes="{"x"}", Others="n={"x"}, {{.*}}", Reason=earlier, Winner="b={"x"}, {{.*}}"
  %0 = xformer.linear %x, %w : (tensor<8x16xf32>, tensor<16x256xf32>) -> tensor<8x256xf32>
  return
}

func.func @stopped(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"x"}]>}) {
  // CHECK-DAG: remarks.mlir:[[@LINE+1]]:8: remark: [Missed] AxisStopped | Category:dist-propagate | Axis="x", Factor=d, Reason="the op needs the dimension whole"
  %0 = xformer.softmax %x dim 1 : tensor<8x16xf32>
  return
}

func.func @closed(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {}]>}) {
  // CHECK-DAG: remarks.mlir:[[@LINE+1]]:8: remark: [Missed] AxisStopped | Category:dist-propagate | Axis="x", Factor=b, Reason="the dimension is closed"
  %0 = xformer.relu %x {dist.shardings = [#dist.sharding<@mesh, [{}, {}]>]} : tensor<8x16xf32>
  return
}

func.func @too_small(%x: tensor<1x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {}]>}) {
  // CHECK-DAG: remarks.mlir:[[@LINE+1]]:8: remark: [Missed] AxisStopped | Category:dist-propagate | Axis="x", Factor=b, Reason="the dimension is too small"
  %0 = xformer.relu %x : tensor<1x16xf32>
  return
}

func.func @in_use(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {}]>}) {
  // CHECK-DAG: remarks.mlir:[[@LINE+1]]:8: remark: [Missed] AxisStopped | Category:dist-propagate | Axis="x", {{.*}}, Reason="another dimension has the axis"
  %0 = xformer.relu %x {dist.shardings = [#dist.sharding<@mesh, [{?}, {"x", ?}]>]} : tensor<8x16xf32>
  return
}

func.func @sum(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"x"}]>},
               %w: tensor<16x8xf32>, %v: tensor<16x8xf32>) {
  // CHECK-DAG: remarks.mlir:[[@LINE+1]]:8: remark: [Passed] SumPutOff | Category:dist-propagate | Axes="{"x"}", Op=xformer.linear
  %0 = xformer.linear %x, %w : (tensor<8x16xf32>, tensor<16x8xf32>) -> tensor<8x8xf32>
  // CHECK-DAG: remarks.mlir:[[@LINE+1]]:8: remark: [Passed] SumPutOff | Category:dist-propagate | Axes="{"x"}", Op=xformer.linear
  %1 = xformer.linear %x, %v : (tensor<8x16xf32>, tensor<16x8xf32>) -> tensor<8x8xf32>
  %2 = arith.addf %0, %1 : tensor<8x8xf32>
  return
}

func.func @no_rule(%x: tensor<8x16xf32> {dist.sharding = #dist.sharding<@mesh, [{"x"}, {}]>}) {
  // CHECK-DAG: remarks.mlir:[[@LINE+1]]:8: remark: [Missed] NoRule | Category:dist-propagate | Op=tensor.extract_slice
  %0 = tensor.extract_slice %x[0, 0] [8, 4] [1, 1] : tensor<8x16xf32> to tensor<8x4xf32>
  return
}
