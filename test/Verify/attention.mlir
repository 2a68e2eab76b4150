// Attention split over its keys: scores once on each device, and keys that go
// around. Then the same with a bug in the local program.
//
// RUN: partita-opt %s --dist-partition-pipeline=verify=false --dist-ring-attention --dist-fuse-attention -o %t
// RUN: partita-opt %t --dist-verify | FileCheck %s
// CHECK: scf.for
// CHECK: xformer.rescale
//
// One step too few.
// RUN: sed 's/arith.constant 4 : index/arith.constant 3 : index/' %t | not partita-opt --dist-verify 2>&1 | FileCheck %s --check-prefix=STEPS
// STEPS: error: 'scf.for' op is not proven: operand #{{[0-9]+}} is what attention gives on a part of the keys, and not yet combined
//
// Keys that go around without their positions.
// RUN: sed 's/\(permute %arg8.*\)by 1/\1by 2/' %t | not partita-opt --dist-verify 2>&1 | FileCheck %s --check-prefix=APART
// APART: error: 'scf.for' op is not proven: operand #{{[0-9]+}} is what attention gives on a part of the keys, and not yet combined
//
// Steps of two, by which a device never meets its neighbour.
// RUN: sed 's/by 1 :/by 2 :/' %t | not partita-opt --dist-verify 2>&1 | FileCheck %s --check-prefix=APART
//
// Outputs that are added as they are.
// RUN: sed 's/xformer.add %15, %16/xformer.add %15, %15/' %t | not partita-opt --dist-verify 2>&1 | FileCheck %s --check-prefix=APART
//
// Another causal attention than the global one.
// RUN: sed '/module @global/,$!s/causal scale 5.0/causal scale 6.0/' %t | not partita-opt --dist-verify 2>&1 | FileCheck %s --check-prefix=SCALE
// SCALE: error: 'scf.for' op is not proven: it is no attention to all keys: the global program has no such op

dist.mesh @mesh ["x"=4]
#sequence = #dist.sharding<@mesh, [{}, {"x"}, {}, {}]>
#whole = #dist.sharding<@mesh, [{}, {}, {}, {}]>
#mask = #dist.sharding<@mesh, [{}, {}]>
func.func @main(%q: tensor<2x8x4x8xf32> {dist.sharding = #sequence}, %k: tensor<2x8x2x8xf32> {dist.sharding = #sequence},
                %v: tensor<2x8x2x8xf32> {dist.sharding = #sequence}, %m: tensor<2x8xi1> {dist.sharding = #mask})
    -> (tensor<2x8x4x8xf32> {dist.sharding = #sequence}, tensor<2x8x4x8xf32> {dist.sharding = #whole}) {
  %0 = xformer.attention %q, %k, %v key_mask(%m) causal scale 0.5
    : (tensor<2x8x4x8xf32>, tensor<2x8x2x8xf32>, tensor<2x8x2x8xf32>, tensor<2x8xi1>) -> tensor<2x8x4x8xf32>
  %all = dist.constraint %q <@mesh, [{}, {}, {}, {}]> : tensor<2x8x4x8xf32>
  %1 = xformer.attention %all, %k, %v causal scale 0.5
    : (tensor<2x8x4x8xf32>, tensor<2x8x2x8xf32>, tensor<2x8x2x8xf32>) -> tensor<2x8x4x8xf32>
  return %0, %1 : tensor<2x8x4x8xf32>, tensor<2x8x4x8xf32>
}
