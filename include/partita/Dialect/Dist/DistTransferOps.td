// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Transfers between the programs of two meshes, and the wait for what was
// started.

#ifndef PARTITA_DIALECT_DIST_DISTTRANSFEROPS_TD
#define PARTITA_DIALECT_DIST_DISTTRANSFEROPS_TD

include "partita/Dialect/Dist/DistBase.td"

def Dist_SendOp : Dist_CommunicationOp<"send", [
    MemoryEffects<[MemWrite<Dist_ChannelResource>]>]> {
  let summary = "sends a value to the devices of another mesh";
  let description = [{
    Each device sends to the one with the same coordinates, unless `pairs` says
    who sends to whom. The value goes to a `recv` on the other mesh that names
    this one and the same channel; the values of one channel arrive in the order
    in which they are sent.

    **Constraints**
    - `send_c1`: the meshes are different; within a mesh there is `permute`.
    - `send_c2`: the channel is not negative.
    - `send_c3`: without pairs, the meshes have axes of the same names and sizes.
    - `send_c4`: sources of pairs are devices of this mesh, targets of the other.

    ```mlir
    dist.send %x over @stage0 to @stage1 channel 0 : tensor<4x8xf32>
    dist.send %x over @stage0 to @stage1 channel 1 pairs [0 -> 1, 1 -> 0]
      : tensor<4x8xf32>
    %done = dist.send start %x over @stage0 to @stage1 channel 2
      : tensor<4x8xf32> -> !dist.token
    ```
  }];
  let arguments = (ins Dist_LocalTensor:$input, FlatSymbolRefAttr:$mesh,
                       FlatSymbolRefAttr:$peer, I64Attr:$channel,
                       OptionalAttr<Dist_PairsAttr>:$pairs, UnitAttr:$start);
  let results = (outs Optional<Dist_TokenType>:$token);
  let assemblyFormat = [{
    (`start` $start^)? $input `over` $mesh `to` $peer `channel` $channel
    (`pairs` custom<Pairs>($pairs)^)? attr-dict
    `:` type($input) (`->` type($token)^)?
  }];
  let builders = [
    // `pairs` may be null.
    OpBuilder<(ins "::mlir::Value":$input, "MeshOp":$mesh, "MeshOp":$peer,
                   "int64_t":$channel, CArg<"PairsAttr", "{}">:$pairs)>,
  ];
  let hasVerifier = 1;
}

def Dist_RecvOp : Dist_CommunicationOp<"recv", [
    MemoryEffects<[MemRead<Dist_ChannelResource>,
                   MemWrite<Dist_ChannelResource>]>]> {
  let summary = "receives a value from the devices of another mesh";
  let description = [{
    The other end of a `send` on the mesh named by `from`. A device that is the
    target of no pair gets zeros.

    **Constraints**
    - `recv_c1`: the meshes are different.
    - `recv_c2`: the channel is not negative.
    - `recv_c3`: without pairs, the meshes have axes of the same names and sizes.
    - `recv_c4`: sources of pairs are devices of the other mesh, targets of this.

    ```mlir
    %0 = dist.recv over @stage1 from @stage0 channel 0 : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$mesh, FlatSymbolRefAttr:$peer,
                       I64Attr:$channel, OptionalAttr<Dist_PairsAttr>:$pairs,
                       UnitAttr:$start);
  let results = (outs Dist_LocalTensorOrToken:$result);
  let assemblyFormat = [{
    (`start` $start^)? `over` $mesh `from` $peer `channel` $channel
    (`pairs` custom<Pairs>($pairs)^)? attr-dict `:` type($result)
  }];
  let builders = [
    // `pairs` may be null.
    OpBuilder<(ins "::mlir::RankedTensorType":$type, "MeshOp":$mesh,
                   "MeshOp":$peer, "int64_t":$channel,
                   CArg<"PairsAttr", "{}">:$pairs)>,
  ];
  let hasVerifier = 1;
}

def Dist_WaitOp : Dist_Op<"wait", [
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "waits for what was started, and gives its value";
  let description = [{
    **Constraints**
    - `wait_c1`: the result has the type in the token; there is none where the
      token has none.

    ```mlir
    %token = dist.all_reduce start %x over @mesh {"data"}
      : tensor<4x8xf32> -> !dist.token<tensor<4x8xf32>>
    %0 = dist.wait %token : !dist.token<tensor<4x8xf32>>
    ```
  }];
  let arguments = (ins Dist_TokenType:$token);
  let results = (outs Optional<Dist_LocalTensor>:$result);
  let assemblyFormat = [{
    $token attr-dict `:` custom<WaitTypes>(type($token), type($result))
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$token)>];
  let hasVerifier = 1;
}

#endif // PARTITA_DIALECT_DIST_DISTTRANSFEROPS_TD
