// RUN: partita-opt %s | partita-opt | FileCheck %s
// RUN: partita-opt %s --mlir-print-op-generic | partita-opt | FileCheck %s
// RUN: partita-opt %s --emit-bytecode | partita-opt | FileCheck %s

dist.mesh @mesh ["data"=2, "tensor"=4]

// CHECK-LABEL: func @slice(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>
func.func @slice(%x: tensor<4x8xf32>) -> (tensor<2x8xf32>, tensor<4x4xf32>) {
  // CHECK: dist.slice %[[X]] dim 0 over @mesh {"data"} : tensor<4x8xf32> -> tensor<2x8xf32>
  %0 = dist.slice %x dim 0 over @mesh {"data"}
      : tensor<4x8xf32> -> tensor<2x8xf32>
  // CHECK: dist.slice %[[X]] dim 1 over @mesh {"tensor":(2)2} : tensor<4x8xf32> -> tensor<4x4xf32>
  %1 = dist.slice %x dim 1 over @mesh {"tensor":(2)2} : tensor<4x8xf32> -> tensor<4x4xf32>
  return %0, %1 : tensor<2x8xf32>, tensor<4x4xf32>
}

// CHECK-LABEL: func @all_gather(
// CHECK-SAME: %[[X:.*]]: tensor<4x2xf32>
func.func @all_gather(%x: tensor<4x2xf32>) -> (tensor<4x8xf32>, tensor<32x2xf32>) {
  // CHECK: dist.all_gather %[[X]] dim 1 over @mesh {"tensor"} : tensor<4x2xf32> -> tensor<4x8xf32>
  %0 = dist.all_gather %x dim 1 over @mesh {"tensor"}
      : tensor<4x2xf32> -> tensor<4x8xf32>
  // CHECK: dist.all_gather start %[[X]] dim 0 over @mesh {"tensor", "data"} : tensor<4x2xf32> -> !dist.token<tensor<32x2xf32>>
  %token = dist.all_gather start %x dim 0 over @mesh {"tensor", "data"}
    : tensor<4x2xf32> -> !dist.token<tensor<32x2xf32>>
  %1 = dist.wait %token : !dist.token<tensor<32x2xf32>>
  return %0, %1 : tensor<4x8xf32>, tensor<32x2xf32>
}

// A dimension of 5 over 4 devices has blocks of 2, of which the last is empty.
// CHECK-LABEL: func @uneven(
func.func @uneven(%x: tensor<5xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<5xf32>, tensor<2xf32>) {
  // CHECK: dist.slice %{{.*}} dim 0 over @mesh {"tensor"} : tensor<5xf32> -> tensor<2xf32>
  %0 = dist.slice %x dim 0 over @mesh {"tensor"} : tensor<5xf32> -> tensor<2xf32>
  // CHECK: dist.all_gather %{{.*}} dim 0 over @mesh {"tensor"} : tensor<2xf32> -> tensor<5xf32>
  %1 = dist.all_gather %y dim 0 over @mesh {"tensor"} : tensor<2xf32> -> tensor<5xf32>
  // CHECK: dist.reduce_scatter %{{.*}} dim 0 over @mesh {"tensor"} : tensor<5xf32> -> tensor<2xf32>
  %2 = dist.reduce_scatter %x dim 0 over @mesh {"tensor"} : tensor<5xf32> -> tensor<2xf32>
  return %0, %1, %2 : tensor<2xf32>, tensor<5xf32>, tensor<2xf32>
}

// Nothing of nothing.
// CHECK-LABEL: func @empty(
func.func @empty(%x: tensor<0x4xf32>) -> (tensor<0x4xf32>, tensor<0x4xf32>) {
  // CHECK: dist.slice %{{.*}} dim 0 over @mesh {"tensor"} : tensor<0x4xf32> -> tensor<0x4xf32>
  %0 = dist.slice %x dim 0 over @mesh {"tensor"} : tensor<0x4xf32> -> tensor<0x4xf32>
  // CHECK: dist.all_gather %{{.*}} dim 0 over @mesh {"tensor"} : tensor<0x4xf32> -> tensor<0x4xf32>
  %1 = dist.all_gather %x dim 0 over @mesh {"tensor"} : tensor<0x4xf32> -> tensor<0x4xf32>
  return %0, %1 : tensor<0x4xf32>, tensor<0x4xf32>
}

