// Statements and expressions of the Costate language. The parser sees one statement at a time, without newlines;
// the statements between the braces of a block are cut out and parsed on their own (frontend/syntax/StatementTokens).
parser grammar CostateParser;

options { tokenVocab = CostateLexer; }

/// A statement of a file, and one inside `problem p { ... }` or `time { ... }`.
topStatement : (item | objective | section | row) EOF ;
innerStatement : (item | objective | section | row | freeRow) EOF ;

item
  : SET name (IN setExpr)? ASSIGN expr doc?                                 # SetDeclaration
  | DATA name ASSIGN name LPAREN arguments RPAREN doc?                       # DataDeclaration
  | PARAM name indexing? paramClause*                                        # ParamDeclaration
  | VAR name indexing? varClause*                                            # VarDeclaration
  | LET (name indexing? | pattern) ASSIGN (expr doc? | solving)              # LetDeclaration
  | FUNCTION name sizes? LPAREN (typed (COMMA typed)*)? RPAREN (ARROW type)?
    (ASSIGN expr doc? | LBRACE RBRACE)                                       # FunctionDeclaration
  | RECORD name sizes? LPAREN typed (COMMA typed)* RPAREN doc?                 # RecordDeclaration
  | ENUM name ASSIGN LBRACE name (COMMA name)* RBRACE doc?                   # EnumerationDeclaration
  | METHOD name LPAREN (typed (COMMA typed)*)? RPAREN LBRACE RBRACE          # MethodDeclaration
  | DERIVATIVE OF name IS name                                               # RuleDeclaration
  | RETURN expr                                                              # ReturnStatement
  | ITERATE LPAREN arguments RPAREN WHILE expr LBRACE RBRACE reports?        # IterateStatement
  | SCAN LPAREN arguments RPAREN FOR binder LBRACE RBRACE
    (COLLECT arguments)? reports?                                            # ScanStatement
  | ROOT name COLON expr FROM expr                                           # RootStatement
  | FIXED name ASSIGN expr FROM expr                                         # FixedStatement
  | TARGET suffix* ASSIGN expr                                               # Assignment
  | PROBLEM problem = name parameters? (COLON precision = name)? LBRACE RBRACE # ProblemDeclaration
  | solving                                                                  # SolveCommand
  | PRINT expr (COMMA expr)*                                                 # PrintCommand
  | WRITE expr (COMMA expr)* TO STRING                                       # WriteCommand
  | ASSERT expr                                                              # AssertCommand
  | CHECK DERIVATIVES name (LPAREN arguments? RPAREN)?                       # CheckCommand
  | IMPORT STRING                                                            # ImportCommand
  | FIX target ASSIGN expr                                                   # FixCommand
  | DROP target (COMMA target)*                                              # DropCommand
  | RESTORE target (COMMA target)*                                           # RestoreCommand
  | TIME LBRACE RBRACE                                                       # TimeCommand
  ;

objective : sense = (MINIMIZE | MAXIMIZE) (LABEL COLON)? expr doc? ;
section : SUBJECT TO (row | freeRow)? ;
row : LABEL indexing? COLON expr doc? ;
freeRow : expr doc? ;

parameters : LPAREN (parameter (COMMA parameter)*)? RPAREN ;
parameter : name indexing? (COLON name)? (ASSIGN expr)? ;

/// The names of several results: `let (w, V) = ...`
pattern : LPAREN name (COMMA name)+ RPAREN ;

/// `[n, m]`: sizes that a function is generic in; `x: real[n] = 0`; `real[n, 3]`
sizes : LBRACK name (COMMA name)* RBRACK ;
typed : name (COLON type)? (ASSIGN expr)? ;
type : PROBLEM | arrayType | functionType ;
arrayType : name (LBRACK expr (COMMA expr)* RBRACK)? ;
functionType : LPAREN arrayType (COMMA arrayType)* RPAREN ARROW arrayType ;

/// What a method shows of the steps of a loop.
reports : REPORT arguments ;

