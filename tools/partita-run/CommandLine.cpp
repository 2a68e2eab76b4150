// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "CommandLine.h"

#include "../Help.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace partita;
using namespace partita::run;
namespace cl = llvm::cl;

static constexpr llvm::StringLiteral overview =
    R"(runs a model on this machine, op by op

  The model is a function in MLIR, as text or bytecode, or the folder that
  partitac wrote. Every argument needs a value: those with 'xformer.input' get
  theirs by --input, those with 'xformer.parameter' from --weights or
  --random-weights. A summary of each result is printed, and with --output the
  result is written as NAME.npy, where NAME is its 'xformer.output'.

  A local program runs on all devices of its mesh, in this process. Values are
  given as to the program it was made from: they are padded and cut for the
  devices as 'dist.padding' and 'dist.sharding' say, and results are joined. It
  is an error if devices that should hold the same do not.

  This is the reference: each op computes what its description says, nothing is
  fused or reordered. Floats are computed in f32 and rounded to the type of each
  result, or with --precision=f64 computed in f64 and never rounded.
)";

static constexpr llvm::StringLiteral examples = R"(
EXAMPLES:
  partita-run model.mlir --weights=checkpoint/ --input ids=ids.npy --output=out
  partita-run model.mlir --random-weights=1 --input ids=random:1 --stats
  partita-run out.partita --weights=checkpoint/ --input ids=ids.npy --verify

VERIFICATION:
  --verify runs the program that the local one was made from, in the module with
  'dist.global', on one device with the same values. For each result it prints the
  largest difference of an element, relative to the largest magnitude in the
  result of one device, and in how many rows of the last dimension the largest
  element is at the same place. It is an error, with exit status 1, if an integer
  differs or a relative difference exceeds the tolerance. By default that follows
  from the narrowest float type in the program: 1e-4 for f32, 2e-2 for f16, 5e-2
  for bf16, and 1e-9 with --precision=f64.

RANDOM VALUES:
  --random-weights draws each parameter from a normal distribution with standard
  deviation 0.02, except weights of norms, which are 1. An input that is drawn
  is valid: ids and labels are below the size of the table or vocabulary they
  select from, positions count from 0, masks are all true, and floats are normal
  with standard deviation 1. Values depend on the seed, the name and the index
  only.
)";

CommandLine::CommandLine(int argc, char **argv) {
  removeOptionsOfLibraries();

  cl::OptionCategory category("partita-run options");
  cl::opt<std::string> modelFileOption(cl::Positional, cl::Required,
                                       cl::desc("MODEL.mlir|MODEL.partita"),
                                       cl::cat(category));
  cl::opt<std::string> functionOption(
      "function", cl::init("main"), cl::value_desc("name"),
      cl::desc("The function to run (default: main)"), cl::cat(category));
  cl::opt<std::string> weightsOption(
      "weights", cl::value_desc("path"),
      cl::desc("Read parameters from a *.safetensors, "
               "*.safetensors.index.json or *.gguf file, or from a directory "
               "that has one"),
      cl::cat(category));
  cl::opt<uint64_t> randomWeightsOption(
      "random-weights", cl::value_desc("seed"),
      cl::desc("Draw parameters at random; see below"), cl::cat(category));
  cl::list<std::string> inputOption(
      "input", cl::value_desc("name=file.npy|name=random:seed"),
      cl::desc("Give an input its value, from a NumPy file or at random "
               "(repeatable)"),
      cl::cat(category));
  cl::opt<std::string> outputOption(
      "output", cl::value_desc("directory"),
      cl::desc("Write every result there, as NAME.npy; the directory is made "
               "if it is missing"),
      cl::cat(category));
  cl::opt<interp::Precision> precisionOption(
      "precision", cl::init(interp::Precision::F32),
      cl::desc("How floats are computed (default: f32)"),
      cl::values(
          clEnumValN(interp::Precision::F32, "f32",
                     "in f32, results rounded to their types"),
          clEnumValN(interp::Precision::F64, "f64", "in f64, nothing rounded")),
      cl::cat(category));
  cl::opt<unsigned> threadsOption(
      "threads", cl::init(1), cl::value_desc("number"),
      cl::desc("Threads of one matrix product (default: 1)"),
      cl::cat(category));
  cl::opt<unsigned> deviceThreadsOption(
      "device-threads", cl::init(1), cl::value_desc("number"),
      cl::desc("Devices that compute at the same time (default: 1)"),
      cl::cat(category));
  cl::opt<bool> verifyOption(
      "verify", cl::desc("Compare a local program with one device; see below"),
      cl::cat(category));
  cl::opt<double> toleranceOption(
      "tolerance", cl::value_desc("number"),
      cl::desc(
          "The relative difference that --verify allows (default: by type)"),
      cl::cat(category));
  cl::opt<unsigned> repeatOption(
      "repeat", cl::init(1), cl::value_desc("number"),
      cl::desc("Runs of the model; \"seconds\" of --json is their median, "
               "--stats adds them up (default: 1)"),
      cl::cat(category));
  cl::opt<bool> statsOption("stats",
                            cl::desc("Say how long the ops of each kind took"),
                            cl::cat(category));
  cl::opt<bool> jsonOption("json", cl::desc("Print the summary as JSON"),
                           cl::cat(category));
  cl::extrahelp extra(examples);
  cl::SetVersionPrinter([](llvm::raw_ostream &os) {
    os << "partita-run " PARTITA_VERSION " (LLVM " LLVM_VERSION_STRING ")\n";
  });

  cl::ParseCommandLineOptions(argc, argv, overview);

  auto fail = [](const llvm::Twine &message) {
    llvm::WithColor::error(llvm::errs(), "partita-run") << message << '\n';
    exit(1);
  };
  bool drawsWeights = randomWeightsOption.getNumOccurrences() != 0;
  if (!weightsOption.empty() && drawsWeights)
    fail("expected one of --weights and --random-weights, got both");
  if (threadsOption == 0)
    fail("expected --threads to be at least 1, got 0");
  if (deviceThreadsOption == 0)
    fail("expected --device-threads to be at least 1, got 0");
  bool hasTolerance = toleranceOption.getNumOccurrences() != 0;
  if (hasTolerance && !verifyOption)
    fail("expected --verify beside --tolerance");
  if (hasTolerance && !(toleranceOption >= 0))
    fail("expected --tolerance to be a number that is not negative");
  if (repeatOption == 0)
    fail("expected --repeat to be at least 1, got 0");

  modelFile = modelFileOption;
  function = functionOption;
  weights = weightsOption;
  if (drawsWeights)
    randomWeightsSeed = randomWeightsOption;
  inputs.assign(inputOption.begin(), inputOption.end());
  outputDirectory = outputOption;
  interpreterOptions.precision = precisionOption;
  interpreterOptions.numThreads = threadsOption;
  interpreterOptions.numDeviceThreads = deviceThreadsOption;
  interpreterOptions.collectStatistics = statsOption;
  repeat = repeatOption;
  json = jsonOption;
  verify = verifyOption;
  if (hasTolerance)
    tolerance = toleranceOption;
}
