func.func @main(%x: tensor<2x16x64xf32>, %w: tensor<32x64xf32>) -> tensor<2x16x32xf32> {
  %0 = xformer.linear %x, %w transpose_weight : (tensor<2x16x64xf32>, tensor<32x64xf32>) -> tensor<2x16x32xf32>
  %1 = xformer.relu %0 : tensor<2x16x32xf32>
  return %1 : tensor<2x16x32xf32>
}
