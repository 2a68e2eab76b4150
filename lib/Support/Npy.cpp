// Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "partita/Support/Npy.h"

#include "partita/Support/FileError.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>

using namespace partita;
using llvm::Twine;

static constexpr llvm::StringLiteral magic = "\x93NUMPY";
static constexpr size_t maxHeaderBytes = 65535;
static constexpr size_t maxRank = 32;

namespace {

struct Header {
  ElementKind kind = ElementKind::F32;
  bool isFortranOrder = false;
  Shape dims;
};

/// Parses the header's dictionary. The grammar is what NumPy writes: three keys
/// in any order, once each; string, boolean and tuple-of-integers values.
class HeaderParser {
public:
  HeaderParser(llvm::StringRef text, llvm::StringRef path)
      : rest(text), path(path) {}

  llvm::Expected<Header> parse();

private:
  llvm::Error error(const Twine &what, const Twine &fix = "") {
    return fileError(path, "invalid .npy header: " + what, fix);
  }

  /// Takes `token` if it comes next, after spaces.
  bool consume(llvm::StringRef token) {
    rest = rest.ltrim(" \t\n\r");
    return rest.consume_front(token);
  }

  llvm::Error parseString(llvm::StringRef &result);
  llvm::Error parseDescr();
  llvm::Error parseOrder();
  llvm::Error parseShape();

  llvm::StringRef rest;
  llvm::StringRef path;
  Header header;
};

} // namespace

llvm::Error HeaderParser::parseString(llvm::StringRef &result) {
  char quote = consume("'") ? '\'' : consume("\"") ? '"' : '\0';
  size_t length = rest.find(quote);
  if (quote == '\0' || length == llvm::StringRef::npos)
    return error("expected a string, got " + quoted(rest, 20));
  result = rest.take_front(length);
  rest = rest.drop_front(length + 1);
  return llvm::Error::success();
}

llvm::Error HeaderParser::parseDescr() {
  if (consume("["))
    return error("structured arrays are not supported",
                 "save each field as an array of its own");
  llvm::StringRef descr;
  if (llvm::Error failure = parseString(descr))
    return failure;
  if (descr.starts_with(">"))
    return error("big-endian elements " + quoted(descr) + " are not supported",
                 "save it with .astype(array.dtype.newbyteorder('<'))");
  static constexpr std::pair<llvm::StringLiteral, ElementKind> kinds[] = {
      {"<f8", ElementKind::F64}, {"<f4", ElementKind::F32},
      {"<f2", ElementKind::F16}, {"<i8", ElementKind::I64},
      {"<i4", ElementKind::I32}, {"|i1", ElementKind::I8},
      {"|b1", ElementKind::I1}};
  for (const auto &[name, kind] : kinds) {
    if (descr != name)
      continue;
    header.kind = kind;
    return llvm::Error::success();
  }
  return error("unsupported element type " + quoted(descr),
               "expected one of <f8 <f4 <f2 <i8 <i4 |i1 |b1");
}

llvm::Error HeaderParser::parseOrder() {
  header.isFortranOrder = consume("True");
  if (!header.isFortranOrder && !consume("False"))
    return error("expected True or False, got " + quoted(rest, 20));
  return llvm::Error::success();
}

llvm::Error HeaderParser::parseShape() {
  if (!consume("("))
    return error("expected a tuple, got " + quoted(rest, 20));
  while (!consume(")")) {
    int64_t dim;
    rest = rest.ltrim(" ");
    llvm::StringRef digits = rest.take_while(llvm::isDigit);
    if (digits.empty() || digits.getAsInteger(10, dim))
      return error("expected a dimension that fits 64 bits, got " +
                   quoted(rest, 20));
    if (header.dims.size() == maxRank)
      return error("more than " + Twine(maxRank) + " dimensions");
    rest = rest.drop_front(digits.size());
    header.dims.push_back(dim);
    // A comma after each dimension; none is needed after the last of several.
    if (!consume(",")) {
      if (header.dims.size() > 1 && consume(")"))
        break;
      return error("expected ',', got " + quoted(rest, 20));
    }
  }
  return llvm::Error::success();
}

llvm::Expected<Header> HeaderParser::parse() {
  struct Field {
    llvm::StringLiteral key;
    llvm::Error (HeaderParser::*parseValue)();
    bool seen;
  } fields[] = {{"descr", &HeaderParser::parseDescr, false},
                {"fortran_order", &HeaderParser::parseOrder, false},
                {"shape", &HeaderParser::parseShape, false}};
  if (!consume("{"))
    return error("expected a dictionary, got " + quoted(rest, 20));
  while (!consume("}")) {
    llvm::StringRef key;
    if (llvm::Error failure = parseString(key))
      return std::move(failure);
    Field *field = llvm::find_if(fields, [&](auto &f) { return f.key == key; });
    if (field == std::end(fields))
      return error("unknown key " + quoted(key));
    if (field->seen)
      return error("duplicate key " + quoted(key));
    field->seen = true;
    if (!consume(":"))
      return error("expected ':', got " + quoted(rest, 20));
    if (llvm::Error failure = (this->*field->parseValue)())
      return std::move(failure);
    if (!consume(",")) {
      if (consume("}"))
        break;
      return error("expected ',' or '}', got " + quoted(rest, 20));
    }
  }
  for (Field &field : fields)
    if (!field.seen)
      return error("key " + quoted(field.key) + " is missing");
  rest = rest.ltrim(" \t\n\r");
  if (!rest.empty())
    return error("expected nothing after the dictionary, got " +
                 quoted(rest, 20));
  return std::move(header);
}

