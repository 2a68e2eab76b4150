// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stands in front of LLVM's header of the same name where our assertions are
// on and those of the LLVM that we link are not. NDEBUG decides there whether
// a statistic has members, so `mlir::Pass::Statistic`, which LLVM constructs,
// would have another size for us than for LLVM. Here it has LLVM's.

#if defined(__clang__)
#pragma clang system_header // which may use include_next
#endif

#ifndef PARTITA_ASSERTIONS_STATISTIC_H
#define PARTITA_ASSERTIONS_STATISTIC_H

// What Statistic.h includes keeps its assertions.
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Compiler.h"
#include <atomic>
#include <memory>
#include <vector>

#if defined(NDEBUG) || LLVM_FORCE_ENABLE_STATS
#include_next "llvm/ADT/Statistic.h"
#else
#define NDEBUG
#include_next "llvm/ADT/Statistic.h"
#undef NDEBUG
#include <cassert>
#endif

static_assert(LLVM_ENABLE_STATS == LLVM_FORCE_ENABLE_STATS,
              "statistics are laid out as in the LLVM that is linked");

#endif // PARTITA_ASSERTIONS_STATISTIC_H
