// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-insert-reshards --remark-format=emitRemark --remarks-filter=dist-insert-reshards -o /dev/null 2>&1 | FileCheck %s

dist.mesh @mesh ["data"=2, "tensor"=4]

#rows = #dist.sharding<@mesh, [{"data"}, {}]>
#columns = #dist.sharding<@mesh, [{"data"}, {"tensor"}]>

func.func @main(%x: tensor<8x64xf32> {dist.sharding = #columns}, %i: index)
    -> (tensor<8x64xf32> {dist.sharding = #rows}, f32) {
  // A reshard says which operand forced it, and how much a device receives: here
  // three blocks of 4x16 floats.
  // CHECK-DAG: insert-reshards-remarks.mlir:[[#@LINE+2]]:8: remark: [Passed] reshard | Category:dist-insert-reshards | Function=main | BytesPerDevice=768, From="#dist.sharding<@mesh, [{"data"}, {"tensor"}]>", Remark="operand #0 of 'xformer.softmax' needs another sharding", Seconds=7.680000e+02, To="#dist.sharding<@mesh, [{"data"}, {}]>"

  %0 = xformer.softmax %x dim 1 {dist.shardings = [#rows]} : tensor<8x64xf32>

  // An op of which nothing is known gets all of its operands.
  // CHECK-DAG: insert-reshards-remarks.mlir:[[#@LINE+3]]:8: remark: [Missed] no-rule | {{.*}}Remark="'tensor.extract' has no sharding rule, so every device computes it whole"
  // CHECK-DAG: insert-reshards-remarks.mlir:[[#@LINE+2]]:8: remark: [Passed] reshard | {{.*}}BytesPerDevice=1024{{.*}}Remark="operand #0 of 'tensor.extract' needs another sharding"

  %1 = tensor.extract %0[%i, %i] : tensor<8x64xf32>
  return %0, %1 : tensor<8x64xf32>, f32
}
