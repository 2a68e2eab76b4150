// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Arguments.h"

#include "mlir/Support/DebugStringHelper.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "partita/Frontend/Weights/WeightStore.h"
#include "partita/Interpreter/Distribution.h"
#include "partita/Support/FileError.h"
#include "partita/Support/Npy.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace partita;
using namespace partita::run;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

std::string run::getInputName(FunctionOpInterface function, unsigned index) {
  auto name =
      function.getArgAttrOfType<StringAttr>(index, xformer::inputAttrName);
  return name ? name.str() : "arg" + std::to_string(index);
}

std::optional<ParameterSource>
run::getParameterSource(FunctionOpInterface function, unsigned index) {
  Attribute attribute = function.getArgAttr(index, xformer::parameterAttrName);
  if (!attribute)
    return std::nullopt;
  ParameterSource source;
  source.part = function.getArgAttrOfType<xformer::PartAttr>(
      index, xformer::partAttrName);
  if (auto name = dyn_cast<StringAttr>(attribute)) {
    source.names.push_back(name);
    return source;
  }
  source.isStacked = true;
  for (StringAttr name : cast<ArrayAttr>(attribute).getAsRange<StringAttr>())
    source.names.push_back(name);
  return source;
}

//===----------------------------------------------------------------------===//
// Fitting a tensor to a type
//===----------------------------------------------------------------------===//

/// The first element of an integer tensor that is not in [lowest, highest].
static std::optional<int64_t> findOutside(const HostTensor &tensor,
                                          int64_t lowest, int64_t highest) {
  return dispatch(tensor.getKind(), [&](auto type) -> std::optional<int64_t> {
    using T = decltype(type);
    if constexpr (std::is_integral_v<T>)
      for (T element : tensor.data<T>())
        if (element < lowest || element > highest)
          return element;
    return std::nullopt;
  });
}

