// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Meshes, parts and layouts from text.

#ifndef PARTITA_TEST_UNIT_SHARDING_SHARDINGTESTING_H
#define PARTITA_TEST_UNIT_SHARDING_SHARDINGTESTING_H

#include "partita/Sharding/Layout.h"

#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

namespace partita::sharding {

/// The mesh `text`, as `x=2,y=4`.
inline Mesh getMesh(llvm::StringRef text) {
  return llvm::cantFail(Mesh::parse(text));
}

/// The layout `text`, as `[{"x"}, {}] partial={"y"}`.
inline Layout getLayout(const Mesh &mesh, llvm::StringRef text) {
  return llvm::cantFail(Layout::parse(mesh, text));
}

/// The parts `text`, as `{"x", "y":(1)2}`, in that order; those of size 1 are
/// dropped, and those that follow one another joined.
inline AxisParts getParts(const Mesh &mesh, llvm::StringRef text) {
  return AxisParts(getLayout(mesh, ("[" + text + "]").str()).getDim(0));
}

/// The parts as `mesh` prints them.
inline std::string str(const Mesh &mesh, llvm::ArrayRef<AxisPart> parts) {
  std::string text;
  llvm::raw_string_ostream os(text);
  mesh.print(os, parts);
  return text;
}

/// The message of the error that there must be.
template <typename T> std::string getMessage(llvm::Expected<T> value) {
  if (!value)
    return llvm::toString(value.takeError());
  ADD_FAILURE() << "expected an error";
  return "";
}

} // namespace partita::sharding

#endif // PARTITA_TEST_UNIT_SHARDING_SHARDINGTESTING_H
