// Syntax trees => checked program. Reports every error it can separate from the others.
#pragma once

#include "frontend/sema/Checked.h"
#include "frontend/syntax/Parse.h"

#include <functional>

namespace costate::sema {

/// A solver's options as `using` may set them; the driver fills it from the runtime's tables.
struct MethodTable {
  struct Row {
    std::string name;
    std::vector<std::string> options;
    bool takesEntries = true; // of matrices of derivatives
    /// The sentence that refuses the value, or empty.
    std::function<std::string(const std::string &option, double value)> check;
    /// The same for a word.
    std::function<std::string(const std::string &option, const std::string &word)> checkWord;
    /// The same for a text in quotes.
    std::function<std::string(const std::string &option, const std::string &path)> checkFile;
    /// Whether the option names a number of the problem.
    std::function<bool(const std::string &option)> takesQuantity;
  };
  std::vector<Row> methods;
  Row ofModel; // what methods of the model take besides their own parameters
};

/// Reads the text of an imported file (a path as written, relative to the importing file) into `files`; -1
/// and a reason when it cannot.
using Importer = std::function<int(const std::string &path, int fromFile, std::string &reason)>;

/// The first file is the model; further files give values to its parameters and declare what those need.
std::unique_ptr<Program> check(Files &files, const std::vector<int> &fileNumbers, const MethodTable &methods,
                               const Importer &import, Diagnostics &diagnostics);

} // namespace costate::sema
