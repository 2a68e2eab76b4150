// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "CommandLine.h"

#include "../Help.h"
#include "partita/Frontend/HuggingFace/ImportFlags.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace partita;
using namespace partita::compile;
namespace cl = llvm::cl;

static constexpr llvm::StringLiteral overview =
    R"(compiles a model for a mesh of devices

  The model is a Hugging Face config.json, a folder with one, or a module in MLIR,
  as text or bytecode, with a function 'main'. A few annotations say how it is
  split over the axes of the mesh: tactics, which go by what values are for, and
  shardings of values by name. The rest follows. The result is one program that
  every device runs, with all communication explicit, and it is proven to compute
  what the model does.
)";

static constexpr llvm::StringLiteral more = R"(
THE PACKAGE, the folder that -o names, is there completely or not at all:
  local.mlir    the program of a device; with it, in the module @global, the model
  plan.yaml     what was asked for, and the shardings that followed: edit it, and
                give it back by --plan
  weights.yaml  which tensor of the checkpoint each argument is a part of
  report.txt    what each device holds and moves; report.json is the same
  remarks.txt   with --remarks, the reasons: what split each value, which use forced
                each reshard, what did not fit

ANNOTATIONS are NAME=[DIMENSION, ...]. NAME is that of a tensor in the checkpoint,
  of an input or an output, or the module path of a value; '*' and '?' stand for
  others. A dimension is '_' (propagation may split it), '-' (not split), an axis of
  the mesh, or several: (data, tensor). partita-opt --dist-annotate says more.

EXAMPLES:
  partitac smollm2/ --mesh=data=2,tensor=2 \
    --tactics='data-parallel(data),tensor-parallel(tensor)' -o smollm2.partita
  partitac model.mlir --mesh=tensor=4 --annotate='*.mlp.up_proj.weight=[_, tensor]' \
    -o model.partita
  partitac smollm2/ --plan=smollm2.partita/plan.yaml -o smollm2.partita
  partita-run smollm2.partita --weights=smollm2/ --input ids=ids.npy --verify

EXIT STATUS: 0 on success, 1 on an error, which is printed with its place.
)";

/// Prints a message and exits.
[[noreturn]] static void fail(const llvm::Twine &message) {
  llvm::WithColor::error(llvm::errs(), "partitac") << message << '\n';
  exit(1);
}

CommandLine::CommandLine(int argc, char **argv) {
  removeOptionsOfLibraries();

  cl::OptionCategory category("partitac options");
  cl::opt<std::string> modelOption(cl::Positional, cl::Required,
                                   cl::desc("MODEL"), cl::cat(category));
  cl::opt<std::string> outputOption("o", cl::value_desc("folder"),
                                    cl::desc("Write the package there"),
                                    cl::cat(category));
  cl::opt<std::string> meshOption(
      "mesh", cl::value_desc("axis=size,..."),
      cl::desc("The devices: axes in order from the slowest to the fastest "
               "link. Not needed where the module has a mesh"),
      cl::cat(category));
  cl::opt<std::string> tacticsOption(
      "tactics", cl::value_desc("tactic(axis),..."),
      cl::desc("Shard values by what they are for: data-parallel, "
               "tensor-parallel, sequence-parallel, context-parallel, "
               "expert-parallel, zero, or those of a YAML file"),
      cl::cat(category));
  cl::list<std::string> annotateOption(
      "annotate", cl::value_desc("name=[dimension,...]"),
      cl::desc("Shard values by name (repeatable); see below"),
      cl::cat(category));
  cl::opt<std::string> planOption(
      "plan", cl::value_desc("file"),
      cl::desc("Take mesh, tactics, annotations and pinned shardings from a "
               "plan.yaml"),
      cl::cat(category));
  cl::list<Level> printAfterOption(
      "print-after", cl::desc("Print the program at a level (repeatable)"),
      cl::values(
          clEnumValN(Level::Graph, "graph", "as it was imported"),
          clEnumValN(Level::Annotated, "annotated", "with the annotations"),
          clEnumValN(Level::Sharded, "sharded", "every value has a sharding"),
          clEnumValN(Level::Resharded, "resharded",
                     "every change of sharding is an op"),
          clEnumValN(Level::Local, "local", "the program of a device")),
      cl::cat(category));
  cl::opt<bool> noVerifyOption(
      "no-verify", cl::desc("Do not prove the program"), cl::cat(category));
  cl::opt<bool> ringAttentionOption(
      "ring-attention",
      cl::desc(
          "Where the sequence is split, let keys and values go around from "
          "device to device instead of gathering them"),
      cl::cat(category));
  cl::opt<bool> remarksOption(
      "remarks", cl::desc("Write the reasons of decisions into the package"),
      cl::cat(category));
  HuggingFaceImportFlags importFlags;
  cl::extrahelp extra(more);
  cl::SetVersionPrinter([](llvm::raw_ostream &os) {
    os << "partitac " PARTITA_VERSION " (LLVM " LLVM_VERSION_STRING ")\n";
  });

  cl::ParseCommandLineOptions(argc, argv, overview);

  if (outputOption.empty() && printAfterOption.empty())
    fail("expected -o FOLDER, or a level to print by --print-after");
  bool isAsked =
      !meshOption.empty() || !tacticsOption.empty() || !annotateOption.empty();
  if (!planOption.empty() && isAsked)
    fail("expected --plan alone, as it says the mesh, the tactics and the "
         "annotations; edit it, or leave it out");
  if (remarksOption && outputOption.empty())
    fail("expected -o FOLDER beside --remarks, which go there");

  model = modelOption;
  if (llvm::sys::fs::is_directory(model)) {
    llvm::SmallString<128> config(model);
    llvm::sys::path::append(config, "config.json");
    model = config.str().str();
  }
  importOptions = importFlags.getOptions();
  output = outputOption;
  mesh = meshOption;
  tactics = tacticsOption;
  annotations.assign(annotateOption.begin(), annotateOption.end());
  planFile = planOption;
  printAfter.assign(printAfterOption.begin(), printAfterOption.end());
  ringAttention = ringAttentionOption;
  verify = !noVerifyOption;
  remarks = remarksOption;
}
