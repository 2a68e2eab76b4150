// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef PARTITA_LIB_INTERPRETER_FRAME_H
#define PARTITA_LIB_INTERPRETER_FRAME_H

#include "partita/Interpreter/Evaluation.h"

#include <unordered_map>

namespace partita::interp {

/// The live values of one activation of a function, those of regions in it
/// included: a name has one value at a time.
class Frame {
public:
  void set(mlir::Value value, DeviceTensors tensors) {
    values[value.getAsOpaquePointer()] = std::move(tensors);
  }
  /// Stays where it is while other values come and go.
  DeviceTensors &get(mlir::Value value) {
    auto it = values.find(value.getAsOpaquePointer());
    assert(it != values.end() && "expected a value that is live");
    return it->second;
  }
  void erase(mlir::Value value) { values.erase(value.getAsOpaquePointer()); }

private:
  std::unordered_map<void *, DeviceTensors> values;
};

} // namespace partita::interp

#endif // PARTITA_LIB_INTERPRETER_FRAME_H
