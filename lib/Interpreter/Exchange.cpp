// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Exchange.h"

#include "mlir/IR/Diagnostics.h"

#include <thread>
#include <vector>

using namespace mlir;
using namespace partita;
using namespace partita::interp;

Exchange::Exchange(SmallVector<std::string> names) {
  for (std::string &name : names)
    programs.push_back({.name = std::move(name)});
}

void Exchange::send(Channel channel, Message message) {
  messages[std::move(channel)].push_back(std::move(message));
}

bool Exchange::canRun(const Program &program) const {
  if (program.hasEnded)
    return false;
  if (isOver || !program.receiver)
    return true;
  auto it = messages.find(*program.channel);
  return it != messages.end() && !it->second.empty();
}

void Exchange::passTurn(unsigned program) {
  unsigned count = programs.size();
  auto passToNext = [&](auto isWanted) {
    for (unsigned step = 1; step <= count; ++step) {
      unsigned next = (program + step) % count;
      if (!isWanted(programs[next]))
        continue;
      turn = next;
      turnPassed.notify_all();
      return true;
    }
    return false;
  };
  // Where none can run, one that waits is to say so.
  passToNext([&](const Program &next) { return canRun(next); }) ||
      passToNext([&](const Program &next) { return !next.hasEnded; });
}

/// "device 1 of @stage0".
static std::string describeSource(const Exchange::Channel &channel) {
  return "device " + std::to_string(channel.device) + " of @" + channel.source;
}

LogicalResult Exchange::reportWaiting(const Program &program) const {
  InFlightDiagnostic diagnostic =
      program.receiver->emitOpError("cannot complete: '")
      << program.name << "' waits for " << describeSource(*program.channel)
      << " to send on channel " << program.channel->number;
  for (const Program &other : programs) {
    if (&other == &program)
      continue;
    if (other.hasEnded)
      diagnostic.attachNote() << "'" << other.name << "' has ended";
    else
      diagnostic.attachNote(other.receiver->getLoc())
          << "'" << other.name << "' waits here for "
          << describeSource(*other.channel) << " to send on channel "
          << other.channel->number;
  }
  return diagnostic;
}

FailureOr<Exchange::Message> Exchange::receive(unsigned program,
                                               const Channel &channel,
                                               Operation *receiver) {
  std::unique_lock<std::mutex> lock(mutex);
  Program &self = programs[program];
  self.receiver = receiver;
  self.channel = &channel;
  if (!canRun(self)) {
    passTurn(program);
    turnPassed.wait(lock, [&] { return turn == program; });
    if (isOver)
      return failure();
    if (!canRun(self)) {
      isOver = true;
      return reportWaiting(self);
    }
  }
  self.receiver = nullptr;
  std::deque<Message> &queue = messages[channel];
  Message message = std::move(queue.front());
  queue.pop_front();
  return message;
}

LogicalResult Exchange::runAll(function_ref<LogicalResult(unsigned)> body) {
  if (programs.size() == 1)
    return body(0);
  auto runOne = [&](unsigned program) {
    {
      std::unique_lock<std::mutex> lock(mutex);
      turnPassed.wait(lock, [&] { return turn == program; });
    }
    // A program that has not begun when another fails does not begin.
    bool succeeded = !isOver && mlir::succeeded(body(program));
    std::unique_lock<std::mutex> lock(mutex);
    isOver |= !succeeded;
    programs[program].receiver = nullptr;
    programs[program].hasEnded = true;
    passTurn(program);
  };
  std::vector<std::thread> threads;
  for (unsigned program = 0; program != programs.size(); ++program)
    threads.emplace_back(runOne, program);
  for (std::thread &thread : threads)
    thread.join();
  return failure(isOver);
}

LogicalResult Exchange::checkAllReceived() const {
  for (const auto &[channel, queue] : messages)
    if (!queue.empty())
      return queue.front().sender->emitOpError("cannot complete: ")
             << describeSource(channel) << " waits for device "
             << queue.front().target << " of @" << channel.target
             << " to receive on channel " << channel.number;
  return success();
}
