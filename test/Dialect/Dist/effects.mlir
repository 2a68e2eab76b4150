// RUN: partita-opt %s -cse | FileCheck %s
// RUN: partita-opt %s -canonicalize | FileCheck %s --check-prefix=DEAD

dist.mesh @mesh ["x"=2]
dist.mesh @other ["x"=2]

// What all devices do alike they may also do once, or not at all; started or not.
// CHECK-LABEL: func @equal_collectives(
// DEAD-LABEL: func @equal_collectives(
func.func @equal_collectives(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NEXT: %[[A:.*]] = dist.all_reduce %
  // CHECK-NEXT: %[[T:.*]] = dist.all_reduce start
  // CHECK-NEXT: %[[W:.*]] = dist.wait %[[T]]
  // CHECK-NEXT: return %[[A]], %[[A]], %[[W]], %[[W]]
  %0 = dist.all_reduce %x over @mesh {"x"} : tensor<4xf32>
  %1 = dist.all_reduce %x over @mesh {"x"} : tensor<4xf32>
  %t = dist.all_reduce start %x over @mesh {"x"} : tensor<4xf32> -> !dist.token<tensor<4xf32>>
  %u = dist.all_reduce start %x over @mesh {"x"} : tensor<4xf32> -> !dist.token<tensor<4xf32>>
  %2 = dist.wait %t : !dist.token<tensor<4xf32>>
  %3 = dist.wait %u : !dist.token<tensor<4xf32>>
  return %0, %1, %2, %3 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// A sum is written or not.
// CHECK-LABEL: func @equal_sums(
// DEAD-LABEL: func @equal_sums(
func.func @equal_sums(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-NEXT: %[[A:.*]] = dist.all_reduce
  // CHECK-NEXT: return %[[A]], %[[A]]
  %0 = dist.all_reduce %x over @mesh {"x"} : tensor<4xf32>
  %1 = dist.all_reduce %x by sum over @mesh {"x"} : tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func @unused_collectives(
// DEAD-LABEL: func @unused_collectives(
func.func @unused_collectives(%x: tensor<4xf32>) {
  // DEAD-NEXT: return
  %0 = dist.slice %x dim 0 over @mesh {"x"} : tensor<4xf32> -> tensor<2xf32>
  %1 = dist.all_gather %x dim 0 over @mesh {"x"} : tensor<4xf32> -> tensor<8xf32>
  %2 = dist.all_reduce %x over @mesh {"x"} : tensor<4xf32>
  %3 = dist.reduce_scatter %x dim 0 over @mesh {"x"} : tensor<4xf32> -> tensor<2xf32>
  %4 = dist.permute %x over @mesh shift {"x"} by 1 : tensor<4xf32>
  %5 = dist.broadcast %x from 0 over @mesh {"x"} : tensor<4xf32>
  %t = dist.all_gather start %x dim 0 over @mesh {"x"} : tensor<4xf32> -> !dist.token<tensor<8xf32>>
  %6 = dist.wait %t : !dist.token<tensor<8xf32>>
  %7 = dist.constraint %x <@mesh, [{"x"}]> : tensor<4xf32>
  %8 = dist.reshard %x to <@mesh, [{"x"}]> : tensor<4xf32>
  return
}

// Another program waits for a transfer: two are two, and an unused one is not
// dropped. Nor is the wait for a send.
// CHECK-LABEL: func @transfers(
// DEAD-LABEL: func @transfers(
func.func @transfers(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-COUNT-2: dist.send %
  // CHECK: dist.send start
  // CHECK-NEXT: dist.wait
  // CHECK-NEXT: dist.wait
  // CHECK-COUNT-3: dist.recv over
  // DEAD-COUNT-2: dist.send %
  // DEAD: dist.send start
  // DEAD-NEXT: dist.wait
  // DEAD-NEXT: dist.wait
  // DEAD-COUNT-3: dist.recv over
  // DEAD-NEXT: dist.recv start
  // DEAD-NEXT: return
  dist.send %x over @mesh to @other channel 0 : tensor<4xf32>
  dist.send %x over @mesh to @other channel 0 : tensor<4xf32>
  %t = dist.send start %x over @mesh to @other channel 1 : tensor<4xf32> -> !dist.token
  dist.wait %t : !dist.token
  dist.wait %t : !dist.token
  %0 = dist.recv over @mesh from @other channel 0 : tensor<4xf32>
  %1 = dist.recv over @mesh from @other channel 0 : tensor<4xf32>
  %2 = dist.recv over @mesh from @other channel 0 : tensor<4xf32>
  %u = dist.recv start over @mesh from @other channel 1 : !dist.token<tensor<4xf32>>
  %3 = dist.wait %u : !dist.token<tensor<4xf32>>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
