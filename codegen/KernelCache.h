// Compiled kernels on disk, by content.
#pragma once

#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <string>

namespace costate {

/// Objects under $XDG_CACHE_HOME/costate or ~/.cache/costate; COSTATE_CACHE=off turns it off. Files are
/// written whole and renamed, so readers see all or nothing; a damaged file is recompiled.
class KernelCache {
public:
  explicit KernelCache(bool enabled);
  bool isEnabled() const { return !folder.empty(); }
  std::string key(const std::string &kernels, const std::string &target) const;
  std::optional<llvm::SmallVector<char, 0>> find(const std::string &key) const;
  void keep(const std::string &key, const llvm::SmallVectorImpl<char> &code) const;

private:
  std::string folder;
};

} // namespace costate
