dist.mesh @mesh ["tensor"=4]
func.func @main(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<2xf32> {
  %0 = dist.all_reduce %x over @mesh {"tensor"} : tensor<8xf32>
  %1 = dist.all_reduce %y over @mesh {"tensor"} : tensor<8xf32>
  %2 = arith.addf %0, %1 : tensor<8xf32>
  %3 = math.exp %2 : tensor<8xf32>
  %4 = dist.slice %3 dim 0 over @mesh {"tensor"} : tensor<8xf32> -> tensor<2xf32>
  return %4 : tensor<2xf32>
}
