// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-insert-reshards | FileCheck %s -enable-var-scope

dist.mesh @mesh ["tensor"=2]

#rows = #dist.sharding<@mesh, [{"tensor"}, {}]>
#columns = #dist.sharding<@mesh, [{}, {"tensor"}]>
#whole = #dist.sharding<@mesh, [{}, {}]>

// To gather the input and the small weight would move less than the sum does,
// but every device would compute the whole product.
// CHECK-LABEL: func @product(
// CHECK-NEXT: %[[SUM:.*]] = xformer.linear {{.*}}partial={"tensor"}
// CHECK-NEXT: %[[Y:.*]] = dist.reshard %[[SUM]] to <@mesh, [{}, {}]>
// CHECK-NEXT: return %[[Y]]
func.func @product(%x: tensor<512x8xf32> {dist.sharding = #columns},
                   %w: tensor<8x8xf32> {dist.sharding = #columns}) -> (tensor<512x8xf32> {dist.sharding = #whole}) {
  %0 = xformer.linear %x, %w transpose_weight {dist.shardings = [#whole]}
    : (tensor<512x8xf32>, tensor<8x8xf32>) -> tensor<512x8xf32>
  return %0 : tensor<512x8xf32>
}

// Other work is cheap: here what moves least decides.
// CHECK-LABEL: func @elements(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4x1xf32>
// CHECK: %[[G:.*]] = dist.reshard %[[X]] to <@mesh, [{}, {}]>
// CHECK-NEXT: xformer.add %[[G]]
func.func @elements(%x: tensor<4x1xf32> {dist.sharding = #rows},
                    %y: tensor<4x64xf32> {dist.sharding = #whole}) -> (tensor<4x64xf32> {dist.sharding = #whole}) {
  %0 = xformer.add %x, %y {dist.shardings = [#whole]} : (tensor<4x1xf32>, tensor<4x64xf32>) -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}