/// The row-major copy of column-major elements.
template <typename T>
static void transpose(const T *source, llvm::ArrayRef<int64_t> dims,
                      llvm::MutableArrayRef<T> target) {
  Shape strides; // Of the source, in elements: the first dimension is dense.
  int64_t stride = 1;
  for (int64_t dim : dims) {
    strides.push_back(stride);
    stride *= dim;
  }
  Shape index(dims.size(), 0);
  int64_t offset = 0;
  for (T &element : target) {
    element = source[offset];
    for (size_t d = dims.size(); d-- != 0;) {
      offset += strides[d];
      if (++index[d] != dims[d])
        break;
      offset -= dims[d] * strides[d];
      index[d] = 0;
    }
  }
}

llvm::Expected<HostTensor> partita::parseNpy(const MappedFile &file) {
  llvm::StringRef text = file.getText(), path = file.getPath();
  if (!text.consume_front(magic))
    return fileError(path, "not a .npy file: it does not start with \\x93NUMPY",
                     "write it with numpy.save");
  if (text.size() < 2)
    return fileError(path, ".npy file ends inside its version");
  unsigned major = static_cast<uint8_t>(text[0]);
  unsigned minor = static_cast<uint8_t>(text[1]);
  if (major < 1 || major > 3 || minor != 0)
    return fileError(path, "unsupported .npy version " + Twine(major) + "." +
                               Twine(minor) + ", expected 1.0, 2.0 or 3.0");
  text = text.drop_front(2);
  size_t lengthBytes = major == 1 ? 2 : 4;
  if (text.size() < lengthBytes)
    return fileError(path, ".npy file ends inside its header length");
  size_t headerBytes = major == 1
                           ? llvm::support::endian::read16le(text.data())
                           : llvm::support::endian::read32le(text.data());
  text = text.drop_front(lengthBytes);
  if (headerBytes > maxHeaderBytes)
    return fileError(path, ".npy header of " + Twine(headerBytes) +
                               " bytes is too large, expected at most " +
                               Twine(maxHeaderBytes));
  if (headerBytes > text.size())
    return fileError(path, ".npy file ends inside its header: expected " +
                               Twine(headerBytes) + " bytes, got " +
                               Twine(text.size()));

  llvm::Expected<Header> header =
      HeaderParser(text.take_front(headerBytes), path).parse();
  if (!header)
    return header.takeError();
  text = text.drop_front(headerBytes);
  std::optional<int64_t> numBytes = checkedNumBytes(header->kind, header->dims);
  if (!numBytes)
    return fileError(path, "shape " +
                               describeShape(header->kind, header->dims) +
                               " is too large");
  if (static_cast<uint64_t>(*numBytes) != text.size())
    return fileError(path, "expected " + Twine(*numBytes) + " bytes for " +
                               describeShape(header->kind, header->dims) +
                               ", got " + Twine(text.size()));
  if (!header->isFortranOrder || header->dims.size() < 2 || *numBytes == 0)
    return HostTensor::borrow(header->kind, header->dims, text.data(),
                              file.getOwner());
  // The view has the right bytes under the wrong shape; it is aligned.
  HostTensor columns = HostTensor::borrow(header->kind, header->dims,
                                          text.data(), file.getOwner());
  HostTensor rows = HostTensor::allocate(header->kind, header->dims);
  dispatch(header->kind, [&](auto type) {
    using T = decltype(type);
    transpose<T>(columns.data<T>().data(), header->dims, rows.mutableData<T>());
  });
  return rows;
}

llvm::Expected<HostTensor> partita::readNpy(llvm::StringRef path) {
  llvm::Expected<MappedFile> file = MappedFile::open(path);
  if (!file)
    return file.takeError();
  return parseNpy(*file);
}

static llvm::StringRef descrOf(ElementKind kind) {
  switch (kind) {
  case ElementKind::F64:
    return "<f8";
  case ElementKind::F32:
  case ElementKind::BF16:
    return "<f4";
  case ElementKind::F16:
    return "<f2";
  case ElementKind::I64:
    return "<i8";
  case ElementKind::I32:
    return "<i4";
  case ElementKind::I8:
    return "|i1";
  case ElementKind::I1:
    return "|b1";
  }
  __builtin_unreachable();
}

void partita::writeNpy(llvm::raw_ostream &os, const HostTensor &tensor) {
  std::string header;
  llvm::raw_string_ostream headerOs(header);
  headerOs << "{'descr': '" << descrOf(tensor.getKind())
           << "', 'fortran_order': False, 'shape': (";
  llvm::interleaveComma(tensor.getDims(), headerOs);
  headerOs << (tensor.getRank() == 1 ? ",), }" : "), }");
  // The elements start at a multiple of 64 bytes.
  size_t before = magic.size() + 4;
  header.append(63 - (before + header.size()) % 64, ' ');
  header += '\n';

  char length[2];
  llvm::support::endian::write16le(length, header.size());
  os << magic << '\1' << '\0' << llvm::StringRef(length, 2) << header;
  HostTensor written = tensor.getKind() == ElementKind::BF16
                           ? tensor.convertTo(ElementKind::F32)
                           : tensor;
  os.write(static_cast<const char *>(written.bytes()), written.getNumBytes());
}

llvm::Error partita::writeNpy(llvm::StringRef path, const HostTensor &tensor) {
  llvm::Error failure = llvm::writeToOutput(path, [&](llvm::raw_ostream &os) {
    writeNpy(os, tensor);
    return llvm::Error::success();
  });
  if (failure)
    return fileError(path,
                     "cannot write: " + llvm::toString(std::move(failure)));
  return llvm::Error::success();
}
