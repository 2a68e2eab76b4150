# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The functions that every CMakeLists.txt of the project uses. All libraries are static and link the
# two shared LLVM libraries; nothing links a component of LLVM or MLIR on its own, since mixing both
# forms would register every option twice.

if(PARTITA_SANITIZE)
  add_compile_options(-fsanitize=${PARTITA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize=vptr)
  add_link_options(-fsanitize=${PARTITA_SANITIZE})
endif()
if(PARTITA_ENABLE_ASSERTIONS)
  add_compile_options(-UNDEBUG)
  # Headers in which NDEBUG decides about a layout that LLVM, built without assertions, has fixed.
  include_directories(BEFORE ${PROJECT_SOURCE_DIR}/cmake/assertions)
endif()

# partita_add_library(NAME sources... [DEPENDS tablegen targets...] [LINK libraries...])
function(partita_add_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  # Generated headers of every dialect come before any source that could include them.
  add_dependencies(${name} partita-headers ${ARG_DEPENDS})
  target_link_libraries(${name} PUBLIC ${ARG_LINK} MLIR LLVM)
endfunction()

# partita_add_tool(NAME sources... [LINK libraries...])
function(partita_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  add_dependencies(${name} partita-headers)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} MLIR LLVM)
  set_property(GLOBAL APPEND PROPERTY PARTITA_TOOLS ${name})
  install(TARGETS ${name} RUNTIME)
endfunction()

# partita_add_unit_test(NAME sources... [LINK libraries...]): a GoogleTest binary, run by
# check-partita through lit.
function(partita_add_unit_test name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  add_dependencies(${name} partita-headers)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} MLIR LLVM GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test/Unit)
  set_property(GLOBAL APPEND PROPERTY PARTITA_UNIT_TESTS ${name})
endfunction()

# partita_tablegen(TARGET file.td output generator-flags... [output generator-flags ...])
# is spelled with MLIR's own mlir_tablegen at the call sites; this one only names the target and
# puts it among the headers that all libraries wait for.
function(partita_add_tablegen_target name)
  add_public_tablegen_target(${name})
  add_dependencies(partita-headers ${name})
endfunction()

add_custom_target(partita-headers)
