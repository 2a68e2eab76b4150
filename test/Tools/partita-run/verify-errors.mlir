// What --verify needs, and that the two programs belong together.

// RUN: rm -rf %t && split-file %s %t
// DEFINE: %{run} = not partita-run --random-weights=1 --input x=random:1
// RUN: %{run} %t/plain.mlir --verify 2>&1 | FileCheck %s --check-prefix=PLAIN
// PLAIN: partita-run: error: --verify is about a local program, and 'main' is none: no argument or result has 'dist.global_type'
// RUN: %{run} %t/alone.mlir --verify 2>&1 | FileCheck %s --check-prefix=ALONE
// ALONE: partita-run: error: --verify needs the program that 'main' was made from, in a module with 'dist.global'
// RUN: %{run} %t/other.mlir 2>&1 | FileCheck %s --check-prefix=OTHER
// OTHER: partita-run: error: 'main' was not made from the function of this name in the module with 'dist.global': their global types differ
// RUN: %{run} %t/meshes.mlir 2>&1 | FileCheck %s --check-prefix=MESHES
// MESHES: partita-run: error: expected the arguments and results of 'main' to lie on one mesh, got @mesh and @other
// RUN: %{run} %t/alone.mlir --tolerance=1 2>&1 | FileCheck %s --check-prefix=USELESS
// USELESS: partita-run: error: expected --verify beside --tolerance
// RUN: %{run} %t/alone.mlir --verify --tolerance=-1 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: partita-run: error: expected --tolerance to be a number that is not negative
// RUN: %{run} %t/alone.mlir --device-threads=0 2>&1 | FileCheck %s --check-prefix=THREADS
// THREADS: partita-run: error: expected --device-threads to be at least 1, got 0
// RUN: mkdir %t/empty && %{run} %t/empty 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: partita-run: error: cannot open input file '{{.*}}empty/local.mlir': No such file or directory

//--- plain.mlir
func.func @main(%x: tensor<4xf32> {xformer.input = "x"}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

//--- alone.mlir
dist.mesh @mesh ["a"=2]
func.func @main(%x: tensor<2xf32> {xformer.input = "x", dist.global_type = tensor<4xf32>,
                                   dist.sharding = #dist.sharding<@mesh, [{"a"}]>}) {
  return
}

//--- other.mlir
dist.mesh @mesh ["a"=2]
func.func @main(%x: tensor<2xf32> {xformer.input = "x", dist.global_type = tensor<4xf32>,
                                   dist.sharding = #dist.sharding<@mesh, [{"a"}]>}) {
  return
}
module attributes {dist.global} {
  func.func @main(%x: tensor<5xf32> {xformer.input = "x"}) {
    return
  }
}

//--- meshes.mlir
dist.mesh @mesh ["a"=2]
dist.mesh @other ["a"=2]
func.func @main(%x: tensor<2xf32> {xformer.input = "x", dist.global_type = tensor<4xf32>,
                                   dist.sharding = #dist.sharding<@mesh, [{"a"}]>},
                %y: tensor<2xf32> {xformer.input = "y", dist.global_type = tensor<4xf32>,
                                   dist.sharding = #dist.sharding<@other, [{"a"}]>}) {
  return
}
