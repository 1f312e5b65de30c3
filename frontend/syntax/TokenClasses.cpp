// Kinds of tokens by their numbers; the lexer's file orders keywords so that ranges are classes.
#include "frontend/syntax/TokenClasses.h"

namespace costate {

using L = grammar::CostateLexer;

bool isOpening(size_t type) { return type == L::LPAREN || type == L::LBRACK || type == L::LBRACE; }

bool isClosing(size_t type) { return type == L::RPAREN || type == L::RBRACK || type == L::RBRACE; }

size_t closingOf(size_t type) {
  return type == L::LPAREN ? L::RPAREN : type == L::LBRACK ? L::RBRACK : L::RBRACE;
}

const char *bracketText(size_t type) { return type == L::LPAREN ? "(" : type == L::LBRACK ? "[" : "{"; }

bool isKeyword(size_t type) { return type >= L::SET && type <= L::REDUCER; }

bool isWord(size_t type) { return isKeyword(type) || type == L::NAME; }

bool beginsStatement(size_t type) {
  return (type >= L::SET && type <= L::SUBJECT) || type == L::SOLVE || type == L::PRINT || type == L::IMPORT;
}

bool endsOperand(size_t type) {
  return type == L::NAME || type == L::NUMBER || type == L::IMAGINARY || type == L::STRING ||
         type == L::TICK || type == L::UNDERSCORE || isClosing(type) || (type >= L::TRUE && type <= L::PI);
}

bool isInfixWord(size_t type) { return type >= L::TO && type <= L::MOD; }

bool isStatementWord(size_t type) { return type >= L::WRITE && type <= L::ENUM; }

bool isOperator(size_t type) {
  return (type >= L::DOTDOT && type <= L::DOTCARET) || (type >= L::LE && type <= L::GT) ||
         (type >= L::PLUS && type <= L::CARET);
}

bool continuesBefore(size_t type) {
  return isOperator(type) || type == L::IN || type == L::THEN || type == L::ELSE || type == L::AND ||
         type == L::OR;
}

bool continuesLine(size_t before, size_t last) {
  if (isInfixWord(last))
    return last >= L::USING && (last < L::DERIVATIVES || last > L::IS) &&
           (endsOperand(before) || isInfixWord(before));
  switch (last) {
  case L::COMMA:
  case L::COLON:
  case L::ASSIGN:
  case L::TILDE:
  case L::ARROW:
  case L::THEN:
  case L::ELSE:
  case L::IN:
  case L::WHERE:
  case L::AND:
  case L::OR:
  case L::NOT:
    return true;
  default:
    // `lo..` may end a statement: a half-open interval
    return isOperator(last) && last != L::DOTDOT;
  }
}

} // namespace costate
