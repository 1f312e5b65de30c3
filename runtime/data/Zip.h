// Files inside of a zip file, stored or deflated, also with the 64-bit sizes that NumPy writes.
#ifndef COSTATE_RUNTIME_DATA_ZIP_H
#define COSTATE_RUNTIME_DATA_ZIP_H

#include "runtime/data/Bytes.h"

#include <string>
#include <vector>

namespace costate::rt {

struct ZipMember {
  std::string name;
  std::string content;
};

/// All members in the order of the directory, by PKWARE's application note 6.3. Errors name the byte: no zip
/// data, a directory or member that is damaged, encrypted or compressed in another way, a wrong check sum.
Outcome<std::vector<ZipMember>> unzip(const std::string &name, std::string_view bytes);

/// Stores members without compression and without time, so that equal contents give equal files. Fails above
/// 4 GB.
Outcome<std::string> zip(const std::string &name, const std::vector<ZipMember> &members);

} // namespace costate::rt
#endif
