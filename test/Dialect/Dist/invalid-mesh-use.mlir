// RUN: partita-opt --allow-unregistered-dialect %s -split-input-file -verify-diagnostics

// What needs the mesh is checked in the same way wherever a mesh is named: on
// arguments and results of functions, on any op, and in our own ops.

//===----------------------------------------------------------------------===//
// The mesh
//===----------------------------------------------------------------------===//

// expected-error@+1 {{'func.func' op argument #1: expected @mesh to be a dist.mesh in the nearest symbol table}}
func.func @mesh_use_c1_argument(%x: tensor<4xf32>, %y: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>}) {
  return
}

// -----

// expected-error@+1 {{'func.func' op result #0: expected @mesh to be a dist.mesh in the nearest symbol table}}
func.func private @mesh_use_c1_result() -> (tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{}]>})

// -----

func.func @mesh_use_c1_op() {
  // expected-error@+1 {{'test.op' op result #1: expected @mesh2 to be a dist.mesh in the nearest symbol table}}
  %0:2 = "test.op"() {dist.shardings = [#dist.sharding<@mesh, []>, #dist.sharding<@mesh2, []>]} : () -> (f32, f32)
  return
}
dist.mesh @mesh []

// -----

func.func @mesh_use_c1_constraint(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.constraint' op expected @mesh to be a dist.mesh in the nearest symbol table}}
  %0 = dist.constraint %x <@mesh, [{}]> : tensor<4xf32>
  return
}

// -----

func.func @mesh_use_c1_reshard(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.reshard' op expected @mesh to be a dist.mesh in the nearest symbol table}}
  %0 = dist.reshard %x to <@mesh, [{}]> : tensor<4xf32>
  return
}

// -----

func.func @mesh_use_c1_slice(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.slice' op expected @mesh to be a dist.mesh in the nearest symbol table}}
  %0 = dist.slice %x dim 0 over @mesh {} : tensor<4xf32> -> tensor<4xf32>
  return
}

// -----

func.func @mesh_use_c1_permute(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.permute' op expected @mesh to be a dist.mesh in the nearest symbol table}}
  %0 = dist.permute %x over @mesh pairs [] : tensor<4xf32>
  return
}

// -----

dist.mesh @a []
func.func @mesh_use_c1_peer(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.send' op expected @b to be a dist.mesh in the nearest symbol table}}
  dist.send %x over @a to @b channel 0 : tensor<4xf32>
  return
}

// -----

dist.mesh @b []
func.func @mesh_use_c1_own() {
  // expected-error@+1 {{'dist.recv' op expected @a to be a dist.mesh in the nearest symbol table}}
  %0 = dist.recv over @a from @b channel 0 : tensor<4xf32>
  return
}

// -----

// A symbol that is no mesh.
func.func private @f()
func.func @mesh_use_c1_function(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.constraint' op expected @f to be a dist.mesh in the nearest symbol table}}
  %0 = dist.constraint %x <@f, [{}]> : tensor<4xf32>
  return
}

// -----

func.func private @f()
func.func @mesh_use_c1_function_of_op(%x: tensor<4xf32>) {
  // expected-error@+1 {{'arith.negf' op result #0: expected @f to be a dist.mesh in the nearest symbol table}}
  %0 = arith.negf %x {dist.shardings = [#dist.sharding<@f, [{}]>]} : tensor<4xf32>
  return
}

// -----

// A mesh outside of the module is not seen.
// expected-note@+1 {{this mesh is outside of it; repeat it inside}}
dist.mesh @mesh ["x"=2]
module {
  func.func @mesh_use_c1_outside(%x: tensor<4xf32>) {
    // expected-error@+1 {{'arith.negf' op result #0: expected @mesh to be a dist.mesh in the nearest symbol table}}
    %0 = arith.negf %x {dist.shardings = [#dist.sharding<@mesh, [{"x"}]>]} : tensor<4xf32>
    return
  }
}

// -----

// expected-note@+1 {{this mesh is outside of it; repeat it inside}}
dist.mesh @mesh ["x"=2]
module {
  module {
    func.func @mesh_use_c1_far_outside(%x: tensor<4xf32>) {
      // expected-error@+1 {{'dist.all_reduce' op expected @mesh to be a dist.mesh in the nearest symbol table}}
      %0 = dist.all_reduce %x over @mesh {"x"} : tensor<4xf32>
      return
    }
  }
}

// -----

//===----------------------------------------------------------------------===//
// Its axes
//===----------------------------------------------------------------------===//

dist.mesh @mesh ["x"=2, "y"=8]
// expected-error@+1 {{'func.func' op argument #0: expected an axis of the mesh, which has "x", "y", got "z"}}
func.func @mesh_use_c2_argument(%x: tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x", "z"}]>}) {
  return
}

// -----

dist.mesh @mesh []
func.func @mesh_use_c2_partial(%x: tensor<4xf32>) {
  // expected-error@+1 {{'math.exp' op result #0: expected an axis of the mesh, which has none, got "x"}}
  %0 = math.exp %x {dist.shardings = [#dist.sharding<@mesh, [{}], partial={"x":max}>]} : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=8]
func.func @mesh_use_c2_constraint(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.constraint' op expected an axis of the mesh, which has "x", "y", got "X"}}
  %0 = dist.constraint %x <@mesh, [{"X"}]> : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=8]
func.func @mesh_use_c2_collective(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.broadcast' op expected an axis of the mesh, which has "x", "y", got "z"}}
  %0 = dist.broadcast %x from 0 over @mesh {"z"} : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=8]
func.func @mesh_use_c2_shift(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.permute' op expected an axis of the mesh, which has "x", "y", got "z"}}
  %0 = dist.permute %x over @mesh shift {"z"} by 1 : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=8]
func.func @mesh_use_c2_reorder(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.permute' op expected an axis of the mesh, which has "x", "y", got "z"}}
  %0 = dist.permute %x over @mesh reorder {"x", "y"} to {"y", "z"} : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=2, "y"=8]
func.func @mesh_use_c2_all_to_all(%x: tensor<4x4xf32>) {
  // expected-error@+1 {{'dist.all_to_all' op expected an axis of the mesh, which has "x", "y", got "z"}}
  %0 = dist.all_to_all %x dim 0 to 1 over @mesh {"x"} as {"z"} : tensor<4x4xf32> -> tensor<8x2xf32>
  return
}

// -----

dist.mesh @mesh ["x"=6]
// expected-error@+1 {{'func.func' op result #0: expected a part whose sizes divide 6, the size of axis "x", got "x":(2)2}}
func.func private @mesh_use_c3_result() -> (tensor<4xf32> {dist.sharding = #dist.sharding<@mesh, [{"x":(2)2}]>})

// -----

dist.mesh @mesh ["x"=6]
func.func @mesh_use_c3_size(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.all_reduce' op expected a part whose sizes divide 6, the size of axis "x", got "x":(1)4}}
  %0 = dist.all_reduce %x over @mesh {"x":(1)4} : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=6]
func.func @mesh_use_c3_too_large(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.all_reduce' op expected a part whose sizes divide 6, the size of axis "x", got "x":(1)12}}
  %0 = dist.all_reduce %x over @mesh {"x":(1)12} : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=6]
func.func @mesh_use_c4(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.all_reduce' op expected "x" for the whole axis, got "x":(1)6}}
  %0 = dist.all_reduce %x over @mesh {"x":(1)2, "x":(2)3} : tensor<4xf32>
  return
}

// -----

dist.mesh @mesh ["x"=4]
func.func @mesh_use_c4_op(%x: tensor<4xf32>) {
  // expected-error@+1 {{'arith.negf' op result #0: expected "x" for the whole axis, got "x":(1)4}}
  %0 = arith.negf %x {dist.shardings = [#dist.sharding<@mesh, [{"x":(1)4}]>]} : tensor<4xf32>
  return
}