paramClause
  : COLON name                                          # ParamKind
  | IN interval                                         # ParamDomain
  | ASSIGN expr                                         # ParamValue
  | DEFAULT sumExpr                                     # ParamDefault
  | TILDE expr                                          # ParamRandom
  | doc                                                 # ParamDoc
  ;

varClause
  : COLON name                                          # VarKind
  | IN interval                                         # VarDomain
  | side = (LE | GE | LT | GT | EQ) sumExpr            # VarBound
  | START sumExpr                                       # VarStart
  | doc                                                 # VarDoc
  ;

/// `[lo, hi]`, `lo..hi` or `lo..`
interval : sumExpr (DOTDOT sumExpr?)? ;

doc : STRING ;

solving : SOLVE name (LPAREN arguments? RPAREN)? (USING method (THEN method)*)? ;
method : name (LPAREN arguments? RPAREN)? ;
target : name suffix* ;

arguments : argument (COMMA argument)* ;
/// `value` or `name = value`
argument : expr (ASSIGN expr)? ;

indexing : LBRACK binders RBRACK ;
binders : binder (COMMA binder)* (WHERE expr)? ;
/// `I`, `i in I`, `(i, _, k) in A`
binder : setExpr (IN setExpr)? ;

// ---- expressions ----
// An expression is a flat list of operands, prefixes and operators: long sums cost no stack, and every choice is
// made on one token. frontend/syntax/BuildExpressions groups it by precedence, low to high:
//   or | and | not | < <= > >= == != in not in (chains) | union inter diff cross | .. | + - |
//   * / .* ./ \ div mod | unary - | ^ .^ (right) | postfix
// The body of a reduction is one product; `else` takes all that follows.

expr : operand (infix operand)* ;
setExpr : operand ((setOperator | DOTDOT | sumOperator | productOperator) operand)* ;
sumExpr : operand ((sumOperator | productOperator) operand)* ;

infix : OR | AND | relation | setOperator | DOTDOT | sumOperator | productOperator ;
relation : LT | LE | GT | GE | EQ | NE | IN | NOT IN ;
setOperator : UNION | INTER | DIFF | CROSS ;
sumOperator : PLUS | MINUS ;
productOperator : STAR | SLASH | DOTSTAR | DOTSLASH | BACKSLASH | DIV | MOD ;

operand : prefix* power ;

prefix
  : MINUS                                               # Minus
  | NOT                                                 # Not
  | REDUCER LPAREN binders RPAREN                       # Reduction
  | EXPECT LPAREN drawn (COMMA drawn)* RPAREN           # Expectation
  | IF expr THEN expr ELSE                              # Conditional
  ;

/// `z ~ normal(0, 1)`, `z[i in I] ~ uniform(0, 1)`, `samples = 500`
drawn : name (indexing? TILDE expr | ASSIGN expr) ;

power : postfix exponent* ;
exponent : operation = (CARET | DOTCARET) MINUS* postfix ;

postfix : primary suffix* ;

suffix
  : LPAREN arguments? RPAREN                            # CallSuffix
  | LBRACK indexPart (COMMA indexPart)* RBRACK          # IndexSuffix
  | DOT name                                            # FieldSuffix
  | TICK                                                # TransposeSuffix
  ;

/// An index, `lo..hi`, or `:` for all of a dimension
indexPart : COLON | expr ;

primary
  : NUMBER                                              # Number
  | IMAGINARY                                           # Imaginary
  | STRING                                              # Text
  | (TRUE | FALSE | INF | PI)                           # Constant
  | name                                                # NameUse
  | UNDERSCORE                                          # Wildcard
  | LPAREN expr (COMMA expr)* RPAREN                    # Parenthesis
  | LBRACE (expr (FOR binders | (COMMA expr)*))? RBRACE # Braces
  | LBRACK expr (FOR binders | (COMMA expr)*) RBRACK    # Brackets
  | MATCH expr LBRACE matchCase (COMMA matchCase)* RBRACE # Match
  ;

/// A case of an enumeration, a text, or all others
matchCase : (name | STRING | ELSE) CASE_ARROW expr ;

name : NAME ;
