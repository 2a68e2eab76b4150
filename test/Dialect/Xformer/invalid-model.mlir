// RUN: partita-opt %s -split-input-file -verify-diagnostics

// The attributes on arguments and results of a model's function.

// expected-error@+1 {{'func.func' op expected 'xformer.input' to be a string that is not empty, got ""}}
func.func @model_c1_empty_input(%ids: tensor<2xi32> {xformer.input = ""}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected 'xformer.input' to be a string that is not empty, got 1 : i64}}
func.func @model_c1_input_of_wrong_kind(%ids: tensor<2xi32> {xformer.input = 1}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected 'xformer.output' to be a string that is not empty, got ""}}
func.func @model_c1_empty_output(%x: tensor<2xf32>) -> (tensor<2xf32> {xformer.output = ""}) {
  return %x : tensor<2xf32>
}

// -----

// expected-error@+1 {{'func.func' op expected 'xformer.parameter' to be the name of a tensor, or a list of names to stack, got []}}
func.func @model_c1_no_names(%w: tensor<2xf32> {xformer.parameter = []}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected 'xformer.parameter' to be the name of a tensor, or a list of names to stack, got ["a", ["b"]]}}
func.func @model_c1_nested_names(%w: tensor<2xf32> {xformer.parameter = ["a", ["b"]]}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected a leading dimension of 2, one for each tensor that argument #0 stacks, got 'tensor<3x4xf32>'}}
func.func @model_c2(%w: tensor<3x4xf32> {xformer.parameter = ["a", "b"]}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected a leading dimension of 1, one for each tensor that argument #0 stacks, got 'tensor<f32>'}}
func.func @model_c2_scalar(%w: tensor<f32> {xformer.parameter = ["a"]}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected a leading dimension of 1, one for each tensor that argument #0 stacks, got 'tensor<*xf32>'}}
func.func @model_c2_unranked(%w: tensor<*xf32> {xformer.parameter = ["a"]}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected argument #0 to have 'xformer.input' or 'xformer.parameter', got both}}
func.func @model_c3(%w: tensor<3xf32> {xformer.parameter = "a", xformer.input = "b"}) {
  return
}

// -----

// A tied weight is one argument, not two with one name.
// expected-error@+1 {{'func.func' op expected 'xformer.parameter' "wte" on one argument, got it on #1 and #3}}
func.func @model_c4_parameter(%ids: tensor<2xi32> {xformer.input = "ids"},
                              %wte: tensor<8x4xf32> {xformer.parameter = "wte"},
                              %b: tensor<4xf32> {xformer.parameter = "b"},
                              %head: tensor<8x4xf32> {xformer.parameter = "wte"}) {
  return
}

// -----

// Tensors that are stacked are told apart from those that stand alone.
// expected-error@+1 {{'func.func' op expected 'xformer.parameter' "w1" on one argument, got it on #0 and #1}}
func.func @model_c4_stacked(%a: tensor<2x4xf32> {xformer.parameter = ["w0", "w1"]},
                            %b: tensor<4xf32> {xformer.parameter = "w1"}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected 'xformer.parameter' "w0" on one argument, got it on #0 and #0}}
func.func @model_c4_stacked_twice(%a: tensor<2x4xf32> {xformer.parameter = ["w0", "w0"]}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected 'xformer.input' "ids" on one argument, got it on #0 and #2}}
func.func @model_c4_input(%a: tensor<2xi32> {xformer.input = "ids"}, %b: tensor<2xi32>,
                          %c: tensor<2xi32> {xformer.input = "ids"}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected 'xformer.output' "loss" on one result, got it on #0 and #1}}
func.func @model_c4_output(%x: tensor<f32>) -> (tensor<f32> {xformer.output = "loss"},
                                               tensor<f32> {xformer.output = "loss"}) {
  return %x, %x : tensor<f32>, tensor<f32>
}

// -----

// An input and a parameter may have the same name: this function has no error.
func.func @model_c4_different_kinds(%a: tensor<2xi32> {xformer.input = "mask"},
                                    %b: tensor<2xf32> {xformer.parameter = "mask"})
    -> (tensor<2xf32> {xformer.output = "mask"}) {
  return %b : tensor<2xf32>
}

// -----

// expected-error@+1 {{'func.func' op has an unknown argument attribute 'xformer.inptu'; arguments of functions may have 'xformer.input', 'xformer.parameter' and 'xformer.part'}}
func.func @model_c5_argument(%a: tensor<2xi32> {xformer.inptu = "ids"}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op has an unknown result attribute 'xformer.input'; results of functions may have 'xformer.output'}}
func.func @model_c5_result(%x: tensor<2xf32>) -> (tensor<2xf32> {xformer.input = "ids"}) {
  return %x : tensor<2xf32>
}

// -----

// expected-error@+1 {{'func.func' op has an unknown attribute 'xformer.input'; 'xformer.input', 'xformer.parameter', 'xformer.part' and 'xformer.output' stand on arguments and results of functions}}
func.func @model_c5_op() attributes {xformer.input = "ids"} {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected 'xformer.parameter' "w" on one argument, got it on #0 and #1}}
func.func @model_c4_overlapping_parts(%a: tensor<4xf32> {xformer.parameter = "w", xformer.part = #xformer.part<dim = 0, offset = 0, size = 4, of = 8>},
                                      %b: tensor<4xf32> {xformer.parameter = "w", xformer.part = #xformer.part<dim = 0, offset = 3, size = 4, of = 8>}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected 'xformer.parameter' "w" on one argument, got it on #0 and #1}}
func.func @model_c4_part_and_whole(%a: tensor<4xf32> {xformer.parameter = "w", xformer.part = #xformer.part<dim = 0, offset = 4, size = 4, of = 8>},
                                   %b: tensor<8xf32> {xformer.parameter = "w"}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected 'xformer.parameter' "w" on one argument, got it on #0 and #1}}
func.func @model_c4_parts_of_different_tensors(%a: tensor<4xf32> {xformer.parameter = "w", xformer.part = #xformer.part<dim = 0, offset = 0, size = 4, of = 8>},
                                               %b: tensor<4xf32> {xformer.parameter = "w", xformer.part = #xformer.part<dim = 0, offset = 4, size = 4, of = 9>}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected 'xformer.part' to be a part of a parameter, got #xformer.part<dim = 0, offset = 0, size = 4, of = 8> on argument #0}}
func.func @model_c6_no_parameter(%a: tensor<4xf32> {xformer.part = #xformer.part<dim = 0, offset = 0, size = 4, of = 8>}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected 'xformer.part' to be a part of a parameter, got "left" on argument #0}}
func.func @model_c6_kind(%a: tensor<4xf32> {xformer.parameter = "w", xformer.part = "left"}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected argument #0, #xformer.part<dim = 1, offset = 0, size = 4, of = 8>, to have 4 elements along dimension 1, got 'tensor<4x8xf32>'}}
func.func @model_c6_size(%a: tensor<4x8xf32> {xformer.parameter = "w", xformer.part = #xformer.part<dim = 1, offset = 0, size = 4, of = 8>}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected argument #0, #xformer.part<dim = 1, offset = 0, size = 4, of = 8>, to have 4 elements along dimension 1, got 'tensor<4xf32>'}}
func.func @model_c6_dim(%a: tensor<4xf32> {xformer.parameter = "w", xformer.part = #xformer.part<dim = 1, offset = 0, size = 4, of = 8>}) {
  return
}
