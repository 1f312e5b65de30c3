// SHA-256 of the loops, the target and this compiler's version names the file.
#include "codegen/KernelCache.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"

namespace costate {
namespace {

constexpr const char *format = "costate-kernels-1 " LLVM_VERSION_STRING "\n";

std::string digest(llvm::StringRef text) {
  llvm::SHA256 hash;
  hash.update(text);
  return llvm::toHex(hash.final(), /*LowerCase=*/true);
}

std::string cacheFolder() {
  auto off = llvm::sys::Process::GetEnv("COSTATE_CACHE");
  if (off && *off == "off")
    return "";
  llvm::SmallString<128> path;
  if (auto base = llvm::sys::Process::GetEnv("XDG_CACHE_HOME"); base && !base->empty())
    path = *base;
  else if (!llvm::sys::path::home_directory(path))
    return "";
  else
    llvm::sys::path::append(path, ".cache");
  llvm::sys::path::append(path, "costate");
  return llvm::sys::fs::create_directories(path) ? "" : path.str().str();
}

} // namespace

KernelCache::KernelCache(bool enabled) : folder(enabled ? cacheFolder() : "") {}

std::string KernelCache::key(const std::string &kernels, const std::string &target) const {
  return digest(std::string(format) + target + "\n" + kernels);
}

/// The file is its content's digest, then the content.
std::optional<llvm::SmallVector<char, 0>> KernelCache::find(const std::string &key) const {
  auto file = llvm::MemoryBuffer::getFile(folder + "/" + key + ".o");
  if (!file || (*file)->getBufferSize() < 64)
    return std::nullopt;
  llvm::StringRef text = (*file)->getBuffer();
  llvm::StringRef code = text.drop_front(64);
  if (digest(code) != text.take_front(64))
    return std::nullopt;
  return llvm::SmallVector<char, 0>(code.begin(), code.end());
}

void KernelCache::keep(const std::string &key, const llvm::SmallVectorImpl<char> &code) const {
  llvm::SmallString<128> temporary;
  int fd = -1;
  if (llvm::sys::fs::createUniqueFile(folder + "/%%%%%%%%.tmp", fd, temporary))
    return; // a full or read-only disk costs time, nothing else
  {
    llvm::raw_fd_ostream os(fd, /*shouldClose=*/true);
    llvm::StringRef content(code.data(), code.size());
    os << digest(content) << content;
    os.close();
    if (os.has_error()) {
      os.clear_error();
      llvm::sys::fs::remove(temporary);
      return;
    }
  }
  if (llvm::sys::fs::rename(temporary, folder + "/" + key + ".o"))
    llvm::sys::fs::remove(temporary);
}

} // namespace costate
