// RUN: partita-opt %s -allow-unregistered-dialect -split-input-file -verify-diagnostics

// expected-error@+1 {{expected factor to be positive and finite, got 0.000000e+00}}
"test.op"() {a = #xformer.llama3_rope<factor = 0.0, low_frequency_factor = 1.0, high_frequency_factor = 4.0, original_context = 8192>} : () -> ()

// -----

// expected-error@+1 {{expected factor to be positive and finite, got -8.000000e+00}}
"test.op"() {a = #xformer.llama3_rope<factor = -8.0, low_frequency_factor = 1.0, high_frequency_factor = 4.0, original_context = 8192>} : () -> ()

// -----

// expected-error@+1 {{expected 0 < low_frequency_factor < high_frequency_factor, got 4.000000e+00 and 4.000000e+00}}
"test.op"() {a = #xformer.llama3_rope<factor = 8.0, low_frequency_factor = 4.0, high_frequency_factor = 4.0, original_context = 8192>} : () -> ()

// -----

// expected-error@+1 {{expected 0 < low_frequency_factor < high_frequency_factor, got 0.000000e+00 and 4.000000e+00}}
"test.op"() {a = #xformer.llama3_rope<factor = 8.0, low_frequency_factor = 0.0, high_frequency_factor = 4.0, original_context = 8192>} : () -> ()

// -----

// expected-error@+1 {{expected original_context to be positive, got 0}}
"test.op"() {a = #xformer.llama3_rope<factor = 8.0, low_frequency_factor = 1.0, high_frequency_factor = 4.0, original_context = 0>} : () -> ()

// -----

// The bits of a float may be written out, but must be those of a number.
// expected-error@+1 {{expected factor to be positive and finite, got}}
"test.op"() {a = #xformer.llama3_rope<factor = 0x7FF0000000000000, low_frequency_factor = 1.0, high_frequency_factor = 4.0, original_context = 8192>} : () -> ()

// -----

// All four parameters are required.
// expected-error@+1 {{expected ','}}
"test.op"() {a = #xformer.llama3_rope<factor = 8.0, low_frequency_factor = 1.0, high_frequency_factor = 4.0>} : () -> ()

// -----

// expected-error@+2 {{expected ::partita::xformer::Activation to be one of: relu, silu, gelu, gelu_tanh}}
// expected-error@+1 {{failed to parse Xformer_ActivationAttr parameter 'value'}}
"test.op"() {a = #xformer<activation swish>} : () -> ()

// -----

func.func @part_c1() {
  // expected-error@+1 {{expected a range within 8 elements along a dimension, got 4 from 5 on along dimension 0}}
  "test.op"() {a = #xformer.part<dim = 0, offset = 5, size = 4, of = 8>} : () -> ()
  return
}

// -----

func.func @part_c1_negative() {
  // expected-error@+1 {{expected a range within 8 elements along a dimension, got 4 from 0 on along dimension -1}}
  "test.op"() {a = #xformer.part<dim = -1, offset = 0, size = 4, of = 8>} : () -> ()
  return
}

// -----

func.func @part_c1_offset() {
  // expected-error@+1 {{expected a range within 8 elements along a dimension, got 4 from -1 on along dimension 0}}
  "test.op"() {a = #xformer.part<dim = 0, offset = -1, size = 4, of = 8>} : () -> ()
  return
}

// -----

func.func @part_c1_overflow() {
  // expected-error@+1 {{expected a range within 8 elements along a dimension, got 4 from 9223372036854775807 on along dimension 0}}
  "test.op"() {a = #xformer.part<dim = 0, offset = 9223372036854775807, size = 4, of = 8>} : () -> ()
  return
}
