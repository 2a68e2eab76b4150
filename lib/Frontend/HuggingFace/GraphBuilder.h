// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builds the function of a model, module by module. The path of the modules
// that are open is the location of each op and the prefix of each parameter's
// name, so that a model reads like its Hugging Face source:
//
//   GraphBuilder::Module attn = graph.enter("attn");
//   Value qkv = graph.linear("c_attn", x, 3 * width);

#ifndef PARTITA_LIB_FRONTEND_HUGGINGFACE_GRAPHBUILDER_H
#define PARTITA_LIB_FRONTEND_HUGGINGFACE_GRAPHBUILDER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "partita/Dialect/Xformer/Xformer.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/Twine.h"
#include <string>

namespace partita::hf {

/// How a layer stores its weight.
enum class WeightLayout { OutIn, InOut };

/// Whether a layer has a bias.
enum class Bias { No, Yes };

/// What an attention has besides query, key and value.
struct AttentionOptions {
  double scale;
  bool causal = false;
  mlir::Value keyMask = {};
  mlir::Value bias = {};
};

class GraphBuilder {
public:
  /// Closes a module at the end of a C++ scope.
  class Module {
  public:
    Module(GraphBuilder &graph, size_t outer) : graph(graph), outer(outer) {}
    Module(const Module &) = delete;
    Module &operator=(const Module &) = delete;
    ~Module() { graph.path.resize(outer); }

  private:
    GraphBuilder &graph;
    size_t outer;
  };

  /// Starts the function of a model whose tensors hold `elementType`. `name` is
  /// the location of what no module holds.
  GraphBuilder(mlir::MLIRContext &context, llvm::StringRef name,
               mlir::Type elementType);

  /// Opens the module `name`, which may be a path, below those that are open.
  [[nodiscard]] Module enter(const llvm::Twine &name);

  //===--- Arguments and results ------------------------------------------===//

  mlir::Value addInput(llvm::StringRef name, llvm::ArrayRef<int64_t> shape,
                       mlir::Type elementType);
  /// `ids` and the like: i32.
  mlir::Value addIds(llvm::StringRef name, llvm::ArrayRef<int64_t> shape);
  /// True where a token counts: i1.
  mlir::Value addMask(llvm::StringRef name, llvm::ArrayRef<int64_t> shape);

  /// The parameter `name` of the open module; one argument, however often it
  /// is asked for.
  mlir::Value parameter(llvm::StringRef name, llvm::ArrayRef<int64_t> shape);

  /// The tensors `MODULE.<i>.NAME` for i from 0 to `count` - 1, one above the
  /// other: `[count, shape...]`.
  mlir::Value stackedParameter(llvm::StringRef module, llvm::StringRef name,
                               int64_t count, llvm::ArrayRef<int64_t> shape);

  void addOutput(llvm::StringRef name, mlir::Value value);

  //===--- Layers with parameters -----------------------------------------===//

  /// Looks up `ids` in the table `MODULE.weight`, `[rows, width]`.
  mlir::Value embedding(llvm::StringRef module, mlir::Value ids, int64_t rows,
                        int64_t width);

  /// The first rows of the table `MODULE.weight` of positions, one a token:
  /// `[tokens, width]`.
  mlir::Value positions(llvm::StringRef module, int64_t tokens,
                        int64_t positions, int64_t width);

  /// Applies `MODULE.weight`, and `MODULE.bias`, to the last dimension of `x`.
  mlir::Value linear(llvm::StringRef module, mlir::Value x, int64_t outputs,
                     Bias bias, WeightLayout layout = WeightLayout::OutIn);

  /// A layer at `module` whose weight `[outputs, inputs]`, perhaps shared with
  /// an embedding, and bias are given.
  mlir::Value project(llvm::StringRef module, mlir::Value x, mlir::Value weight,
                      mlir::Value bias = {});

  mlir::Value layerNorm(llvm::StringRef module, mlir::Value x, double epsilon);
  mlir::Value rmsNorm(llvm::StringRef module, mlir::Value x, double epsilon);

  //===--- Ops ------------------------------------------------------------===//

  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  /// `x` times a constant.
  mlir::Value scale(mlir::Value x, double factor);
  mlir::Value activate(xformer::Activation activation, mlir::Value x);
  mlir::Value gate(xformer::Activation activation, mlir::Value gate,
                   mlir::Value value);

  /// Elements [offset, offset + size) along `dim`; `x` itself if that is all.
  mlir::Value slice(mlir::Value x, int64_t dim, int64_t offset, int64_t size);
  /// `[batch, tokens, heads * features]` to and from
  /// `[batch, tokens, heads, features]`.
  mlir::Value splitHeads(mlir::Value x, int64_t heads);
  mlir::Value mergeHeads(mlir::Value x);
  mlir::Value attention(mlir::Value query, mlir::Value key, mlir::Value value,
                        const AttentionOptions &options);

  /// The labels of the positions that predict the next token: moved one to the
  /// front, with nothing to predict at the end.
  mlir::Value nextLabels(mlir::Value labels);
  /// Mean cross-entropy over the labels that are not ignored.
  mlir::Value meanCrossEntropy(mlir::Value logits, mlir::Value labels);

  /// Creates any op at the open module.
  template <typename OpTy, typename... Args> OpTy create(Args &&...args) {
    OpTy op = OpTy::create(builder, getLocation(), std::forward<Args>(args)...);
    for (mlir::Value result : op->getResults())
      checkSize(result.getType());
    return op;
  }

  mlir::MLIRContext *getContext() const { return builder.getContext(); }

  /// A tensor of the model's element type.
  mlir::RankedTensorType tensorOf(llvm::ArrayRef<int64_t> shape);
  static llvm::ArrayRef<int64_t> shapeOf(mlir::Value value);

  /// Says which tensor is too large for any machine, if there is one; the
  /// module must not be used then.
  llvm::StringRef getOversized() const { return oversized; }

  /// Ends the function. Must be the last call.
  mlir::OwningOpRef<mlir::ModuleOp> finish();

private:
  mlir::Location getLocation();
  mlir::Value addArgument(mlir::Type type, llvm::StringRef location,
                          llvm::StringRef attribute, mlir::Attribute value);
  void checkSize(mlir::Type type);

  mlir::OpBuilder builder;
  mlir::Type elementType;
  std::string name;
  std::string path;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
  mlir::Block *body;
  llvm::StringMap<mlir::Value> parameters;
  llvm::SmallVector<mlir::Attribute> argumentAttributes;
  llvm::SmallVector<mlir::Attribute> resultAttributes;
  llvm::SmallVector<mlir::Value> results;
  std::string oversized;
};

} // namespace partita::hf

#endif // PARTITA_LIB_FRONTEND_HUGGINGFACE_GRAPHBUILDER_H
