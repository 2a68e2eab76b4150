// What must fit before anything is proven.
//
// RUN: partita-opt %s --split-input-file --allow-unregistered-dialect --dist-verify --verify-diagnostics

// expected-error@+1 {{'builtin.module' op expected a module with 'dist.global' inside, to compare with}}
module {
  func.func @main() {
    return
  }
}

// -----

module {
  module @global attributes {dist.global} {
    // expected-error@+1 {{'func.func' op has no local function}}
    func.func @main() {
      return
    }
  }
}

// -----

module {
  // expected-error@+1 {{'func.func' op has no global function with a body to compare with}}
  func.func @main() {
    return
  }
  module @global attributes {dist.global} {
    func.func private @main()
  }
}

// -----

module {
  // expected-error@+1 {{'func.func' op has no body to prove}}
  func.func private @main()
  module @global attributes {dist.global} {
  }
}

// -----

module {
  // expected-error@+1 {{'func.func' op expected 1 arguments, as the global function has, got 0}}
  func.func @main() {
    return
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4xf32>) {
      return
    }
  }
}

// -----

module {
  dist.mesh @mesh ["a"=2]
  // expected-error@+1 {{'func.func' op argument #0: expected the global type 'tensor<8xf32>', got 'tensor<4xf32>'}}
  func.func @main(%x: tensor<2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}]>, dist.global_type = tensor<4xf32>}) {
    return
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<8xf32>) {
      return
    }
  }
}

// -----

module {
  // expected-error@+1 {{'func.func' op argument #0: expected 'xformer.parameter' to be that of the global argument}}
  func.func @main(%x: tensor<4xf32> {xformer.parameter = "a"}) {
    return
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4xf32> {xformer.parameter = "b"}) {
      return
    }
  }
}

// -----

module {
  // expected-error@+1 {{'func.func' op result #0: expected 'xformer.output' to be that of the global result}}
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4xf32>) -> (tensor<4xf32> {xformer.output = "loss"}) {
      return %x : tensor<4xf32>
    }
  }
}

// -----

module {
  dist.mesh @mesh ["a"=4]
  // expected-error@+1 {{'func.func' op argument #0: dimension 0 of size 10 is split into 4 blocks, which do not divide it; pad it}}
  func.func @main(%x: tensor<3xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}]>, dist.global_type = tensor<10xf32>}) {
    return
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<10xf32>) {
      return
    }
  }
}

// -----

// A sharding without a global type is of the type itself.
module {
  dist.mesh @mesh ["a"=4]
  // expected-error@+1 {{'func.func' op argument #0: expected 'tensor<2xf32>', what a device holds of 'tensor<8xf32>' under [{"a"}], got 'tensor<8xf32>'}}
  func.func @main(%x: tensor<8xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}]>}) {
    return
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<8xf32>) {
      return
    }
  }
}

// -----

module {
  dist.mesh @mesh ["a"=2]
  dist.mesh @other ["a"=2]
  // expected-error@+1 {{'func.func' op argument #1: expected a sharding on @mesh, as in the rest of the program, got one on @other}}
  func.func @main(%x: tensor<2xf32> {dist.sharding = #dist.sharding<@mesh, [{"a"}]>, dist.global_type = tensor<4xf32>},
                  %y: tensor<2xf32> {dist.sharding = #dist.sharding<@other, [{"a"}]>, dist.global_type = tensor<4xf32>}) {
    return
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<4xf32>, %y: tensor<4xf32>) {
      return
    }
  }
}

// -----

module {
  // expected-error@+1 {{'func.func' op argument #0: expected a tensor of static shape, got 'tensor<?xf32>'}}
  func.func @main(%x: tensor<?xf32>) {
    return
  }
  module @global attributes {dist.global} {
    func.func @main(%x: tensor<?xf32>) {
      return
    }
  }
}

// -----

module {
  func.func @main() {
    return
  }
  module @global attributes {dist.global} {
    func.func @main() {
      // expected-error@+1 {{'test.effect' op of a global program has effects; expected it to be a function of its operands}}
      "test.effect"() : () -> ()
      return
    }
  }
}

// -----

module {
  func.func @main() {
    return
  }
  module @global attributes {dist.global} {
    func.func @main() {
      // expected-error@+1 {{'test.region' op of a global program has regions; expected no others than those of scf.if and scf.for}}
      "test.region"() ({}) : () -> ()
      return
    }
  }
}

// -----

module {
  func.func @main() {
    return
  }
  module @global attributes {dist.global} {
    func.func @main() {
      // expected-error@+1 {{'cf.br' op of a global program is a branch; expected control flow by scf.if and scf.for}}
      cf.br ^next
    ^next:
      return
    }
  }
}

// -----

module {
  func.func @main() {
    // expected-error@+1 {{'cf.br' op is not proven: devices may take different branches}}
    cf.br ^next
  ^next:
    return
  }
  module @global attributes {dist.global} {
    func.func @main() {
      return
    }
  }
}
