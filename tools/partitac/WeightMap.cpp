// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "WeightMap.h"

#include "Plan.h"
#include "mlir/Support/DebugStringHelper.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "llvm/Support/YAMLTraits.h"

#include <optional>

using namespace mlir;
using namespace partita;
using namespace partita::compile;

// A list of them is written on one line.
LLVM_YAML_STRONG_TYPEDEF(std::string, TensorName)
LLVM_YAML_IS_FLOW_SEQUENCE_VECTOR(TensorName)
template <> struct llvm::yaml::ScalarTraits<TensorName> {
  using Base = ScalarTraits<std::string>;
  static void output(const TensorName &name, void *context, raw_ostream &os) {
    Base::output(name.value, context, os);
  }
  static StringRef input(StringRef text, void *context, TensorName &name) {
    return Base::input(text, context, name.value);
  }
  static QuotingType mustQuote(StringRef text) { return Base::mustQuote(text); }
};

namespace {
struct Weight {
  int64_t argument;
  std::vector<TensorName> tensors;
  std::optional<std::string> part;
  std::string type;
  std::optional<std::string> padding;
  std::optional<std::string> sharding;
  std::string local;
};
} // namespace

LLVM_YAML_IS_SEQUENCE_VECTOR(Weight)

template <> struct llvm::yaml::MappingTraits<Weight> {
  static void mapping(IO &io, Weight &weight) {
    io.mapRequired("argument", weight.argument);
    io.mapRequired("tensors", weight.tensors);
    io.mapOptional("part", weight.part);
    io.mapRequired("type", weight.type);
    io.mapOptional("padding", weight.padding);
    io.mapOptional("sharding", weight.sharding);
    io.mapRequired("local", weight.local);
  }
};

/// "4x8xf32".
static std::string describeType(Type type) {
  std::string text = debugString(type);
  StringRef shape = text;
  shape.consume_front("tensor<");
  shape.consume_back(">");
  return shape.str();
}

/// The text of an attribute between its first "<" and its last ">".
static std::string describeBody(Attribute attribute) {
  std::string text = debugString(attribute);
  StringRef body = StringRef(text).split('<').second;
  body.consume_back(">");
  return body.str();
}

void compile::writeWeightMap(raw_ostream &os, FunctionOpInterface function) {
  std::vector<Weight> weights;
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
    Attribute parameter =
        function.getArgAttr(index, xformer::parameterAttrName);
    if (!parameter)
      continue;
    Weight &weight = weights.emplace_back();
    weight.argument = index;
    if (auto name = dyn_cast<StringAttr>(parameter))
      weight.tensors.emplace_back(name.str());
    else
      for (auto name : cast<ArrayAttr>(parameter).getAsRange<StringAttr>())
        weight.tensors.emplace_back(name.str());
    if (Attribute part = function.getArgAttr(index, xformer::partAttrName))
      weight.part = describeBody(part);
    weight.type = weight.local = describeType(type);
    if (auto global = function.getArgAttrOfType<TypeAttr>(
            index, dist::globalTypeAttrName))
      weight.type = describeType(global.getValue());
    if (Attribute padding = function.getArgAttr(index, dist::paddingAttrName))
      weight.padding = describeBody(padding);
    if (auto sharding = function.getArgAttrOfType<dist::ShardingAttr>(
            index, dist::shardingAttrName))
      weight.sharding = StringRef(describeBody(sharding)).split(", ").second;
  }
  llvm::yaml::Output output(os, /*Ctxt=*/nullptr, /*WrapColumn=*/0);
  output << weights;
}
