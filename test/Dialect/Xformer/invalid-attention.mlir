// RUN: partita-opt %s -split-input-file -verify-diagnostics

func.func @attention_c1_key(%q: tensor<2x16x8x64xf32>, %k: tensor<3x16x8x64xf32>, %v: tensor<2x16x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected batch of the key to be 2, got 3}}
  %0 = xformer.attention %q, %k, %v scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<3x16x8x64xf32>, tensor<2x16x8x64xf32>) -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @attention_c1_value(%q: tensor<2x16x8x64xf32>, %k: tensor<2x16x8x64xf32>, %v: tensor<3x16x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected batch of the value to be 2, got 3}}
  %0 = xformer.attention %q, %k, %v scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<3x16x8x64xf32>) -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @attention_c2(%q: tensor<2x16x8x64xf32>, %k: tensor<2x16x8x32xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected features of the key to be 64, got 32}}
  %0 = xformer.attention %q, %k, %k scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x32xf32>, tensor<2x16x8x32xf32>) -> tensor<2x16x8x32xf32>
  return
}

// -----

func.func @attention_c3_keys(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>, %v: tensor<2x25x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected number of values to be 24, got 25}}
  %0 = xformer.attention %q, %k, %v scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x25x8x64xf32>) -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @attention_c3_heads(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x4x64xf32>, %v: tensor<2x24x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected heads of the value to be 4, got 8}}
  %0 = xformer.attention %q, %k, %v scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x24x4x64xf32>, tensor<2x24x8x64xf32>) -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @attention_c4(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x3x64xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected the number of query heads to be a multiple of that of key heads, got 8 and 3}}
  %0 = xformer.attention %q, %k, %k scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x24x3x64xf32>, tensor<2x24x3x64xf32>) -> tensor<2x16x8x64xf32>
  return
}

// -----

// Not even no query heads are a multiple of no key heads.
func.func @attention_c4_no_heads(%q: tensor<2x16x0x64xf32>, %k: tensor<2x24x0x64xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected the number of query heads to be a multiple of that of key heads, got 0 and 0}}
  %0 = xformer.attention %q, %k, %k scale 1.0
    : (tensor<2x16x0x64xf32>, tensor<2x24x0x64xf32>, tensor<2x24x0x64xf32>) -> tensor<2x16x0x64xf32>
  return
}

// -----

func.func @attention_c5(%q: tensor<2x16x8x64xf32>, %b: tensor<1x4x16x16xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected a bias that broadcasts to 2x8x16x16, got 1x4x16x16}}
  %0 = xformer.attention %q, %q, %q bias(%b) scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<1x4x16x16xf32>)
    -> tensor<2x16x8x64xf32>
  return
}

// -----

// The bias broadcasts to the scores, and not the scores to the bias.
func.func @attention_c5_larger(%q: tensor<1x16x8x64xf32>, %b: tensor<2x8x16x16xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected a bias that broadcasts to 1x8x16x16, got 2x8x16x16}}
  %0 = xformer.attention %q, %q, %q bias(%b) scale 1.0
    : (tensor<1x16x8x64xf32>, tensor<1x16x8x64xf32>, tensor<1x16x8x64xf32>, tensor<2x8x16x16xf32>)
    -> tensor<1x16x8x64xf32>
  return
}

// -----

