// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Support/TestFiles.h"

#include "partita/Support/FileError.h"
#include "partita/Support/MappedFile.h"

#include <sys/stat.h>

using namespace partita;
using namespace partita::test;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

TEST(FileErrorTest, NamesPathFaultAndFix) {
  EXPECT_EQ(message(fileError("a.json", "is broken", "mend it")),
            "a.json: is broken; mend it");
  EXPECT_EQ(message(fileError("a.json", "is broken")), "a.json: is broken");
  EXPECT_EQ(message(fileError("a.json", "is broken", std::string())),
            "a.json: is broken");
}

// Names from a file cannot reach the terminal as control characters, and cannot
// fill it.
TEST(FileErrorTest, QuotesHostileText) {
  EXPECT_EQ(quoted("h.0.attn"), "'h.0.attn'");
  EXPECT_EQ(quoted("\x1b[2J\n\xff"), "'\\1b[2J\\0a\\ff'");
  EXPECT_EQ(quoted(llvm::StringRef("a\0b", 3)), "'a\\00b'");
  EXPECT_EQ(quoted("abcdef", 3), "'abc...'");
  EXPECT_EQ(quoted(""), "''");
}

// The bytes outlive the MappedFile, for as long as an owner is held.
TEST(MappedFileTest, SharesOwnership) {
  TemporaryDirectory directory;
  std::string path = directory.write("data", "hello");
  llvm::ArrayRef<uint8_t> bytes;
  std::shared_ptr<const void> owner;
  {
    llvm::Expected<MappedFile> file = MappedFile::open(path);
    ASSERT_TRUE(bool(file)) << message(file.takeError());
    EXPECT_EQ(file->getText(), "hello");
    EXPECT_EQ(file->getPath(), path);
    bytes = file->getBytes();
    owner = file->getOwner();
  }
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), "hello");
  EXPECT_EQ(owner.use_count(), 1);
}

TEST(MappedFileTest, RefusesWhatIsNoFile) {
  TemporaryDirectory directory;
  EXPECT_THAT(message(MappedFile::open(directory / "none")),
              HasSubstr("/none: cannot read: No such file"));
  EXPECT_EQ(message(MappedFile::open(directory.getPath())),
            directory.getPath() + ": is a directory; expected a regular file");
  EXPECT_THAT(message(MappedFile::open(directory.write("empty", ""))),
              testing::EndsWith("/empty: is empty"));
}

// A pipe without a writer is refused at once: opening it would wait for ever.
TEST(MappedFileTest, RefusesPipes) {
  TemporaryDirectory directory;
  std::string path = directory / "pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(message(MappedFile::open(path)),
            path + ": is not a regular file; pipes and devices cannot be "
                   "mapped: copy it to a file");
}

TEST(MappedFileTest, HoldsBuffers) {
  MappedFile file = inMemory("abc");
  EXPECT_EQ(file.getText(), "abc");
  EXPECT_EQ(file.getPath(), "input");
  EXPECT_THAT(message(fileError(file.getPath(), "x")), StartsWith("input"));
}

} // namespace
