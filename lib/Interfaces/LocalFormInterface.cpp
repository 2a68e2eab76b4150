// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Interfaces/LocalFormInterface.h"

#include "partita/Interfaces/LocalFormInterface.cpp.inc"