func.func @attention_c6(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>, %m: tensor<2x16xi1>) {
  // expected-error@+1 {{'xformer.attention' op expected the key mask to have shape 2x24, got 2x16}}
  %0 = xformer.attention %q, %k, %k key_mask(%m) scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x16xi1>)
    -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @attention_c7_queries(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>, %p: tensor<24xi32>) {
  // expected-error@+1 {{'xformer.attention' op expected number of query positions to be 16, got 24}}
  %0 = xformer.attention %q, %k, %k query_positions(%p) causal scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x24x8x64xf32>, tensor<24xi32>)
    -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @attention_c7_keys(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>, %p: tensor<16xi32>) {
  // expected-error@+1 {{'xformer.attention' op expected number of key positions to be 24, got 16}}
  %0 = xformer.attention %q, %k, %k key_positions(%p) causal scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x24x8x64xf32>, tensor<16xi32>)
    -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @attention_c7_not_causal(%q: tensor<2x16x8x64xf32>, %p: tensor<16xi32>) {
  // expected-error@+1 {{'xformer.attention' op expected 'causal' where positions are given: nothing else reads them}}
  %0 = xformer.attention %q, %q, %q key_positions(%p) scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<16xi32>)
    -> tensor<2x16x8x64xf32>
  return
}

// -----

// Features of the output are those of the value.
func.func @attention_c8(%q: tensor<2x16x8x64xf32>, %v: tensor<2x16x8x32xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected the output to have shape 2x16x8x32, got 2x16x8x64}}
  %0 = xformer.attention %q, %q, %v scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x32xf32>) -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @attention_c9(%q: tensor<2x16x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected the log-sum-exp to have shape 2x8x16, got 2x16x8}}
  %0, %lse = xformer.attention %q, %q, %q scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>)
    -> (tensor<2x16x8x64xf32>, tensor<2x16x8xf32>)
  return
}

// -----

// The log-sum-exp is in f32 also where nothing else is.
func.func @attention_c9_element_type(%q: tensor<2x16x8x64xbf16>) {
  // expected-error@+1 {{'xformer.attention' op result #1 must be static f32 tensor of rank 3, but got 'tensor<2x8x16xbf16>'}}
  %0, %lse = xformer.attention %q, %q, %q scale 1.0
    : (tensor<2x16x8x64xbf16>, tensor<2x16x8x64xbf16>, tensor<2x16x8x64xbf16>)
    -> (tensor<2x16x8x64xbf16>, tensor<2x8x16xbf16>)
  return
}

// -----

func.func @attention_c10_key(%q: tensor<2x16x8x64xf32>, %k: tensor<2x16x8x64xf16>) {
  // expected-error@+1 {{'xformer.attention' op expected the key to have element type 'f32', got 'f16'}}
  %0 = xformer.attention %q, %k, %q scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf16>, tensor<2x16x8x64xf32>) -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @attention_c10_value(%q: tensor<2x16x8x64xf32>, %v: tensor<2x16x8x64xf16>) {
  // expected-error@+1 {{'xformer.attention' op expected the value to have element type 'f32', got 'f16'}}
  %0 = xformer.attention %q, %q, %v scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf16>) -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @attention_c10_bias(%q: tensor<2x16x8x64xbf16>, %b: tensor<1x8x16x16xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected the bias to have element type 'bf16', got 'f32'}}
  %0 = xformer.attention %q, %q, %q bias(%b) scale 1.0
    : (tensor<2x16x8x64xbf16>, tensor<2x16x8x64xbf16>, tensor<2x16x8x64xbf16>, tensor<1x8x16x16xf32>)
    -> tensor<2x16x8x64xbf16>
  return
}

// -----

func.func @attention_c10_output(%q: tensor<2x16x8x64xbf16>) {
  // expected-error@+1 {{'xformer.attention' op expected the output to have element type 'bf16', got 'f32'}}
  %0 = xformer.attention %q, %q, %q scale 1.0
    : (tensor<2x16x8x64xbf16>, tensor<2x16x8x64xbf16>, tensor<2x16x8x64xbf16>) -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @attention_c11(%q: tensor<2x16x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected a finite scale, got}}
  %0 = xformer.attention %q, %q, %q scale 0x7FF8000000000000
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>) -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @attention_too_many_results(%q: tensor<2x16x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention' op result group starting at #1 requires 0 or 1 element, but found 2}}
  %0:3 = "xformer.attention"(%q, %q, %q) <{scale = 1.0 : f64, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0, 0>}>
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>)
    -> (tensor<2x16x8x64xf32>, tensor<2x8x16xf32>, tensor<2x8x16xf32>)
  return
}

