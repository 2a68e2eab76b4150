// On a terminal, a run that takes its time says where it is; the line is gone
// when the run is over. In a pipe there is nothing of it.

// RUN: partita-run %s 2>&1 | FileCheck %s --implicit-check-not={{.}}
// CHECK: {{^}}result0 tensor<1000x1000xf32> min 1e+09 max 1e+09 mean 1e+09 argmax of the last row 0{{$}}

// RUN: %python -c "import pty, sys; sys.exit(pty.spawn(['partita-run', '%s', '--repeat=20', '--precision=f64']))" \
// RUN:   > %t.log
// RUN: %python -c "import re; text = open('%t.log', newline='').read(); \
// RUN:   shown = re.findall(r'\r\x1b\[K *(\d+)%%  (\S+)(?=\r)', text); \
// RUN:   percents = [int(percent) for percent, _ in shown]; \
// RUN:   assert percents == sorted(percents) and percents[-1] < 100, text; \
// RUN:   assert 'h.1.mlp' in (name for _, name in shown), text; \
// RUN:   assert '\r\x1b[Kresult0' in text, text"

func.func @main() -> tensor<1000x1000xf32> {
  %x = arith.constant dense<1.0> : tensor<1000x1000xf32>
  %0 = xformer.linear %x, %x
    : (tensor<1000x1000xf32>, tensor<1000x1000xf32>) -> tensor<1000x1000xf32> loc("h.0.mlp")
  %1 = xformer.linear %0, %0
    : (tensor<1000x1000xf32>, tensor<1000x1000xf32>) -> tensor<1000x1000xf32> loc("h.1.mlp")
  return %1 : tensor<1000x1000xf32>
}
