// Tokens of the Costate language. Words marked "soft" are legal names elsewhere (rule `name` of the parser).
lexer grammar CostateLexer;

// reserved words
SET : 'set' ;
DATA : 'data' ;
PARAM : 'param' ;
VAR : 'var' ;
LET : 'let' ;
PROBLEM : 'problem' ;
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
TRUE : 'true' ;
FALSE : 'false' ;
INF : 'inf' ;
PI : 'pi' ;
FUNCTION : 'function' ;
RETURN : 'return' ;

// soft words
TO : 'to' ;
START : 'start' ;
DEFAULT : 'default' ;
USING : 'using' ;
WRITE : 'write' ;
ASSERT : 'assert' ;
CHECK : 'check' ;
DERIVATIVES : 'derivatives' ;
UNION : 'union' ;
INTER : 'inter' ;
DIFF : 'diff' ;
CROSS : 'cross' ;
DIV : 'div' ;
MOD : 'mod' ;
SUM : 'sum' ;
PROD : 'prod' ;
MIN : 'min' ;
MAX : 'max' ;
MEAN : 'mean' ;
ANY : 'any' ;
ALL : 'all' ;
ARGMIN : 'argmin' ;
ARGMAX : 'argmax' ;

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
UNDERSCORE : '_' ;

// `1..n` is a range: a number takes a point only before a digit; `1.` is caught by the token source.
NUMBER : DIGITS ('.' DIGITS)? ([eE] [+-]? DIGITS)? ;
BAD_NUMBER : '.' DIGITS ;
fragment DIGITS : [0-9] ('_'? [0-9])* ;

STRING : '"' (~["\\\r\n] | '\\' .)* '"' ;
OPEN_STRING : '"' (~["\\\r\n] | '\\' ~[\r\n])* ;

NAME : LETTER (LETTER | [0-9] | '_')* | '_' (LETTER | [0-9] | '_')+ ;
fragment LETTER : [a-zA-Z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F\u0370-\u03FF\u1F00-\u1FFF] ;

NEWLINE : '\r'? '\n' | '\r' ;
SEMICOLON : ';' ;
SPACE : [ \t\u00A0\uFEFF]+ -> skip ;
LINE_COMMENT : '//' ~[\r\n]* -> skip ;
BLOCK_COMMENT : '/*' .*? '*/' -> skip ;
OPEN_COMMENT : '/*' ;
STRAY : . ;
