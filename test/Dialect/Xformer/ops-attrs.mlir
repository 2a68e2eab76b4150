// RUN: partita-opt --allow-unregistered-dialect %s | partita-opt --allow-unregistered-dialect | FileCheck %s
// RUN: partita-opt --allow-unregistered-dialect %s --mlir-print-op-generic | partita-opt --allow-unregistered-dialect | FileCheck %s
// RUN: partita-opt --allow-unregistered-dialect %s --emit-bytecode | partita-opt --allow-unregistered-dialect | FileCheck %s

// Every number reads back as the double it was.
// CHECK: #xformer.llama3_rope<factor = 8.100000e+00, low_frequency_factor = 0.30000000000000004, high_frequency_factor = 4.000000e+00, original_context = 8192>
"test.numbers"() {a = #xformer.llama3_rope<factor = 8.1, low_frequency_factor = 0.30000000000000004, high_frequency_factor = 4.0, original_context = 8192>} : () -> ()

// The smallest and the largest double.
// CHECK: #xformer.llama3_rope<factor = 4.940660e-324, low_frequency_factor = 1.000000e+00, high_frequency_factor = 1.7976931348623157E+308, original_context = 9223372036854775807>
"test.extremes"() {a = #xformer.llama3_rope<factor = 4.940656458412465e-324, low_frequency_factor = 1.0, high_frequency_factor = 1.7976931348623157e308, original_context = 9223372036854775807>} : () -> ()

// The example of the documentation.
// CHECK: #xformer.llama3_rope<factor = 8.000000e+00, low_frequency_factor = 1.000000e+00, high_frequency_factor = 4.000000e+00, original_context = 8192>
"test.example"() {a = #xformer.llama3_rope<factor = 8.0, low_frequency_factor = 1.0,
                         high_frequency_factor = 4.0, original_context = 8192>} : () -> ()

// CHECK: #xformer<activation relu>
// CHECK-SAME: #xformer<activation silu>
// CHECK-SAME: #xformer<activation gelu>
// CHECK-SAME: #xformer<activation gelu_tanh>
"test.activations"() {a = [#xformer<activation relu>, #xformer<activation silu>, #xformer<activation gelu>, #xformer<activation gelu_tanh>]} : () -> ()

// CHECK: #xformer.part<dim = 1, offset = 768, size = 768, of = 2304>
"test.part"() {a = #xformer.part<dim = 1, offset = 768, size = 768, of = 2304>} : () -> ()
