// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What joins programs that run together: channels for their values, and turns.
// Each program has a thread of its own, but only one runs at a time, from one
// wait for a value to the next, so that a run is the same every time.

#ifndef PARTITA_LIB_INTERPRETER_EXCHANGE_H
#define PARTITA_LIB_INTERPRETER_EXCHANGE_H

#include "mlir/IR/Operation.h"
#include "partita/Support/HostTensor.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

namespace partita::interp {

class Exchange {
public:
  /// From which device of which mesh values go to which mesh.
  struct Channel {
    std::string source, target;
    int64_t number;
    unsigned device;

    auto operator<=>(const Channel &) const = default;
  };
  struct Message {
    HostTensor tensor;
    /// The device of the target mesh that it is for.
    unsigned target;
    mlir::Operation *sender;
  };

  /// `names` are those of the programs, for messages.
  explicit Exchange(llvm::SmallVector<std::string> names);

  void send(Channel channel, Message message);

  /// Takes the first message of `channel` for `program`, whose op `receiver`
  /// waits for it; other programs go on until there is one. Fails, with a
  /// diagnostic at the op, when every program waits or has ended.
  llvm::FailureOr<Message> receive(unsigned program, const Channel &channel,
                                   mlir::Operation *receiver);

  /// Runs `body(i)` for every program `i` to its end; fails if one does. A
  /// single program runs in the caller's thread.
  llvm::LogicalResult
  runAll(llvm::function_ref<llvm::LogicalResult(unsigned)> body);

  /// Fails, with a diagnostic at the op that sent it, if a message is left. To
  /// be called when all programs have ended.
  llvm::LogicalResult checkAllReceived() const;

private:
  struct Program {
    std::string name;
    /// The op that waits, and for what; null if none does.
    mlir::Operation *receiver = nullptr;
    const Channel *channel = nullptr;
    bool hasEnded = false;
  };

  bool canRun(const Program &program) const;
  /// Passes the turn to the next program that can run, after `program`. If
  /// there is none, to the next that waits.
  void passTurn(unsigned program);
  /// Says that `program` waits for what nobody can send, and what the others
  /// do.
  llvm::LogicalResult reportWaiting(const Program &program) const;

  llvm::SmallVector<Program> programs;
  std::map<Channel, std::deque<Message>> messages;
  std::mutex mutex;
  std::condition_variable turnPassed;
  /// The program that runs.
  unsigned turn = 0;
  /// A program failed, or all of them wait: those that wait fail as well.
  bool isOver = false;
};

} // namespace partita::interp

#endif // PARTITA_LIB_INTERPRETER_EXCHANGE_H
