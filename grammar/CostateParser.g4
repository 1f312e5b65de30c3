// Statements and expressions of the Costate language. The parser sees one statement at a time, without newlines;
// the statements between the braces of a block are cut out and parsed on their own (frontend/syntax/CutFile).
// Every choice is made on the next token.
parser grammar CostateParser;

options { tokenVocab = CostateLexer; }

/// A statement of a file, and one inside `problem p { ... }` or `time { ... }`.
topStatement : (item | objective | section | row) EOF ;
innerStatement : (item | objective | section | row | freeRow) EOF ;

item
  : SET name (IN setLevel)? ASSIGN expr doc?                                 # SetDeclaration
  | DATA name ASSIGN name LPAREN arguments RPAREN doc?                       # DataDeclaration
  | PARAM name indexing? paramClause*                                        # ParamDeclaration
  | VAR name indexing? varClause*                                            # VarDeclaration
  | LET name indexing? ASSIGN expr doc?                                      # LetDeclaration
  | PROBLEM name parameters? LBRACE RBRACE                                   # ProblemDeclaration
  | SOLVE name (LPAREN arguments? RPAREN)? (USING method (THEN method)*)?    # SolveCommand
  | PRINT expr (COMMA expr)*                                                 # PrintCommand
  | WRITE expr (COMMA expr)* TO STRING                                       # WriteCommand
  | ASSERT expr                                                              # AssertCommand
  | CHECK DERIVATIVES name                                                   # CheckCommand
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

paramClause
  : COLON name                                          # ParamKind
  | IN interval                                         # ParamDomain
  | ASSIGN expr                                         # ParamValue
  | DEFAULT expr                                        # ParamDefault
  | TILDE expr                                          # ParamRandom
  | doc                                                 # ParamDoc
  ;

varClause
  : COLON name                                          # VarKind
  | IN interval                                         # VarDomain
  | side = (LE | GE | LT | GT | EQ) sumLevel            # VarBound
  | START expr                                          # VarStart
  | doc                                                 # VarDoc
  ;

/// `[lo, hi]`, `lo..hi` or `lo..`
interval : sumLevel (DOTDOT sumLevel?)? ;

doc : STRING ;

method : name (LPAREN arguments? RPAREN)? ;
target : name suffix* ;

arguments : argument (COMMA argument)* ;
/// `value` or `name = value`
argument : expr (ASSIGN expr)? ;

indexing : LBRACK binders RBRACK ;
binders : binder (COMMA binder)* (WHERE expr)? ;
/// `I`, `i in I`, `(i, _, k) in A`
binder : setLevel (IN setLevel)? ;

// ---- expressions, low to high; every level is a loop, so long sums are flat ----

expr : andLevel (OR andLevel)* ;
andLevel : notLevel (AND notLevel)* ;
notLevel : NOT notLevel | relationLevel ;
relationLevel : setLevel (relation setLevel)* ;
relation : LT | LE | GT | GE | EQ | NE | IN | NOT IN ;
setLevel : rangeLevel (operation += (UNION | INTER | DIFF | CROSS) rangeLevel)* ;
rangeLevel : sumLevel (DOTDOT sumLevel)? ;
sumLevel : productLevel (operation += (PLUS | MINUS) productLevel)* ;
productLevel
  : unaryLevel (operation += (STAR | SLASH | DOTSTAR | DOTSLASH | BACKSLASH | DIV | MOD) unaryLevel)* ;

unaryLevel
  : MINUS unaryLevel                                    # Negation
  | REDUCER LPAREN binders RPAREN productLevel          # Reduction
  | IF expr THEN expr ELSE expr                         # Conditional
  | postfixLevel (operation = (CARET | DOTCARET) unaryLevel)?  # Power
  ;

postfixLevel : primary suffix* ;

suffix
  : LPAREN arguments? RPAREN                            # CallSuffix
  | LBRACK expr (COMMA expr)* RBRACK                    # IndexSuffix
  | DOT name                                            # FieldSuffix
  | TICK                                                # TransposeSuffix
  ;

primary
  : NUMBER                                              # Number
  | STRING                                              # Text
  | TRUE                                                # True
  | FALSE                                               # False
  | INF                                                 # Infinity
  | PI                                                  # Pi
  | name                                                # NameUse
  | UNDERSCORE                                          # Wildcard
  | LPAREN expr (COMMA expr)* RPAREN                    # Parenthesis
  | LBRACE (expr (FOR binders | (COMMA expr)*))? RBRACE # Braces
  | LBRACK expr (FOR binders | (COMMA expr)*) RBRACK    # Brackets
  ;

name : NAME ;
