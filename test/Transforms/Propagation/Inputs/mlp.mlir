func.func @main(%ids: tensor<8x16xi32> {xformer.input = "ids"},
                %table: tensor<512x64xf32> {xformer.parameter = "wte.weight"},
                %up: tensor<64x256xf32> {xformer.parameter = "h.up.weight"},
                %down: tensor<256x64xf32> {xformer.parameter = "h.down.weight"})
    -> (tensor<8x16x64xf32> {xformer.output = "hidden"}) {
  %0 = xformer.embedding %table, %ids : (tensor<512x64xf32>, tensor<8x16xi32>) -> tensor<8x16x64xf32> loc("wte")
  %1 = xformer.linear %0, %up : (tensor<8x16x64xf32>, tensor<64x256xf32>) -> tensor<8x16x256xf32> loc("h.up")
  %2 = xformer.gelu %1 : tensor<8x16x256xf32> loc("h")
  %3 = xformer.linear %2, %down : (tensor<8x16x256xf32>, tensor<256x64xf32>) -> tensor<8x16x64xf32> loc("h.down")
  return %3 : tensor<8x16x64xf32>
}
