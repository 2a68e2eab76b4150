// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layouts without names. Around a permute, names of axes mean nothing: it goes
// from any layout to any other with as many blocks of each dimension, and as
// many contributions. What counts is into how many blocks a dimension is split
// and, since only the minor-most split can be undone, in which order. So a
// dimension becomes a string of primes:
//
//   a=2,b=6   [{"a", "b"}, {}]   2 2 3, or 2 3 2, and nothing
//
// Primes stand as characters: the index of the prime in a table.

#ifndef PARTITA_LIB_SHARDING_DIGITS_H
#define PARTITA_LIB_SHARDING_DIGITS_H

#include "ReshardSearch.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>

namespace partita::sharding {

/// The primes that the sizes of a mesh are made of.
class PrimeTable {
public:
  explicit PrimeTable(const Mesh &mesh);

  int64_t getPrime(char digit) const { return primes[digit]; }
  int64_t getSize(llvm::StringRef digits) const;
  /// The digits of `size`, sorted.
  std::string getDigits(int64_t size) const;

private:
  llvm::SmallVector<int64_t, 4> primes;
};

/// Where the digits of a mesh are. A dimension is major to minor; pools are
/// sorted.
struct DigitPlaces {
  llvm::SmallVector<std::string, 4> dims;
  std::string partial, replicated;
};

/// A primitive other than `Permute`, as in `Step`.
struct DigitMove {
  Primitive primitive;
  unsigned dim = 0, toDim = 0;
  std::string digits;
  /// For `AllToAll` only.
  std::string toDigits;
};

/// All ways to write `layout` in digits: parts of composite size can be cut in
/// several orders.
llvm::SmallVector<DigitPlaces, 1> getDigitPlaces(const Mesh &mesh,
                                                 const PrimeTable &primes,
                                                 const Layout &layout);

/// Enumerates moves of digits of a tensor.
class DigitMoveGenerator {
public:
  DigitMoveGenerator(const Tensor &tensor, const PrimeTable &primes);

  /// Called with a move, the layout at its other end, and its bytes.
  using Visitor = llvm::function_ref<void(const DigitMove &move,
                                          DigitPlaces &&other, int64_t bytes)>;
  /// Visits moves of at most `maxBytes` bytes that lead from `places` or, if
  /// not `isForward`, to it.
  void visitMoves(const DigitPlaces &places, bool isForward, int64_t maxBytes,
                  Visitor visit) const;

  int64_t getElements(const DigitPlaces &places) const;

private:
  using Place = unsigned;
  bool isDim(Place place) const { return place < tensor.getRank(); }
  Place getPartial() const { return tensor.getRank(); }
  Place getReplicated() const { return tensor.getRank() + 1; }
  std::string &at(DigitPlaces &places, Place place) const;
  std::optional<Primitive> getPrimitive(Place from, Place to) const;
  void visitMoves(const DigitPlaces &places, Place from, Place to,
                  bool isForward, int64_t maxBytes, Visitor visit) const;

  const Tensor &tensor;
  const PrimeTable &primes;
  int64_t fromContributions, toContributions;
};

/// Gives names to digits, so that a sequence of moves in digits that starts
/// from a layout becomes one of moves of parts.
class DigitNamer {
public:
  DigitNamer(const Mesh &mesh, const PrimeTable &primes, const Layout &layout)
      : mesh(mesh), primes(primes), places(mesh, layout) {}

  /// The next move on the way from the layout.
  Move follow(const DigitMove &move);
  /// The move before on the way to the layout.
  Move goBack(const DigitMove &move);

private:
  AxisParts getEnd(unsigned dim, llvm::StringRef digits) const;
  AxisParts pick(AxisParts pool, llvm::StringRef digits) const;
  AxisParts reorder(AxisParts parts, llvm::StringRef digits) const;

  const Mesh &mesh;
  const PrimeTable &primes;
  Places places;
};

} // namespace partita::sharding

#endif // PARTITA_LIB_SHARDING_DIGITS_H
