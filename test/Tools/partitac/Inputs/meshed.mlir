dist.mesh @mesh ["x"=2]
func.func @main(%x: tensor<2x4xf32> {xformer.input = "x"},
                %w: tensor<4x6xf32> {xformer.parameter = "w"})
    -> (tensor<2x6xf32> {xformer.output = "y"}) {
  %0 = xformer.linear %x, %w : (tensor<2x4xf32>, tensor<4x6xf32>) -> tensor<2x6xf32>
  return %0 : tensor<2x6xf32>
}