// -----

func.func @attention_negative_segment(%q: tensor<2x16x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention' op 'operandSegmentSizes' attribute cannot have negative elements}}
  %0 = "xformer.attention"(%q, %q, %q) <{scale = 1.0 : f64, operandSegmentSizes = array<i32: 1, 1, 1, 1, -1, 0, 0, 0>}>
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>) -> tensor<2x16x8x64xf32>
  return
}

// -----

// Two operands in a place for one.
func.func @attention_large_segment(%q: tensor<2x16x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention' op operand group starting at #3 requires 0 or 1 element, but found 2}}
  %0 = "xformer.attention"(%q, %q, %q, %q, %q) <{scale = 1.0 : f64, operandSegmentSizes = array<i32: 1, 1, 1, 2, 0, 0, 0, 0>}>
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>)
    -> tensor<2x16x8x64xf32>
  return
}

// -----

// MLIR itself does not check the sizes of the groups that are not optional.
func.func @attention_empty_segment(%q: tensor<2x16x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected operand group #0 to have 1 operand, got 0}}
  %0 = "xformer.attention"(%q, %q, %q) <{scale = 1.0 : f64, operandSegmentSizes = array<i32: 0, 1, 1, 1, 0, 0, 0, 0>}>
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>) -> tensor<2x16x8x64xf32>
  return
}

// -----

// The group of the value would begin behind the last operand.
func.func @attention_segment_beyond_the_end(%q: tensor<2x16x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected operand group #0 to have 1 operand, got 2}}
  %0 = "xformer.attention"(%q, %q, %q) <{scale = 1.0 : f64, operandSegmentSizes = array<i32: 2, 1, 0, 0, 0, 0, 0, 0>}>
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>) -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @attention_c12(%q: tensor<2x16x8x64xf32>, %l: tensor<2x16x8xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected the normalizer to have shape 2x8x16, got 2x16x8}}
  %0 = xformer.attention %q, %q, %q normalizer(%l) scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8xf32>) -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @attention_c13(%q: tensor<2x16x8x64xf32>, %l: tensor<2x8x16xf32>) {
  // expected-error@+1 {{'xformer.attention' op expected no log-sum-exp where the normalizer is given}}
  %0, %1 = xformer.attention %q, %q, %q normalizer(%l) scale 1.0
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>, tensor<2x8x16xf32>)
    -> (tensor<2x16x8x64xf32>, tensor<2x8x16xf32>)
  return
}

// -----

func.func @attention_lse_c1(%q: tensor<2x16x8x64xf32>, %k: tensor<1x16x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention_lse' op expected batch of the key to be 2, got 1}}
  %0 = xformer.attention_lse %q, %k scale 1.0 : (tensor<2x16x8x64xf32>, tensor<1x16x8x64xf32>) -> tensor<2x8x16xf32>
  return
}

// -----

func.func @attention_lse_c2(%q: tensor<2x16x8x64xf32>, %k: tensor<2x16x8x32xf32>) {
  // expected-error@+1 {{'xformer.attention_lse' op expected features of the key to be 64, got 32}}
  %0 = xformer.attention_lse %q, %k scale 1.0 : (tensor<2x16x8x64xf32>, tensor<2x16x8x32xf32>) -> tensor<2x8x16xf32>
  return
}

// -----

func.func @attention_lse_c3(%q: tensor<2x16x8x64xf32>, %k: tensor<2x16x3x64xf32>) {
  // expected-error@+1 {{'xformer.attention_lse' op expected the number of query heads to be a multiple of that of key heads, got 8 and 3}}
  %0 = xformer.attention_lse %q, %k scale 1.0 : (tensor<2x16x8x64xf32>, tensor<2x16x3x64xf32>) -> tensor<2x8x16xf32>
  return
}

// -----