llvm::Expected<HostTensor> run::fitTo(Type type, HostTensor tensor,
                                      StringRef source) {
  ElementKind kind = *interp::declaredKind(type);
  auto tensorType = dyn_cast<RankedTensorType>(type);
  ArrayRef<int64_t> dims =
      tensorType ? tensorType.getShape() : ArrayRef<int64_t>();
  if (tensor.getDims() != dims ||
      isFloatKind(tensor.getKind()) != isFloatKind(kind))
    return fileError(source, "expected " + describeShape(kind, dims) +
                                 ", got " + tensor.describe());
  if (isFloatKind(kind) || tensor.getKind() == kind)
    return tensor; // The interpreter converts floats when it needs them.
  int64_t lowest = 0, highest = 1;
  if (kind != ElementKind::I1) {
    unsigned width = elementSize(kind) * 8;
    lowest = llvm::minIntN(width);
    highest = llvm::maxIntN(width);
  }
  if (std::optional<int64_t> outside = findOutside(tensor, lowest, highest))
    return fileError(source,
                     llvm::formatv("expected numbers in [{0}, {1}] for "
                                   "{2}, got {3}",
                                   lowest, highest, elementName(kind), *outside)
                         .str());
  return tensor.convertTo(kind);
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

/// The values given by --input, by name.
static llvm::Expected<llvm::StringMap<StringRef>>
parseInputs(ArrayRef<std::string> options) {
  llvm::StringMap<StringRef> values;
  for (StringRef option : options) {
    auto [name, value] = option.split('=');
    if (name.empty() || value.empty())
      return makeError("expected --input NAME=FILE.npy or NAME=random:SEED, "
                       "got " +
                       quoted(option));
    if (!values.try_emplace(name, value).second)
      return makeError("expected one value for input " + quoted(name) +
                       ", got several");
  }
  return values;
}

/// The input `name` from `value`, a file or "random:SEED".
static llvm::Expected<HostTensor> readInput(BlockArgument argument, Type type,
                                            StringRef name, StringRef value) {
  if (value.consume_front("random:")) {
    uint64_t seed;
    if (value.getAsInteger(10, seed))
      return makeError("expected a seed, a number of 64 bits, after 'random:' "
                       "for input " +
                       quoted(name) + ", got " + quoted(value));
    return drawInput(argument, type, name, seed);
  }
  llvm::Expected<HostTensor> tensor = readNpy(value);
  if (!tensor)
    return tensor.takeError();
  return fitTo(type, std::move(*tensor), value);
}

//===----------------------------------------------------------------------===//
// All arguments
//===----------------------------------------------------------------------===//

/// One line an input that has no value, and one for all parameters.
static llvm::Error
makeMissingError(FunctionOpInterface function,
                 ArrayRef<std::pair<std::string, Type>> inputs,
                 size_t numParameters) {
  std::string message;
  llvm::raw_string_ostream os(message);
  os << "'" << function.getName() << "' lacks the values of "
     << inputs.size() + numParameters << " of its "
     << function.getNumArguments() << " arguments";
  for (const auto &[name, type] : inputs)
    os << "\n  " << name << ": " << type << ", give --input " << name
       << "=FILE.npy or --input " << name << "=random:SEED";
  if (numParameters != 0)
    os << "\n  " << numParameters
       << (numParameters == 1 ? " parameter" : " parameters")
       << ", give --weights=PATH or --random-weights=SEED";
  return makeError(message);
}

/// Checks that every value given is that of an input.
static llvm::Error checkNames(FunctionOpInterface function,
                              const llvm::StringMap<StringRef> &values) {
  SmallVector<std::string> known;
  for (unsigned index = 0; index != function.getNumArguments(); ++index)
    if (!getParameterSource(function, index))
      known.push_back(getInputName(function, index));
  for (StringRef name : values.keys())
    if (!llvm::is_contained(known, name))
      return makeError("'" + function.getName() + "' has no input " +
                       quoted(name) +
                       "; its inputs are: " + llvm::join(known, ", "));
  return llvm::Error::success();
}

llvm::Expected<interp::TensorList>
run::readArguments(FunctionOpInterface function,
                   const CommandLine &commandLine) {
  llvm::Expected<llvm::StringMap<StringRef>> values =
      parseInputs(commandLine.inputs);
  if (!values)
    return values.takeError();
  if (llvm::Error error = checkNames(function, *values))
    return error;

  // What is missing is reported at once, before large files are read.
  SmallVector<std::pair<std::string, Type>> missingInputs;
  size_t numMissingParameters = 0;
  bool hasWeights =
      !commandLine.weights.empty() || commandLine.randomWeightsSeed;
  for (unsigned index = 0; index != function.getNumArguments(); ++index) {
    Type type = interp::getArgumentPlacement(function, index).globalType;
    std::string name = getInputName(function, index);
    if (!interp::declaredKind(type))
      return makeError(llvm::formatv("argument #{0} of '{1}' has type {2}, "
                                     "which has no values to give",
                                     index, function.getName(),
                                     debugString(type)));
    if (getParameterSource(function, index))
      numMissingParameters += !hasWeights;
    else if (!values->contains(name))
      missingInputs.emplace_back(name, type);
  }
  if (!missingInputs.empty() || numMissingParameters != 0)
    return makeMissingError(function, missingInputs, numMissingParameters);

  std::unique_ptr<WeightStore> store;
  if (!commandLine.weights.empty()) {
    llvm::Expected<std::unique_ptr<WeightStore>> opened =
        openWeights(commandLine.weights);
    if (!opened)
      return opened.takeError();
    store = std::move(*opened);
  }
  interp::TensorList tensors;
  for (auto [index, argument] : llvm::enumerate(function.getArguments())) {
    Type type = interp::getArgumentPlacement(function, index).globalType;
    std::optional<ParameterSource> source = getParameterSource(function, index);
    if (source && !store) {
      tensors.push_back(drawParameter(argument, cast<RankedTensorType>(type),
                                      *source, *commandLine.randomWeightsSeed));
      continue;
    }
    std::string name = getInputName(function, index);
    llvm::Expected<HostTensor> tensor =
        source ? loadParameter(cast<RankedTensorType>(type), *source, *store)
               : readInput(argument, type, name, values->lookup(name));
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}
