// What can be wrong with a text before it means anything: one function per error id.
#pragma once

#include "costate/Diagnostic.h"

#include <string>

namespace costate::errors {

Diagnostic syntax(SourcePlace place, const std::string &expected, const std::string &found,
                  const std::string &help = "");
Diagnostic unknownStatement(SourcePlace place, const std::string &word, const std::string &nearest);
Diagnostic bracketStart(SourcePlace place, const std::string &bracket);
Diagnostic repeatedClause(SourcePlace place, const std::string &clause, SourcePlace first);
Diagnostic badPattern(SourcePlace place, const std::string &found);
Diagnostic badInterval(SourcePlace place, const std::string &found);
Diagnostic badArgumentName(SourcePlace place, const std::string &found);
Diagnostic rootForm(SourcePlace place);
Diagnostic carriedStart(SourcePlace place, const std::string &found);
Diagnostic collectedName(SourcePlace place, const std::string &word, const std::string &found);
Diagnostic namedSolve(SourcePlace place);
Diagnostic entryAssigned(SourcePlace place, const std::string &name);
Diagnostic functionResult(SourcePlace place);
Diagnostic wildcard(SourcePlace place);
Diagnostic rangeChain(SourcePlace place);
Diagnostic reducedExponent(SourcePlace place, const std::string &reducer);
Diagnostic openBracket(SourcePlace place, const std::string &bracket);
Diagnostic strayBracket(SourcePlace place, const std::string &bracket);
Diagnostic wrongBracket(SourcePlace place, const std::string &found, SourcePlace opened,
                        const std::string &bracket);
Diagnostic separatorInside(SourcePlace place, SourcePlace opened, const std::string &bracket);
Diagnostic badNumber(SourcePlace place, const std::string &text, const std::string &instead);
Diagnostic badEscape(SourcePlace place);
Diagnostic openString(SourcePlace place);
Diagnostic openComment(SourcePlace place);
Diagnostic strayCharacter(SourcePlace place, const std::string &text);
Diagnostic badEncoding(SourcePlace place, unsigned byte);
Diagnostic nestingLimit(SourcePlace place, int limit);
Diagnostic sourceLimit(SourcePlace place, size_t size, size_t limit);

} // namespace costate::errors
