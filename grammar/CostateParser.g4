// Statements and expressions of the Costate language. END is a newline or `;` that the token source kept
// (frontend/syntax/StatementTokens): the parser sees one top-level statement at a time.
parser grammar CostateParser;

options { tokenVocab = CostateLexer; }

tokens { END }

statement : item END* EOF ;

item
  : SET name (IN setLevel)? ASSIGN expr doc?            # SetDeclaration
  | DATA name ASSIGN name LPAREN arguments RPAREN doc?  # DataDeclaration
  | PARAM name indexing? paramClause*                   # ParamDeclaration
  | VAR name indexing? varClause*                       # VarDeclaration
  | LET name indexing? ASSIGN expr doc?                 # LetDeclaration
  | PROBLEM name (LPAREN arguments? RPAREN)? LBRACE END* (problemItem (END+ problemItem)* END*)? RBRACE  # ProblemDeclaration
  | SOLVE name (LPAREN arguments? RPAREN)? (USING method (THEN method)*)?  # SolveCommand
  | PRINT expr (COMMA expr)*                            # PrintCommand
  | WRITE expr (COMMA expr)* TO STRING                  # WriteCommand
  | ASSERT expr                                         # AssertCommand
  | CHECK DERIVATIVES name                              # CheckCommand
  | IMPORT STRING                                       # ImportCommand
  ;

problemItem
  : SUBJECT TO END* constraint                          # ConstraintSection
  | sense = (MINIMIZE | MAXIMIZE) (name COLON)? expr doc?  # ObjectiveDeclaration
  | item                                                # InnerItem
  | constraint                                          # InnerConstraint
  ;

constraint : (name indexing? COLON)? expr doc? ;

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
  | side = (LE | GE | LT | GT | EQ) rangeLevel          # VarBound
  | START expr                                          # VarStart
  | doc                                                 # VarDoc
  ;

interval : LBRACK expr COMMA expr RBRACK | sumLevel DOTDOT sumLevel? ;

doc : STRING ;

method : name (LPAREN arguments? RPAREN)? ;

arguments : argument (COMMA argument)* ;
argument : (name ASSIGN)? expr ;

indexing : LBRACK binders RBRACK ;
binders : binder (COMMA binder)* (WHERE expr)? ;
binder : (pattern IN)? setLevel ;
pattern : name | LPAREN patternTerm (COMMA patternTerm)+ RPAREN ;
patternTerm : UNDERSCORE | setLevel ;

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
  | reducer LPAREN binders RPAREN productLevel          # Reduction
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
  | LPAREN expr (COMMA expr)* RPAREN                    # Parenthesis
  | LBRACE (expr (COMMA expr)*)? RBRACE                 # SetLiteral
  | LBRACE expr FOR binders RBRACE                      # SetComprehension
  | LBRACK expr FOR binders RBRACK                      # ArrayComprehension
  | LBRACK expr (COMMA expr)* RBRACK                    # ArrayLiteral
  ;

reducer : SUM | PROD | MIN | MAX | MEAN | ANY | ALL | ARGMIN | ARGMAX ;

// Words that are keywords only in their place.
name
  : NAME | TO | START | DEFAULT | USING | WRITE | ASSERT | CHECK | DERIVATIVES | UNION | INTER | DIFF | CROSS | DIV
  | MOD | SUM | PROD | MIN | MAX | MEAN | ANY | ALL | ARGMIN | ARGMAX
  ;
