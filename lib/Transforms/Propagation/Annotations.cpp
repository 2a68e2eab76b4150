// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Annotations.h"

#include "partita/Sharding/Bridge.h"
#include "partita/Sharding/Projection.h"

#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace partita;
using namespace partita::sharding;

RankedTensorType AnnotationTarget::getType() const {
  if (value)
    return cast<RankedTensorType>(value.getType());
  FunctionOpInterface owner = function;
  return cast<RankedTensorType>(owner.getResultTypes()[result]);
}

Location AnnotationTarget::getLoc() const {
  if (use)
    return use->getOwner()->getLoc();
  return value ? value.getLoc() : function->getLoc();
}

Annotations::Annotations(dist::MeshOp mesh)
    : meshOp(mesh), mesh(toMesh(mesh.getMesh())) {}

/// What is written at `target` already.
static dist::ShardingAttr getPresent(const AnnotationTarget &target) {
  if (target.use)
    return nullptr;
  return target.value ? dist::getSharding(target.value)
                      : dist::getResultSharding(target.function, target.result);
}

Annotations::Entry &Annotations::get(const AnnotationTarget &target) {
  Key key = target.use ? Key(target.use, 1)
            : target.value
                ? Key(target.value.getAsOpaquePointer(), 0)
                : Key(FunctionOpInterface(target.function).getOperation(),
                      2 + target.result);
  auto [it, isNew] = entries.try_emplace(key);
  if (!isNew)
    return it->second;
  Entry &entry = it->second;
  entry.target = target;
  entry.dims.resize(target.getType().getRank());
  if (dist::ShardingAttr present = getPresent(target))
    for (auto [dim, info] : llvm::zip_equal(entry.dims, present.getDims())) {
      dim.axes = toParts(mesh, info.getAxes());
      dim.origins.assign(dim.axes.size(), "the program");
      dim.isOpen = info.getIsOpen();
      dim.priority = info.getPriority();
    }
  return entry;
}

/// The dimension among `dims` that uses some of `part`.
static DimAnnotation *findUse(MutableArrayRef<DimAnnotation> dims,
                              AxisPart part) {
  for (DimAnnotation &dim : dims)
    for (AxisPart has : dim.axes)
      if (has.overlaps(part))
        return &dim;
  return nullptr;
}

LogicalResult Annotations::add(const AnnotationTarget &target,
                               const NamedAnnotation &annotation) {
  Entry &entry = get(target);
  if (entry.dims.size() != annotation.dims.size())
    return emitError(target.getLoc())
           << "expected " << entry.dims.size() << " dimensions in annotation '"
           << annotation.text << "' of " << target.getType() << ", got "
           << annotation.dims.size();
  for (auto [index, has, said] : llvm::enumerate(entry.dims, annotation.dims)) {
    if (said.axes.empty() && said.isOpen)
      continue;
    auto report = [&] {
      return emitError(target.getLoc()) << "annotation '" << annotation.text
                                        << "', dimension " << index << ": ";
    };
    if (has.axes != said.axes && (!has.axes.empty() || !has.isOpen))
      return report() << "expected what '"
                      << (has.origins.empty() ? "the program"
                                              : has.origins.front())
                      << "' says of it";
    for (AxisPart part : said.axes)
      if (DimAnnotation *other = findUse(entry.dims, part);
          other && other != &has)
        return report() << "expected no axis that another dimension has, got '"
                        << mesh.getAxis(part.axis).name << "'";
    if (isSplitTooFar(target.getType().getDimSize(index), getSize(said.axes)))
      return report() << "expected fewer than "
                      << 2 * target.getType().getDimSize(index) << " blocks of "
                      << target.getType().getDimSize(index) << " elements, got "
                      << getSize(said.axes);
    has.axes = said.axes;
    has.origins.assign(said.axes.size(), annotation.text);
    has.isOpen &= said.isOpen;
    has.priority = said.priority;
  }
  return success();
}

void Annotations::leaveOut(const AnnotationTarget &target, const Role &role,
                           StringRef origin, StringRef axis,
                           const Twine &reason) {
  ++numLeftOut;
  remark::missed(
      target.getLoc(),
      remark::RemarkOpts::name("AnnotationLeftOut").category("dist-annotate"))
      << remark::reason("{0}", reason.str())
      << remark::metric("Tactic", origin.str())
      << remark::metric("Role", role.name.str())
      << remark::metric("Axis", axis.str());
}

/// The largest leading part of `part` that splits what consists of `units`,
/// behind `axes`, and cuts through none.
static AxisPart getPartOfUnits(ArrayRef<int64_t> units, ArrayRef<AxisPart> axes,
                               AxisPart part) {
  auto fits = [&](AxisPart part) {
    AxisParts all(axes);
    all.push_back(part);
    auto filled = fillFactors(units, joinParts(all));
    return filled &&
           llvm::all_of(llvm::zip_equal(units, *filled), [](const auto &unit) {
             auto [size, parts] = unit;
             return !isSplitTooFar(size, getSize(parts));
           });
  };
  for (int64_t size = part.size; size > 1; --size)
    if (part.size % size == 0 && fits({part.axis, part.pre, size}))
      return {part.axis, part.pre, size};
  return {part.axis, part.pre, 1};
}

