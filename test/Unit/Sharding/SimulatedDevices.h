// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the devices of a mesh hold, element by element, while they carry out a
// plan. Elements are random integers, so that sums of different contributions
// differ.

#ifndef PARTITA_TEST_UNIT_SHARDING_SIMULATEDDEVICES_H
#define PARTITA_TEST_UNIT_SHARDING_SIMULATEDDEVICES_H

#include "partita/Sharding/Reshard.h"

#include <cstdint>
#include <string>
#include <vector>

namespace partita::sharding {

class SimulatedDevices {
public:
  /// Devices that hold a tensor of shape `shape` under `layout`.
  SimulatedDevices(const Mesh &mesh, llvm::ArrayRef<int64_t> shape,
                   const Layout &layout);

  /// Carries out a step. Returns how many elements the device that receives the
  /// most receives from other devices; in a reduction, each of as many as it
  /// takes to add up the result.
  int64_t apply(const Step &step);

  /// Says what is wrong if devices do not hold the tensor under `layout`; else
  /// nothing.
  std::string check(const Layout &layout) const;

private:
  /// What one device holds.
  struct Local {
    llvm::SmallVector<int64_t> shape;
    std::vector<uint64_t> elements;
  };

  Local slice(const Local &local, unsigned dim, int64_t index,
              int64_t count) const;
  Local concat(llvm::ArrayRef<Local> locals, unsigned dim) const;

  const Mesh &mesh;
  llvm::SmallVector<int64_t> shape;
  std::vector<Local> locals;
  /// Each element of the tensor: the sum of its contributions.
  std::vector<uint64_t> sums;
};

} // namespace partita::sharding

#endif // PARTITA_TEST_UNIT_SHARDING_SIMULATEDDEVICES_H
