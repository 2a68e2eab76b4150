// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Terms.h"

#include "mlir/IR/Matchers.h"
#include "partita/Interfaces/ShardingRuleInterface.h"

using namespace mlir;
using namespace partita;
using namespace partita::verify;

Operator Operator::of(Operation *op) {
  return {op->getName(), op->getPropertiesAsAttribute()};
}

TermTable::TermTable() : scratch(std::make_unique<Block>()) {}

TermTable::~TermTable() {
  scratch->dropAllReferences();
  scratch->clear();
}

const Term *TermTable::getArgument(Type type, unsigned number, unsigned depth,
                                   Location loc) {
  const Term *&term = arguments[{type, {number, depth}}];
  if (!term)
    term = &terms.emplace_back(Term{type, nullptr, number, depth, loc});
  return term;
}

size_t TermTable::Key::hash() const {
  return llvm::hash_combine(
      applied, llvm::hash_combine_range(operands.begin(), operands.end()));
}

bool TermTable::Key::operator==(const Key &other) const {
  return applied == other.applied && operands == other.operands;
}

size_t TermTable::RuleKey::hash() const {
  return llvm::hash_combine(
      applied, llvm::hash_combine_range(types.begin(), types.end()));
}

bool TermTable::RuleKey::operator==(const RuleKey &other) const {
  return applied == other.applied && types == other.types;
}

ArrayRef<Application *> TermTable::find(const Operator &applied,
                                        ArrayRef<const Term *> operands) {
  auto it = byOperands.find(Key{applied, TermList(operands)});
  return it == byOperands.end() ? ArrayRef<Application *>() : it->second;
}

ArrayRef<Application *> TermTable::findByName(OperationName name) const {
  auto it = byName.find(name);
  return it == byName.end() ? ArrayRef<Application *>() : it->second;
}

ArrayRef<const Term *> TermTable::findSplats(Attribute value) const {
  auto it = splats.find(value);
  return it == splats.end() ? ArrayRef<const Term *>() : it->second;
}

Application &TermTable::insert(Operation *op, ArrayRef<const Term *> operands,
                               ArrayRef<const Term *> results) {
  return insert(op, Operator::of(op), operands, results);
}

Application &TermTable::insert(Operation *op, const Operator &applied,
                               ArrayRef<const Term *> operands,
                               ArrayRef<const Term *> results) {
  auto hasResultTypes = [&](const Application *application) {
    return llvm::equal(
        op->getResultTypes(), application->results,
        [](Type type, const Term *term) { return type == term->type; });
  };
  for (Application *known : find(applied, operands))
    if (hasResultTypes(known))
      return *known;

  Application &application = applications.emplace_back(
      Application{applied, TermList(operands), TermList(results), op});
  if (results.empty())
    for (OpResult result : op->getResults())
      application.results.push_back(
          &terms.emplace_back(Term{result.getType(), &application,
                                   result.getResultNumber(), 0, op->getLoc()}));
  application.rule = getRule(op, applied);
  byOperands[Key{applied, application.operands}].push_back(&application);
  byName[applied.name].push_back(&application);
  if (Attribute splat = getSplatValue(op))
    splats[splat].push_back(application.results[0]);
  return application;
}

const ShardingRule *TermTable::getRule(Operation *op, const Operator &applied) {
  auto splittable = dyn_cast<ShardingRuleInterface>(op);
  if (!splittable)
    return nullptr;
  // The types of results begin at a place that the name and the attributes, of
  // which the sizes of operand segments are one, decide.
  RuleKey key = {applied, {}};
  llvm::append_range(key.types, op->getOperandTypes());
  llvm::append_range(key.types, op->getResultTypes());
  auto [it, isNew] = rulesByTypes.try_emplace(std::move(key), nullptr);
  if (!isNew)
    return it->second;
  // An op whose rule does not fit it is as one that has none.
  ShardingRule rule = splittable.getShardingRule();
  if (succeeded(verifyShardingRule(rule, op->getOperandTypes(),
                                   op->getResultTypes(),
                                   [] { return InFlightDiagnostic(); })))
    it->second = &rules.emplace_back(std::move(rule));
  return it->second;
}

Operation *TermTable::adopt(Operation &op) {
  Operation *copy = op.clone();
  scratch->push_back(copy);
  return copy;
}

Value TermTable::getStandIn(const Term *term) {
  Value &value = standIns[term];
  if (!value)
    value = scratch->addArgument(term->type, term->loc);
  return value;
}

Attribute verify::getSplatValue(Operation *op) {
  DenseElementsAttr value;
  if (op->getNumResults() != 1 || !matchPattern(op, m_Constant(&value)) ||
      !value.isSplat())
    return nullptr;
  return value.getSplatValue<Attribute>();
}

std::string verify::describe(const Term *term) {
  std::string text;
  llvm::raw_string_ostream os(text);
  Attribute value;
  if (term->application &&
      matchPattern(term->application->op, m_Constant(&value)))
    os << "the constant " << value;
  else if (!term->application)
    os << (term->depth ? "loop argument #" : "argument #") << term->number;
  else
    os << "result #" << term->number << " of '"
       << term->application->applied.name << "'";
  if (StringRef path = getPath(term->loc); !path.empty())
    os << " of \"" << path << '"';
  return text;
}

StringRef verify::getPath(Location loc) {
  StringRef path;
  loc->walk([&](Location part) {
    auto name = dyn_cast<NameLoc>(part);
    if (!name)
      return WalkResult::advance();
    path = name.getName();
    return WalkResult::interrupt();
  });
  return path;
}