// CHECK-LABEL: func @all_reduce(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>, %[[BITS:.*]]: tensor<4xi1>
func.func @all_reduce(%x: tensor<4x8xf32>, %bits: tensor<4xi1>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  // CHECK: dist.all_reduce %[[X]] over @mesh {"data"} : tensor<4x8xf32>{{$}}
  %0 = dist.all_reduce %x over @mesh {"data"} : tensor<4x8xf32>
  // CHECK: dist.all_reduce %[[X]] by max over @mesh {"data"} : tensor<4x8xf32>
  %1 = dist.all_reduce %x by max over @mesh {"data"} : tensor<4x8xf32>
  // CHECK: dist.all_reduce %[[X]] by log_sum_exp over @mesh {"tensor":(1)2, "data"} : tensor<4x8xf32>
  %2 = dist.all_reduce %x by log_sum_exp over @mesh {"tensor":(1)2, "data"} : tensor<4x8xf32>
  // CHECK: dist.all_reduce %[[BITS]] by min over @mesh {"data"} : tensor<4xi1>
  %3 = dist.all_reduce %bits by min over @mesh {"data"} : tensor<4xi1>
  // CHECK: dist.all_reduce %[[X]] over @mesh {"data"} : tensor<4x8xf32>{{$}}
  %4 = dist.all_reduce %x by sum over @mesh {"data"} : tensor<4x8xf32>
  // CHECK: %[[TOKEN:.*]] = dist.all_reduce start %[[X]] over @mesh {"data"} : tensor<4x8xf32> -> !dist.token<tensor<4x8xf32>>
  %token = dist.all_reduce start %x over @mesh {"data"}
      : tensor<4x8xf32> -> !dist.token<tensor<4x8xf32>>
  // CHECK: dist.wait %[[TOKEN]] : !dist.token<tensor<4x8xf32>>
  %5 = dist.wait %token : !dist.token<tensor<4x8xf32>>
  return %0, %1 : tensor<4x8xf32>, tensor<4x8xf32>
}