void Annotations::add(const AnnotationTarget &target, const Role &role,
                      const TacticAnnotation &line,
                      std::optional<unsigned> axis, StringRef origin) {
  Entry &entry = get(target);
  StringRef axisName = axis ? StringRef(mesh.getAxis(*axis).name) : "";
  auto giveUp = [&](const Twine &reason) {
    leaveOut(target, role, origin, axisName, reason);
  };
  std::optional<unsigned> index = role.findDim(line.dim);
  if (line.dim == "largest") {
    // Of what nothing splits, and is long enough to be split evenly.
    int64_t largest = 0;
    for (auto [dim, size] : llvm::enumerate(target.getType().getShape()))
      if (entry.dims[dim].axes.empty() && entry.dims[dim].isOpen &&
          size > largest && axis && size % mesh.getAxis(*axis).size == 0) {
        index = dim;
        largest = size;
      }
    if (!index)
      return giveUp("no dimension is free, and divided by the axis");
  }
  if (!index)
    return giveUp("it has no dimension '" + line.dim + "'");
  DimAnnotation &dim = entry.dims[*index];
  if (!axis) {
    if (!dim.axes.empty())
      return giveUp("the dimension is split already");
    dim.isOpen = false;
    return;
  }
  if (mesh.getAxis(*axis).size == 1)
    return;
  AxisPart part = mesh.getWhole(*axis);
  if (DimAnnotation *user = findUse(entry.dims, part)) {
    // The same in another role, as for a table that is also the head.
    if (user != &dim)
      giveUp("another dimension has the axis");
    return;
  }
  if (!dim.isOpen)
    return giveUp("the dimension is closed");
  int64_t size = target.getType().getDimSize(*index);
  int64_t numBlocks = getSize(dim.axes);
  ArrayRef<int64_t> units = role.dims[*index].units;
  if (!units.empty() && line.dim != "largest") {
    part = getPartOfUnits(units, dim.axes, part);
    if (part.size == 1)
      return giveUp("it would cut through a head");
  }
  if (isSplitTooFar(size, numBlocks * part.size))
    return giveUp("it has " + Twine(size) + " elements");
  dim.axes.push_back(part);
  dim.origins.push_back(origin.str());
  dim.priority = dim.axes.size() == 1 ? line.priority
                                      : std::min(dim.priority, line.priority);
  dim.isOpen = !line.closed;
  if (line.gather)
    entry.gathered.push_back(part);
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

dist::ShardingAttr Annotations::makeSharding(const Dims &dims) {
  MLIRContext *context = meshOp->getContext();
  SmallVector<dist::DimShardingAttr, 4> attrs;
  for (const DimAnnotation &dim : dims) {
    SmallVector<dist::AxisPartAttr> parts;
    for (AxisPart part : joinParts(dim.axes))
      parts.push_back(toAttr(context, mesh, part));
    bool isNothing = parts.empty() && !dim.isOpen;
    attrs.push_back(dist::DimShardingAttr::get(context, parts, dim.isOpen,
                                               isNothing ? 0 : dim.priority));
  }
  return dist::ShardingAttr::get(
      FlatSymbolRefAttr::get(meshOp.getSymNameAttr()), attrs);
}

ArrayAttr Annotations::makeOrigins(const Dims &dims) {
  Builder builder(meshOp->getContext());
  SmallVector<Attribute> attrs;
  for (const DimAnnotation &dim : dims)
    attrs.push_back(builder.getStrArrayAttr(
        llvm::map_to_vector(dim.origins, [](const std::string &origin) {
          return StringRef(origin);
        })));
  return builder.getArrayAttr(attrs);
}

/// Lets all uses of a value have it without the axes that are gathered.
void Annotations::gatherBeforeUses(Entry &entry) {
  Dims dims = entry.dims;
  for (DimAnnotation &dim : dims)
    for (unsigned index = dim.axes.size(); index-- > 0;)
      if (llvm::is_contained(entry.gathered, dim.axes[index])) {
        dim.axes.erase(dim.axes.begin() + index);
        dim.origins.erase(dim.origins.begin() + index);
        if (dim.axes.empty())
          dim.priority = 0;
      }
  Value value = entry.target.value;
  OpBuilder builder(value.getContext());
  builder.setInsertionPointAfterValue(value);
  auto constraint = dist::ConstraintOp::create(
      builder, value.getLoc(), value, makeSharding(dims),
      toAttr(value.getContext(), mesh, entry.gathered));
  dist::setOrigins(constraint.getResult(), makeOrigins(dims));
  value.replaceAllUsesExcept(constraint.getResult(), constraint);
}

void Annotations::write(Entry &entry) {
  const AnnotationTarget &target = entry.target;
  dist::ShardingAttr sharding = makeSharding(entry.dims);
  ArrayAttr origins = makeOrigins(entry.dims);
  if (!target.value) {
    FunctionOpInterface function = target.function;
    dist::setResultSharding(function, target.result, sharding);
    return function.setResultAttr(
        target.result,
        StringAttr::get(function->getContext(), dist::originsAttrName),
        origins);
  }
  if (target.use) {
    Operation *user = target.use->getOwner();
    OpBuilder builder(user);
    auto constraint = dist::ConstraintOp::create(builder, user->getLoc(),
                                                 target.value, sharding);
    dist::setOrigins(constraint.getResult(), origins);
    return target.use->set(constraint.getResult());
  }
  dist::setSharding(target.value, sharding);
  dist::setOrigins(target.value, origins);
  if (!entry.gathered.empty())
    gatherBeforeUses(entry);
}

unsigned Annotations::write() {
  unsigned numWritten = 0;
  for (auto &[key, entry] : entries) {
    if (llvm::all_of(entry.dims, [](const DimAnnotation &dim) {
          return dim.axes.empty() && dim.isOpen;
        }))
      continue;
    write(entry);
    ++numWritten;
  }
  return numWritten;
}
