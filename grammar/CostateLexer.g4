// Tokens of the Costate language. The token source (frontend/syntax/SoftWords) turns contextual words back into
// NAME where they are not keywords, labels of rows into LABEL, names that a loop assigns to into TARGET, and cuts the
// tokens into statements.
lexer grammar CostateLexer;

tokens { LABEL, TARGET }

// reserved words
SET : 'set' ;
DATA : 'data' ;
PARAM : 'param' ;
VAR : 'var' ;
LET : 'let' ;
PROBLEM : 'problem' ;
FUNCTION : 'function' ;
MINIMIZE : 'minimize' ;
MAXIMIZE : 'maximize' ;
SUBJECT : 'subject' ;
IF : 'if' ;
THEN : 'then' ;
ELSE : 'else' ;
AND : 'and' ;
OR : 'or' ;
NOT : 'not' ;
IN : 'in' ;
WHERE : 'where' ;
FOR : 'for' ;
SOLVE : 'solve' ;
PRINT : 'print' ;
IMPORT : 'import' ;
RETURN : 'return' ;
TRUE : 'true' ;
FALSE : 'false' ;
INF : 'inf' ;
PI : 'pi' ;

// contextual words that begin a statement
WRITE : 'write' ;
ASSERT : 'assert' ;
CHECK : 'check' ;
FIX : 'fix' ;
DROP : 'drop' ;
RESTORE : 'restore' ;
TIME : 'time' ;
METHOD : 'method' ;
DERIVATIVE : 'derivative' ;
ITERATE : 'iterate' ;
ROOT : 'root' ;
FIXED : 'fixed' ;
SCAN : 'scan' ;
RECORD : 'record' ;
ENUM : 'enum' ;

// contextual words that follow an operand
TO : 'to' ;
START : 'start' ;
DEFAULT : 'default' ;
USING : 'using' ;
DERIVATIVES : 'derivatives' ;
OF : 'of' ;
IS : 'is' ;
WHILE : 'while' ;
COLLECT : 'collect' ;
REPORT : 'report' ;
FROM : 'from' ;
UNION : 'union' ;
INTER : 'inter' ;
DIFF : 'diff' ;
CROSS : 'cross' ;
DIV : 'div' ;
MOD : 'mod' ;

// where an operand begins, as in `match m {`
MATCH : 'match' ;
// an expectation where `z ~` follows
EXPECT : 'expect' ;

// a reduction where a binder follows, as in `sum(i in I)`; else a name, as in `max(a, b)`
REDUCER : 'sum' | 'prod' | 'min' | 'max' | 'mean' | 'any' | 'all' | 'argmin' | 'argmax'
  | 'logsumexp' ;

LPAREN : '(' ;
RPAREN : ')' ;
LBRACK : '[' ;
RBRACK : ']' ;
LBRACE : '{' ;
RBRACE : '}' ;
COMMA : ',' ;
COLON : ':' ;
DOTDOT : '..' ;
DOTSTAR : '.*' ;
DOTSLASH : './' ;
DOTCARET : '.^' ;
DOT : '.' ;
LE : '<=' ;
GE : '>=' ;
EQ : '==' ;
NE : '!=' ;
LT : '<' ;
GT : '>' ;
ASSIGN : '=' ;
PLUS : '+' ;
MINUS : '-' ;
STAR : '*' ;
SLASH : '/' ;
BACKSLASH : '\\' ;
CARET : '^' ;
TICK : '\'' ;
TILDE : '~' ;
ARROW : '->' ;
CASE_ARROW : '=>' ;
UNDERSCORE : '_' ;

// `1..n` is a range: a number takes a point only before a digit. `1.` and `.5` are named by the token source.
NUMBER : DIGITS ('.' DIGITS)? ([eE] [+-]? DIGITS)? ;
// `2i`
IMAGINARY : NUMBER 'i' ;
BAD_NUMBER : '.' DIGITS ([eE] [+-]? DIGITS)? ;
fragment DIGITS : [0-9] ('_'? [0-9])* ;

STRING : '"' (~["\\\r\n] | '\\' ~[\r\n])* '"' ;
OPEN_STRING : '"' (~["\\\r\n] | '\\' ~[\r\n])* '\\'? ;

NAME : LETTER (LETTER | [0-9] | '_')* | '_' (LETTER | [0-9] | '_')+ ;
// Latin and Greek, with the compatibility letters that frontend/syntax/Letters maps to them
fragment LETTER
  : [a-zA-Z\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F\u1E00-\u1EFF\u2126\u212A\u212B]
  | [\u0370-\u0373\u0376-\u0377\u037B-\u037D\u037F\u0386\u0388-\u038A\u038C\u038E-\u03A1\u03A3-\u03F5\u03F7-\u03FF]
  | [\u1F00-\u1F15\u1F18-\u1F1D\u1F20-\u1F45\u1F48-\u1F4D\u1F50-\u1F57\u1F59\u1F5B\u1F5D\u1F5F-\u1F7D]
  | [\u1F80-\u1FB4\u1FB6-\u1FBC\u1FBE\u1FC2-\u1FC4\u1FC6-\u1FCC\u1FD0-\u1FD3\u1FD6-\u1FDB\u1FE0-\u1FEC]
  | [\u1FF2-\u1FF4\u1FF6-\u1FFC]
  ;

NEWLINE : '\r'? '\n' | '\r' ;
SEMICOLON : ';' ;
SPACE : [ \t\u00A0\uFEFF]+ -> skip ;
LINE_COMMENT : '//' ~[\r\n]* -> skip ;
BLOCK_COMMENT : '/*' .*? '*/' -> skip ;
OPEN_COMMENT : '/*' ;
STRAY : . ;
