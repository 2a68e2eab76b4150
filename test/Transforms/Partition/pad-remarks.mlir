// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --dist-pad --remark-format=emitRemark --remarks-filter=dist-pad -o /dev/null 2>&1 | FileCheck %s --implicit-check-not=remark:

dist.mesh @mesh ["tensor"=4]

// CHECK: pad-remarks.mlir:[[#@LINE+1]]:17: remark: [Passed] pad | Category:dist-pad | Function=main | Elements=18, PaddedElements=24, Padding="#dist.padding<{{\[\[}}2], [9 -> 12]]>", Remark="argument #0 is padded, so that it and what is made of it split into equal blocks"
func.func @main(%x: tensor<2x9xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"tensor"}]>},
                %y: tensor<2x8xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"tensor"}]>}) {
  return
}