func.func @attention_lse_c4(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>, %b: tensor<1x8x16x16xf32>) {
  // expected-error@+1 {{'xformer.attention_lse' op expected a bias that broadcasts to 2x8x16x24, got 1x8x16x16}}
  %0 = xformer.attention_lse %q, %k bias(%b) scale 1.0 : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<1x8x16x16xf32>) -> tensor<2x8x16xf32>
  return
}

// -----

func.func @attention_lse_c5(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>, %m: tensor<2x16xi1>) {
  // expected-error@+1 {{'xformer.attention_lse' op expected the key mask to have shape 2x24, got 2x16}}
  %0 = xformer.attention_lse %q, %k key_mask(%m) scale 1.0 : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<2x16xi1>) -> tensor<2x8x16xf32>
  return
}

// -----

func.func @attention_lse_c6(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>, %p: tensor<24xi32>) {
  // expected-error@+1 {{'xformer.attention_lse' op expected number of query positions to be 16, got 24}}
  %0 = xformer.attention_lse %q, %k query_positions(%p) causal scale 1.0 : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<24xi32>) -> tensor<2x8x16xf32>
  return
}

// -----

func.func @attention_lse_c6_not_causal(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>, %p: tensor<24xi32>) {
  // expected-error@+1 {{'xformer.attention_lse' op expected 'causal' where positions are given: nothing else reads them}}
  %0 = xformer.attention_lse %q, %k key_positions(%p) scale 1.0 : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>, tensor<24xi32>) -> tensor<2x8x16xf32>
  return
}

// -----

func.func @attention_lse_c7(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention_lse' op expected the log-sum-exp to have shape 2x8x16, got 2x8x24}}
  %0 = xformer.attention_lse %q, %k scale 1.0 : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>) -> tensor<2x8x24xf32>
  return
}

// -----

func.func @attention_lse_c8(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xbf16>) {
  // expected-error@+1 {{'xformer.attention_lse' op expected the key to have element type 'f32', got 'bf16'}}
  %0 = xformer.attention_lse %q, %k scale 1.0 : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xbf16>) -> tensor<2x8x16xf32>
  return
}

// -----

func.func @attention_lse_c9(%q: tensor<2x16x8x64xf32>, %k: tensor<2x24x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention_lse' op expected a finite scale, got}}
  %0 = xformer.attention_lse %q, %k scale 0x7FF0000000000000 : (tensor<2x16x8x64xf32>, tensor<2x24x8x64xf32>) -> tensor<2x8x16xf32>
  return
}

// -----

func.func @attention_lse_empty_segment(%q: tensor<2x16x8x64xf32>) {
  // expected-error@+1 {{'xformer.attention_lse' op expected operand group #1 to have 1 operand, got 0}}
  %0 = "xformer.attention_lse"(%q, %q) <{scale = 1.0 : f64, operandSegmentSizes = array<i32: 1, 0, 1, 0, 0, 0>}>
    : (tensor<2x16x8x64xf32>, tensor<2x16x8x64xf32>) -> tensor<2x8x16xf32>
  return
}

// -----

func.func @rescale_c1(%o: tensor<2x16x8x64xf32>, %l: tensor<2x16x8xf32>) {
  // expected-error@+1 {{'xformer.rescale' op expected the normalizers to have shape 2x8x16, got 2x16x8}}
  %0 = xformer.rescale %o, %l, %l : (tensor<2x16x8x64xf32>, tensor<2x16x8xf32>, tensor<2x16x8xf32>) -> tensor<2x16x8x64xf32>
  return
}

// -----

func.func @rescale_types(%o: tensor<2x16x8x64xf32>, %l: tensor<2x8x16xf32>, %m: tensor<2x8x15xf32>) {
  // expected-error@+1 {{'xformer.rescale' op failed to verify that all of {from, to} have same type}}
  %0 = xformer.rescale %o, %l, %m : (tensor<2x16x8x64xf32>, tensor<2x8x16xf32>, tensor<2x8x15xf32>) -> tensor<2x16x8x64xf32>
  return
}
