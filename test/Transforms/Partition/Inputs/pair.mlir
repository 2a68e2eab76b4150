dist.mesh @mesh ["tensor"=2]
func.func @main(%x: tensor<4x6xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}]>},
                %v: tensor<6x9xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {"tensor"}]>},
                %w: tensor<9x6xf32> {dist.sharding = #dist.sharding<@mesh, [{"tensor"}, {}]>})
    -> (tensor<4x6xf32> {dist.sharding = #dist.sharding<@mesh, [{}, {}]>}) {
  %0 = xformer.linear %x, %v : (tensor<4x6xf32>, tensor<6x9xf32>) -> tensor<4x9xf32>
  %1 = xformer.linear %0, %w : (tensor<4x9xf32>, tensor<9x6xf32>) -> tensor<4x6xf32>
  return %1 : tensor<4x6xf32>
}
