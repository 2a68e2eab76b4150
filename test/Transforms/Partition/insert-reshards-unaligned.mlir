// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-insert-reshards | FileCheck %s -enable-var-scope
// RUN: partita-opt %s --dist-insert-reshards --dist-pad --dist-partition --dist-check-local -o /dev/null

dist.mesh @mesh ["a"=2, "b"=3]

// Elsewhere heads are split over "b" too, which makes them three; so two of them
// are no longer all, and their features cannot be split by this op.
// CHECK-LABEL: func @complete(
// CHECK: %[[S:.*]] = xformer.split_dim %{{.*}}[{"a"}, {}]
// CHECK: dist.reshard %[[S]] to <@mesh, [{"a"}, {"b"}]>
func.func @complete(%x: tensor<18xf32> {dist.sharding = #dist.sharding<@mesh, [{"a", "b"}]>})
    -> (tensor<2x9xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}, {"b"}]>},
        tensor<2x9xf32> {dist.sharding = #dist.sharding<@mesh, [{"b"}, {}]>}) {
  %0 = xformer.split_dim %x dim 0 {dist.shardings = [#dist.sharding<@mesh, [{"a"}, {"b"}]>]} : tensor<18xf32> -> tensor<2x9xf32>
  return %0, %0 : tensor<2x9xf32>, tensor<2x9xf32>
}
