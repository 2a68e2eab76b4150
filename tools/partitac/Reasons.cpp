// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Reasons.h"

#include "mlir/IR/Location.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Support/DebugStringHelper.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace partita;
using namespace partita::compile;
using remark::detail::Remark;

/// The module path in a location, or the location as it is.
static std::string describe(Location location) {
  if (auto name = location->findInstanceOf<NameLoc>())
    return name.getName().str();
  return debugString(location);
}

/// `path` with a star in place of each component that is a number.
static std::string generalize(StringRef path) {
  SmallVector<StringRef> components;
  path.split(components, '.');
  for (StringRef &component : components)
    if (!component.empty() && llvm::all_of(component, llvm::isDigit))
      component = "*";
  return llvm::join(components, ".");
}

/// What `#dist.sharding` prints after the mesh.
static std::string withoutMesh(StringRef sharding) {
  sharding.consume_front("#dist.sharding<@");
  sharding.consume_back(">");
  return sharding.split(", ").second.str();
}

class Reasons::Streamer final : public remark::detail::MLIRRemarkStreamerBase {
public:
  explicit Streamer(Reasons &reasons) : reasons(reasons) {}

  void streamOptimizationRemark(const Remark &remark) final {
    reasons.add(remark);
  }

private:
  Reasons &reasons;
};

LogicalResult Reasons::watch(MLIRContext &context, bool all) {
  keepsText = all;
  remark::RemarkCategories categories;
  categories.passed = "dist-insert-reshards";
  if (all)
    categories = {.all = ".*",
                  .passed = ".*",
                  .missed = ".*",
                  .analysis = ".*",
                  .failed = ".*"};
  return remark::enableOptimizationRemarks(
      context, std::make_unique<Streamer>(*this),
      std::make_unique<remark::RemarkEmittingPolicyAll>(), categories);
}

void Reasons::add(const Remark &remark) {
  std::string path = describe(remark.getLocation());
  if (keepsText) {
    llvm::raw_string_ostream os(text);
    os << path << ": " << remark.getCategoryName() << ' '
       << remark.getRemarkName() << ':';
    for (const Remark::Arg &arg : remark.getArgs())
      os << ' ' << arg.key << '=' << arg.val;
    os << '\n';
  }
  if (remark.getCategoryName() != "dist-insert-reshards" ||
      remark.getRemarkName() != "reshard")
    return;
  ReshardReport reshard;
  reshard.place = generalize(path);
  reshard.count = 1;
  for (const Remark::Arg &arg : remark.getArgs()) {
    if (arg.key == "Remark")
      reshard.reason = arg.val;
    else if (arg.key == "From")
      reshard.from = withoutMesh(arg.val);
    else if (arg.key == "To")
      reshard.to = withoutMesh(arg.val);
    else if (arg.key == "BytesPerDevice")
      StringRef(arg.val).getAsDouble(reshard.bytes);
  }
  std::string key = reshard.place + "|" + reshard.reason + "|" + reshard.from +
                    "|" + reshard.to;
  auto [it, isNew] = indices.try_emplace(key, reshards.size());
  if (isNew) {
    reshards.push_back(std::move(reshard));
    return;
  }
  reshards[it->second].count += 1;
  reshards[it->second].bytes += reshard.bytes;
}
