dist.mesh @mesh ["tensor"=2]
func.func @main(
    %x: tensor<4x2xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"tensor"}]>, dist.global_type = tensor<4x4xf32>},
    %w: tensor<2x4xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>, dist.global_type = tensor<4x4xf32>})
    -> tensor<4x4xf32> {
  %0 = xformer.linear %x, %w : (tensor<4x2xf32>, tensor<2x4xf32>) -> tensor<4x4xf32>
  %1 = xformer.relu %0 : tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}
module @global attributes {dist.global} {
  func.func @main(%x: tensor<4x4xf32>, %w: tensor<4x4xf32>) -> tensor<4x4xf32> {
    %0 = xformer.linear %x, %w : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
    %1 = xformer.relu %0 : tensor<4x4xf32>
    return %1 : tensor<4x4xf32>
  }
}
