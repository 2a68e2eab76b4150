// RUN: partita-opt %s -split-input-file -verify-diagnostics

dist.mesh @a ["x"=2]
func.func @send_c1(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.send' op expected two meshes, got @a twice; use dist.permute within a mesh}}
  dist.send %x over @a to @a channel 0 : tensor<4xf32>
  return
}

// -----

dist.mesh @a ["x"=2]
dist.mesh @b ["x"=2]
func.func @send_c2(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.send' op expected a channel that is not negative, got -1}}
  dist.send %x over @a to @b channel -1 : tensor<4xf32>
  return
}

// -----

dist.mesh @a ["x"=2]
dist.mesh @b ["x"=4]
func.func @send_c3_size(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.send' op expected meshes with the same axes, or pairs of devices; got #dist.mesh<["x"=2]> and #dist.mesh<["x"=4]>}}
  dist.send %x over @a to @b channel 0 : tensor<4xf32>
  return
}

// -----

dist.mesh @a ["x"=2]
dist.mesh @b ["y"=2]
func.func @send_c3_name(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.send' op expected meshes with the same axes, or pairs of devices; got #dist.mesh<["x"=2]> and #dist.mesh<["y"=2]>}}
  dist.send %x over @a to @b channel 0 : tensor<4xf32>
  return
}

// -----

dist.mesh @a ["x"=2]
dist.mesh @b ["x"=4]
func.func @send_c4_source(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.send' op expected a device of the mesh, which has 2, got 3}}
  dist.send %x over @a to @b channel 0 pairs [3 -> 0] : tensor<4xf32>
  return
}

// -----

dist.mesh @a ["x"=2]
dist.mesh @b ["x"=4]
func.func @send_c4_target(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.send' op expected a device of the mesh, which has 4, got 4}}
  dist.send %x over @a to @b channel 0 pairs [1 -> 4] : tensor<4xf32>
  return
}

// -----

dist.mesh @a ["x"=2]
func.func @recv_c1() {
  // expected-error@+1 {{'dist.recv' op expected two meshes, got @a twice; use dist.permute within a mesh}}
  %0 = dist.recv over @a from @a channel 0 : tensor<4xf32>
  return
}

// -----

dist.mesh @a ["x"=2]
dist.mesh @b ["x"=2]
func.func @recv_c2() {
  // expected-error@+1 {{'dist.recv' op expected a channel that is not negative, got -9223372036854775808}}
  %0 = dist.recv over @a from @b channel -9223372036854775808 : tensor<4xf32>
  return
}

// -----

dist.mesh @a ["x"=2]
dist.mesh @b ["x"=2, "y"=1]
func.func @recv_c3() {
  // expected-error@+1 {{'dist.recv' op expected meshes with the same axes, or pairs of devices; got #dist.mesh<["x"=2, "y"=1]> and #dist.mesh<["x"=2]>}}
  %0 = dist.recv over @a from @b channel 0 : tensor<4xf32>
  return
}

// -----

// The sources are devices of the other mesh.
dist.mesh @a ["x"=2]
dist.mesh @b ["x"=4]
func.func @recv_c4() {
  %0 = dist.recv over @a from @b channel 0 pairs [3 -> 1] : tensor<4xf32>
  // expected-error@+1 {{'dist.recv' op expected a device of the mesh, which has 2, got 3}}
  %1 = dist.recv over @a from @b channel 0 pairs [1 -> 3] : tensor<4xf32>
  return
}

// -----

dist.mesh @a ["x"=2]
dist.mesh @b ["x"=2]
func.func @start_c1_send(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.send' op expected a token, as it is started}}
  dist.send start %x over @a to @b channel 0 : tensor<4xf32>
  return
}

// -----

dist.mesh @a ["x"=2]
dist.mesh @b ["x"=2]
func.func @start_c1_send_value(%x: tensor<4xf32>) {
  // expected-error@+1 {{'dist.send' op expected a token for no value, got '!dist.token<tensor<4xf32>>'}}
  %0 = dist.send start %x over @a to @b channel 0 : tensor<4xf32> -> !dist.token<tensor<4xf32>>
  return
}

// -----

func.func @start_c1_recv() {
  // expected-error@+1 {{'dist.recv' op expected no token, as it is not started}}
  %0 = dist.recv over @a from @b channel 0 : !dist.token<tensor<4xf32>>
  return
}

// -----

func.func @wait_c1(%token: !dist.token<tensor<4xf32>>) {
  // expected-error@+1 {{'dist.wait' op expected a result of type 'tensor<4xf32>', got 'tensor<8xf32>'}}
  %0 = "dist.wait"(%token) : (!dist.token<tensor<4xf32>>) -> tensor<8xf32>
  return
}

// -----

func.func @wait_c1_no_result(%token: !dist.token<tensor<4xf32>>) {
  // expected-error@+1 {{'dist.wait' op expected a result of type 'tensor<4xf32>', got none}}
  "dist.wait"(%token) : (!dist.token<tensor<4xf32>>) -> ()
  return
}

// -----

func.func @wait_c1_no_value(%token: !dist.token) {
  // expected-error@+1 {{'dist.wait' op expected no result, as the token has no value}}
  %0 = "dist.wait"(%token) : (!dist.token) -> tensor<8xf32>
  return
}
