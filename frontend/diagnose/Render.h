// Diagnostics as text for a terminal.
#pragma once

#include "frontend/syntax/SourceFile.h"

namespace costate {

/// `file:line:col: error: sentence [id]`, the source line, a caret; notes the same way; at most one help.
std::string render(const Diagnostic &diagnostic, const Files &files);

} // namespace costate
