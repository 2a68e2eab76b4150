// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: partita-opt %s --print-work -o /dev/null 2>&1 | FileCheck %s

// 32 elements of 2 bytes.
func.func @activations(%x: tensor<2x16xbf16>, %y: tensor<2x16xbf16>) {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.gelu': 0 matrix flops, 160 vector flops, 64 bytes read, 64 bytes written{{$}}
  %0 = xformer.gelu %x : tensor<2x16xbf16>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.gelu': 0 matrix flops, 288 vector flops, 64 bytes read, 64 bytes written{{$}}
  %1 = xformer.gelu %x tanh : tensor<2x16xbf16>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.silu': 0 matrix flops, 128 vector flops, 64 bytes read, 64 bytes written{{$}}
  %2 = xformer.silu %x : tensor<2x16xbf16>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.relu': 0 matrix flops, 32 vector flops, 64 bytes read, 64 bytes written{{$}}
  %3 = xformer.relu %x : tensor<2x16xbf16>
  return
}

// The activation and a product.
func.func @gated(%x: tensor<2x16xbf16>, %y: tensor<2x16xbf16>) {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.gated': 0 matrix flops, 160 vector flops, 128 bytes read, 64 bytes written{{$}}
  %0 = xformer.gated silu %x, %y : tensor<2x16xbf16>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.gated': 0 matrix flops, 192 vector flops, 128 bytes read, 64 bytes written{{$}}
  %1 = xformer.gated gelu %x, %y : tensor<2x16xbf16>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.gated': 0 matrix flops, 320 vector flops, 128 bytes read, 64 bytes written{{$}}
  %2 = xformer.gated gelu_tanh %x, %y : tensor<2x16xbf16>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.gated': 0 matrix flops, 64 vector flops, 128 bytes read, 64 bytes written{{$}}
  %3 = xformer.gated relu %x, %y : tensor<2x16xbf16>
  return
}

// One flop an element of the result; what is repeated is read once.
func.func @arithmetic(%x: tensor<2x16xf32>, %y: tensor<16xf32>) {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.add': 0 matrix flops, 32 vector flops, 192 bytes read, 128 bytes written{{$}}
  %0 = xformer.add %x, %y : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.sub': 0 matrix flops, 32 vector flops, 192 bytes read, 128 bytes written{{$}}
  %1 = xformer.sub %x, %y : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.mul': 0 matrix flops, 32 vector flops, 192 bytes read, 128 bytes written{{$}}
  %2 = xformer.mul %x, %y : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.div': 0 matrix flops, 32 vector flops, 192 bytes read, 128 bytes written{{$}}
  %3 = xformer.div %x, %y : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x16xf32>
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.max': 0 matrix flops, 32 vector flops, 192 bytes read, 128 bytes written{{$}}
  %4 = xformer.max %x, %y : (tensor<2x16xf32>, tensor<16xf32>) -> tensor<2x16xf32>
  return
}

// Random bits are integer work; the seed is 8 bytes, 18 indices are 72.
func.func @dropout(%x: tensor<2x16xf32>, %seed: tensor<i64>, %i: tensor<2xi32>, %j: tensor<16xi32>) {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.dropout': 0 matrix flops, 64 vector flops, 208 bytes read, 128 bytes written{{$}}
  %0 = xformer.dropout %x seed(%seed) indices(%i, %j) of [8, 16] rate 1.0e-1 stream 3 : (tensor<2x16xf32>, tensor<i64>, tensor<2xi32>, tensor<16xi32>) -> tensor<2x16xf32>
  return
}

func.func @log_add_exp(%x: tensor<2x16xf32>, %y: tensor<2x16xf32>) -> tensor<2x16xf32> {
  // CHECK: [[#@LINE+1]]:8: remark: work of 'xformer.log_add_exp': 0 matrix flops, 160 vector flops, 256 bytes read, 128 bytes written{{$}}
  %0 = xformer.log_add_exp %x, %y : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
  return %0 : tensor<2x16xf32>
}