// The form of the documentation, with a result of this name.
// CHECK-LABEL: func @wait(
func.func @wait(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %token = dist.all_reduce start %x over @mesh {"data"}
      : tensor<4x8xf32> -> !dist.token<tensor<4x8xf32>>
  %0 = dist.wait %token : !dist.token<tensor<4x8xf32>>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func @reduce_scatter(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>
func.func @reduce_scatter(%x: tensor<4x8xf32>) -> tensor<1x8xf32> {
  // CHECK: dist.reduce_scatter %[[X]] dim 0 over @mesh {"tensor"} : tensor<4x8xf32> -> tensor<1x8xf32>
  %0 = dist.reduce_scatter %x dim 0 over @mesh {"tensor"}
      : tensor<4x8xf32> -> tensor<1x8xf32>
  // CHECK: dist.reduce_scatter start %[[X]] by min dim 1 over @mesh {"data"} : tensor<4x8xf32> -> !dist.token<tensor<4x4xf32>>
  %1 = dist.reduce_scatter start %x by min dim 1 over @mesh {"data"} : tensor<4x8xf32> -> !dist.token<tensor<4x4xf32>>
  return %0 : tensor<1x8xf32>
}

// CHECK-LABEL: func @all_to_all(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>
func.func @all_to_all(%x: tensor<4x8xf32>) -> (tensor<8x4xf32>, tensor<32x1xf32>) {
  // CHECK: dist.all_to_all %[[X]] dim 0 to 1 over @mesh {"data"} : tensor<4x8xf32> -> tensor<8x4xf32>
  %0 = dist.all_to_all %x dim 0 to 1 over @mesh {"data"}
      : tensor<4x8xf32> -> tensor<8x4xf32>
  // CHECK: dist.all_to_all %[[X]] dim 0 to 1 over @mesh {"data", "tensor"} as {"tensor", "data"} : tensor<4x8xf32> -> tensor<32x1xf32>
  %1 = dist.all_to_all %x dim 0 to 1 over @mesh {"data", "tensor"}
      as {"tensor", "data"} : tensor<4x8xf32> -> tensor<32x1xf32>
  // The same axis cut into parts is another order of it.
  // CHECK: dist.all_to_all start %[[X]] dim 1 to 0 over @mesh {"tensor"} as {"tensor":(2)2, "tensor":(1)2} : tensor<4x8xf32> -> !dist.token<tensor<1x31xf32>>
  %2 = dist.all_to_all start %x dim 1 to 0 over @mesh {"tensor"} as {"tensor":(2)2, "tensor":(1)2}
    : tensor<4x8xf32> -> !dist.token<tensor<1x31xf32>>
  return %0, %1 : tensor<8x4xf32>, tensor<32x1xf32>
}

// CHECK-LABEL: func @permute(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>
func.func @permute(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: dist.permute %[[X]] over @mesh shift {"tensor"} by 1 : tensor<4x8xf32>
  %0 = dist.permute %x over @mesh shift {"tensor"} by 1 : tensor<4x8xf32>
  // CHECK: dist.permute %[[X]] over @mesh reorder {"data", "tensor"} to {"tensor", "data"} : tensor<4x8xf32>
  %1 = dist.permute %x over @mesh reorder {"data", "tensor"}
      to {"tensor", "data"} : tensor<4x8xf32>
  // CHECK: dist.permute %[[X]] over @mesh pairs [0 -> 1, 1 -> 0] : tensor<4x8xf32>
  %2 = dist.permute %x over @mesh pairs [0 -> 1, 1 -> 0] : tensor<4x8xf32>
  // CHECK: dist.permute start %[[X]] over @mesh shift {"data", "tensor"} by 7 : tensor<4x8xf32> -> !dist.token<tensor<4x8xf32>>
  %3 = dist.permute start %x over @mesh shift {"data", "tensor"} by 7 : tensor<4x8xf32> -> !dist.token<tensor<4x8xf32>>
  // CHECK: dist.permute %[[X]] over @mesh reorder {"tensor"} to {"tensor":(2)2, "tensor":(1)2} : tensor<4x8xf32>
  %4 = dist.permute %x over @mesh reorder {"tensor"} to {"tensor":(2)2, "tensor":(1)2} : tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func @broadcast(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>
func.func @broadcast(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: dist.broadcast %[[X]] from 0 over @mesh {"data"} : tensor<4x8xf32>
  %0 = dist.broadcast %x from 0 over @mesh {"data"} : tensor<4x8xf32>
  // CHECK: dist.broadcast start %[[X]] from 7 over @mesh {"tensor", "data"} : tensor<4x8xf32> -> !dist.token<tensor<4x8xf32>>
  %1 = dist.broadcast start %x from 7 over @mesh {"tensor", "data"} : tensor<4x8xf32> -> !dist.token<tensor<4x8xf32>>
  return %0 : tensor<4x8xf32>
}

// Over no axes, each device is alone.
// CHECK-LABEL: func @alone(
// CHECK-SAME: %[[X:.*]]: tensor<4xi32>
func.func @alone(%x: tensor<4xi32>) {
  // CHECK: dist.all_gather %[[X]] dim 0 over @mesh {} : tensor<4xi32> -> tensor<4xi32>
  %0 = dist.all_gather %x dim 0 over @mesh {} : tensor<4xi32> -> tensor<4xi32>
  // CHECK: dist.permute %[[X]] over @mesh shift {} by 0 : tensor<4xi32>
  %1 = dist.permute %x over @mesh shift {} by 0 : tensor<4xi32>
  // CHECK: dist.permute %[[X]] over @mesh pairs [] : tensor<4xi32>
  %2 = dist.permute %x over @mesh pairs [] : tensor<4xi32>
  return
}
