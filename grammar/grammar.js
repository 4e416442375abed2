// The syntax of Go 1.27, for a compiler and for editors.
//
// The rules follow the specification with these liberties, all of them for speed and determinism:
// - Where only the meaning of a name tells a type from a value, both are one `_expression`: a conversion is a
//   call, an instantiation an index, a method expression a selector. `_type` is used only where the
//   specification demands a type.
// - There are no conflicts: the tables are plain LR(1), so that the compiler's own driver over them
//   (compiler/syntax.c) accepts the same files. What takes more than a token to decide is decided by who
//   reads the tree: `type T[P *C] …` (type_spec), `func(a, b int)` (_signature), `<-chan T` as an expression
//   (unary_expression).
// - A little more is accepted than is legal where Go's compiler has a message of its own for it
//   (a missing index in x[i::k], `if x = 1 {`); the compiler's CST pass makes those checks.
// - Newlines end statements through the external token `_auto_semicolon`, as section "Semicolons" of the
//   specification says; the grammar makes it valid only behind tokens that call for it.

const PREC = {
  primary: 7,
  unary: 6,
  multiplicative: 5,
  additive: 4,
  comparative: 3,
  and: 2,
  or: 1,
  literal: 1, // func() {…} is a function literal wherever a block may follow too
  header: -1, // `if x == T {`: the brace opens the block, not a composite literal
};

const BINARY = [
  [PREC.multiplicative, ['*', '/', '%', '<<', '>>', '&', '&^']],
  [PREC.additive, ['+', '-', '|', '^']],
  [PREC.comparative, ['==', '!=', '<', '<=', '>', '>=']],
  [PREC.and, ['&&']],
  [PREC.or, ['||']],
];
const ASSIGN = ['+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>=', '&^='];

const list = rule => seq(rule, repeat(seq(',', rule)));
const trailingList = rule => seq(list(rule), optional(','));
const separated = ($, rule) => optional(seq(rule, repeat(seq($._semi, rule)), optional($._semi)));
const group = ($, rule) => seq('(', separated($, rule), ')');

// A part of a header with its semicolon, which must be written where the part is missing: no keyword of a header
// ends a line.
const initializer = ($, name) => choice(seq(field(name, $._simple_statement), $._semi), ';');

// The last statement of a block may go without a semicolon, and a label there without a statement.
const emptyLabeled = $ => alias($._empty_labeled_statement, $.labeled_statement);
const terminated = $ => repeat(choice(seq($._statement, $._semi), seq(emptyLabeled($), ';'), ';'));
const lastStatement = $ => choice($._statement, emptyLabeled($));
const clauses = ($, clause, lastClause) => seq('{', repeat(clause), optional(alias(lastClause, clause)), '}');

// The generator (0.26) loses U+017F and U+212A, which case folding maps to s and k, from classes that hold
// letters: each class that should have them gets them back.
const folded = /[\u017f\u212a]/;

// What Unicode 17, and so Go 1.27, has beyond the Unicode 16 of the generator. compiler/unicode.c is the measure:
// what the scanner takes for a name must be one here.
const newLetter = choice(
  /[\u088f\u0c5c\u0cdc\ua7ce-\ua7cf\ua7d2\ua7d4\ua7f1\u{10940}-\u{10959}\u{10ec5}-\u{10ec7}]/u,
  /[\u{11db0}-\u{11ddb}\u{16ea0}-\u{16eb8}\u{16ebb}-\u{16ed3}\u{16ff2}-\u{16ff3}]/u,
  /[\u{187f8}-\u{187ff}\u{18d09}-\u{18d1e}\u{18d80}-\u{18df2}\u{1e6c0}-\u{1e6de}]/u,
  /[\u{1e6e0}-\u{1e6e2}\u{1e6e4}-\u{1e6e5}\u{1e6e7}-\u{1e6ed}\u{1e6f0}-\u{1e6f4}]/u,
  /[\u{1e6fe}-\u{1e6ff}\u{2b73a}-\u{2b73f}\u{2cea2}-\u{2cead}\u{323b0}-\u{33479}]/u,
);
const newDigit = /[\u{11de0}-\u{11de9}]/u;
const any = (...rules) => repeat(choice(folded, ...rules));

const LINE_COMMENT = seq('//', any(/[^\n]/));
const BLOCK_COMMENT = seq('/*', any(/[^*]/, seq(/\*+/, choice(/[^*\/]/, folded))), /\*+/, '/');

const DECIMAL = /[0-9](_?[0-9])*/;
const HEX = /[0-9a-fA-F](_?[0-9a-fA-F])*/;
const EXPONENT = seq(/[eE][+-]?/, DECIMAL);
const BINARY_EXPONENT = seq(/[pP][+-]?/, DECIMAL);
const PREFIXED_INT = choice(/0[bB](_?[01])+/, /0[oO](_?[0-7])+/, /0[xX](_?[0-9a-fA-F])+/);
const FLOAT = choice(
  seq(DECIMAL, '.', optional(DECIMAL), optional(EXPONENT)),
  seq(DECIMAL, EXPONENT),
  seq('.', DECIMAL, optional(EXPONENT)),
  seq(/0[xX]_?/, choice(seq(HEX, optional(seq('.', optional(HEX)))), seq('.', HEX)), BINARY_EXPONENT),
);

module.exports = grammar({
  name: 'gol',

  extras: $ => [$.comment, /[ \t\r\n]/],
  externals: $ => [$._auto_semicolon, $._error_sentinel],
  word: $ => $.identifier,
  inline: $ => [
    $._element, $._expressions, $._parameter, $._result, $._simple_statement, $._top_level, $._term,
  ],

  rules: {
    source_file: $ => seq($.package_clause, $._semi, repeat(seq($._top_level, $._semi))),

    _semi: $ => choice(';', $._auto_semicolon),

    package_clause: $ => seq('package', field('name', $.identifier)),

    _top_level: $ => choice(
      $.import_declaration,
      $.function_declaration,
      $.method_declaration,
      $._declaration,
    ),

    // ---- declarations

    // An import path and a tag must be strings; the grammar takes any literal.
    import_declaration: $ => seq('import', choice($.import_spec, group($, $.import_spec))),
    import_spec: $ => seq(
      optional(field('name', choice('.', $.identifier))),
      field('path', $._literal),
    ),

    _declaration: $ => choice($.const_declaration, $.var_declaration, $.type_declaration),

    const_declaration: $ => seq('const', choice($.const_spec, group($, $.const_spec))),
    const_spec: $ => seq(
      list(field('name', $.identifier)),
      optional(field('type', $._type)),
      optional(seq('=', field('values', $._expressions))),
    ),

    var_declaration: $ => seq('var', choice($.var_spec, group($, $.var_spec))),
    var_spec: $ => seq(
      list(field('name', $.identifier)),
      choice(
        seq(field('type', $._type), optional(seq('=', field('values', $._expressions)))),
        seq('=', field('values', $._expressions)),
      ),
    ),

    // `type T[P *C] E` and `type T[P (C)] E` may declare an array type or a type parameter. They are read as
    // arrays where that is possible, and otherwise (behind them stands a comma or `=`) as type parameters, the
    // name and constraint of the first being one expression, `both`. Go's parser does the same, then takes the
    // expression apart if only a type can stand there.
    type_declaration: $ => seq('type', choice($.type_spec, group($, $.type_spec))),
    type_spec: $ => seq(
      field('name', $.identifier),
      choice(
        seq(optional('='), field('type', $._type)),
        seq(
          field('type_parameters', alias($._spec_parameters, $.type_parameters)),
          optional('='),
          field('type', $._type),
        ),
        seq(
          field('type_parameters', alias($._alias_parameters, $.type_parameters)),
          '=',
          field('type', $._type),
        ),
      ),
    ),
    _spec_parameters: $ => choice(
      seq('[', alias($._head_parameter, $.type_parameter), repeat(seq(',', $.type_parameter)), optional(','), ']'),
      seq('[', field('both', $._expression), ',', optional(trailingList($.type_parameter)), ']'),
    ),
    _alias_parameters: $ => seq('[', field('both', $._expression), ']'),
    _head_parameter: $ => prec(1, choice(
      seq(field('name', $.identifier), field('constraint', $._head_constraint)),
      seq(field('name', $.identifier), ',', list(field('name', $.identifier)), field('constraint', $._constraint)),
    )),
    _head_constraint: $ => choice(
      $._name_type,
      $._literal_type,
      $.receive_channel_type,
      $.tilde_type,
      alias($._head_union, $.union_type),
    ),
    _head_union: $ => seq(field('left', $._head_constraint), '|', field('right', $._term)),

    type_parameters: $ => seq('[', trailingList($.type_parameter), ']'),
    type_parameter: $ => seq(list(field('name', $.identifier)), field('constraint', $._constraint)),
    _constraint: $ => choice($._term, $.union_type),
    _term: $ => choice($._type, $.tilde_type),
    union_type: $ => seq(field('left', $._constraint), '|', field('right', $._term)),
    tilde_type: $ => seq('~', field('type', $._type)),

    function_declaration: $ => seq(
      'func',
      field('name', $.identifier),
      optional(field('type_parameters', $.type_parameters)),
      $._signature,
      optional(field('body', $.block)),
    ),
    method_declaration: $ => seq(
      'func',
      field('receiver', $.parameters),
      field('name', $.identifier),
      optional(field('type_parameters', $.type_parameters)),
      $._signature,
      optional(field('body', $.block)),
    ),

    // A lone name in a parameter list may be a parameter's name or its type: it is read as a type.
    _signature: $ => prec.right(seq(field('parameters', $.parameters), optional(field('result', $._result)))),
    _result: $ => choice($.parameters, $._unparenthesized_type),
    parameters: $ => seq('(', optional(trailingList($._parameter)), ')'),
    _parameter: $ => choice($._type, $.parameter, $.variadic_type),
    parameter: $ => seq(field('name', $.identifier), field('type', choice($._type, $.variadic_type))),
    variadic_type: $ => seq('...', field('element', $._type)),

    // ---- types, where the grammar itself demands one

    _type: $ => choice($._unparenthesized_type, $.parenthesized_type),
    parenthesized_type: $ => seq('(', field('type', $._type), ')'),
    _unparenthesized_type: $ => choice($._sent_type, $.receive_channel_type),
    _sent_type: $ => choice($._name_type, $.pointer_type, $._literal_type),

    // Behind a name, `[` and `.` always go on with the type.
    _name_type: $ => choice(prec(-1, $.identifier), prec(-1, $.qualified_type), $.generic_type),
    qualified_type: $ => seq(field('package', $.identifier), '.', field('name', $.identifier)),
    generic_type: $ => seq(
      field('type', choice($.identifier, $.qualified_type)),
      '[',
      trailingList(field('argument', $._expression)),
      ']',
    ),
    pointer_type: $ => seq('*', field('element', $._type)),

    _literal_type: $ => choice(
      $.array_type,
      $.slice_type,
      $.struct_type,
      $.interface_type,
      $.function_type,
      $.map_type,
      $.channel_type,
    ),
    array_type: $ => prec.right(seq(
      '[', field('length', choice($._expression, '...')), ']', field('element', $._type),
    )),
    slice_type: $ => prec.right(seq('[', ']', field('element', $._type))),
    map_type: $ => prec.right(seq('map', '[', field('key', $._type), ']', field('element', $._type))),
    function_type: $ => prec.right(seq('func', $._signature)),

    // `<-` belongs to the leftmost `chan` that it can: chan<- chan T is a chan<- (chan T).
    channel_type: $ => prec.right(choice(
      seq('chan', field('element', choice($._sent_type, $.parenthesized_type))),
      seq('chan', field('direction', '<-'), field('element', $._type)),
    )),
    receive_channel_type: $ => prec.right(seq('<-', 'chan', field('element', $._type))),

    struct_type: $ => seq('struct', '{', separated($, $.field_declaration), '}'),
    field_declaration: $ => seq(
      choice(
        seq(list(field('name', $.identifier)), field('type', $._type)),
        field('embedded', choice($._name_type, alias($._embedded_pointer, $.pointer_type), $.parenthesized_type)),
      ),
      optional(field('tag', $._literal)),
    ),
    _embedded_pointer: $ => seq('*', field('element', choice($._name_type, $.parenthesized_type))),

    interface_type: $ => seq('interface', '{', separated($, choice($.method_spec, $._constraint)), '}'),
    method_spec: $ => seq(field('name', $.identifier), $._signature),

    // ---- statements

    block: $ => seq('{', terminated($), optional(lastStatement($)), '}'),

    _statement: $ => choice(
      $._declaration,
      $._simple_statement,
      $.labeled_statement,
      $.go_statement,
      $.defer_statement,
      $.return_statement,
      $.break_statement,
      $.continue_statement,
      $.goto_statement,
      $.fallthrough_statement,
      $.block,
      $.if_statement,
      $.for_statement,
      $.switch_statement,
      $.select_statement,
    ),
    _simple_statement: $ => choice(
      $._expression,
      $.send_statement,
      $.inc_dec_statement,
      $.assignment_statement,
      $.define_statement,
    ),
    send_statement: $ => seq(field('channel', $._expression), '<-', field('value', $._expression)),
    inc_dec_statement: $ => seq(field('operand', $._expression), field('operator', choice('++', '--'))),
    assignment_statement: $ => choice(
      seq(field('left', $._expressions), field('operator', '='), field('right', $._expressions)),
      seq(field('left', $._expression), field('operator', choice(...ASSIGN)), field('right', $._expression)),
    ),
    define_statement: $ => seq(field('left', $._expressions), ':=', field('right', $._expressions)),

    _expressions: $ => choice($._expression, $.expression_list),
    expression_list: $ => prec.right(-2, seq($._expression, repeat1(seq(',', $._expression)))),

    // A colon does not end a line, so the statement may stand on the next. Without one (before `;` or a closing
    // brace), the label is not a `_statement`: no automatic semicolon can follow it.
    labeled_statement: $ => seq(field('label', $.identifier), ':', field('statement', $._statement)),
    _empty_labeled_statement: $ => seq(
      field('label', $.identifier), ':',
      optional(field('statement', alias($._empty_labeled_statement, $.labeled_statement))),
    ),
    go_statement: $ => seq('go', field('call', $._expression)),
    defer_statement: $ => seq('defer', field('call', $._expression)),
    return_statement: $ => seq('return', optional(field('results', $._expressions))),
    break_statement: $ => seq('break', optional(field('label', $.identifier))),
    continue_statement: $ => seq('continue', optional(field('label', $.identifier))),
    goto_statement: $ => seq('goto', field('label', $.identifier)),
    fallthrough_statement: _ => 'fallthrough',

    if_statement: $ => seq(
      'if',
      optional(initializer($, 'init')),
      field('condition', $._simple_statement),
      field('then', $.block),
      optional(seq('else', field('else', choice($.block, $.if_statement)))),
    ),

    for_statement: $ => seq(
      'for',
      optional(choice(field('condition', $._simple_statement), $.for_clause, $.range_clause)),
      field('body', $.block),
    ),
    for_clause: $ => seq(
      initializer($, 'init'),
      initializer($, 'condition'),
      optional(field('post', $._simple_statement)),
    ),
    range_clause: $ => seq(
      optional(seq(field('left', $._expressions), field('operator', choice('=', ':=')))),
      'range',
      field('operand', $._expression),
    ),

    switch_statement: $ => seq(
      'switch',
      optional(initializer($, 'init')),
      optional(field('tag', $._simple_statement)),
      clauses($, $.case_clause, $._last_case_clause),
    ),
    _case: $ => seq(choice(seq('case', field('values', $._expressions)), 'default'), ':'),
    case_clause: $ => seq($._case, terminated($)),
    _last_case_clause: $ => seq($._case, terminated($), lastStatement($)),

    select_statement: $ => seq('select', clauses($, $.communication_clause, $._last_communication_clause)),
    _communication: $ => seq(choice(seq('case', field('communication', $._simple_statement)), 'default'), ':'),
    communication_clause: $ => seq($._communication, terminated($)),
    _last_communication_clause: $ => seq($._communication, terminated($), lastStatement($)),

    // ---- expressions

    _expression: $ => choice(
      $.identifier,
      $._literal,
      $.function_literal,
      $.composite_literal,
      $.parenthesized_expression,
      $.selector_expression,
      $.index_expression,
      $.slice_expression,
      $.type_assertion,
      $.call_expression,
      $.unary_expression,
      $.binary_expression,
      $._literal_type,
    ),
    _literal: $ => choice(
      $.int_literal,
      $.float_literal,
      $.imaginary_literal,
      $.rune_literal,
      $.string_literal,
    ),
    parenthesized_expression: $ => seq('(', field('operand', $._expression), ')'),
    function_literal: $ => prec(PREC.literal, seq('func', $._signature, field('body', $.block))),

    selector_expression: $ => prec(PREC.primary, seq(
      field('operand', $._expression), '.', field('name', $.identifier),
    )),
    index_expression: $ => prec(PREC.primary, seq(
      field('operand', $._expression), '[', trailingList(field('index', $._expression)), ']',
    )),
    slice_expression: $ => prec(PREC.primary, seq(
      field('operand', $._expression),
      '[',
      optional(field('low', $._expression)), ':',
      optional(field('high', $._expression)),
      optional(seq(field('full', ':'), optional(field('max', $._expression)))),
      ']',
    )),
    type_assertion: $ => prec(PREC.primary, seq(
      field('operand', $._expression), '.', '(', field('type', choice($._type, 'type')), ')',
    )),
    call_expression: $ => prec(PREC.primary, seq(
      field('function', $._expression), field('arguments', $.arguments),
    )),
    arguments: $ => seq(
      '(', optional(seq(list($._expression), optional(field('spread', '...')), optional(','))), ')',
    ),

    // A type in parentheses is not allowed, and gets a message of its own.
    composite_literal: $ => choice(
      prec(PREC.header, seq(
        field('type', choice($.identifier, $.selector_expression, $.index_expression, $.parenthesized_expression)),
        field('body', $.literal_value),
      )),
      prec(PREC.primary, seq(
        field('type', choice($.slice_type, $.array_type, $.map_type, $.struct_type)),
        field('body', $.literal_value),
      )),
    ),
    literal_value: $ => seq('{', optional(trailingList(choice($._element, $.keyed_element))), '}'),
    keyed_element: $ => seq(field('key', $._element), ':', field('value', $._element)),
    _element: $ => choice($._expression, $.literal_value),

    // `<-` in front of a channel type makes it a receive-only channel; the tree shows an operator. `~` is an
    // operator for the sake of constraints in type_spec only.
    unary_expression: $ => prec(PREC.unary, seq(
      field('operator', choice('+', '-', '!', '^', '*', '&', '<-', '~')),
      field('operand', $._expression),
    )),
    binary_expression: $ => choice(...BINARY.map(([precedence, operators]) => prec.left(precedence, seq(
      field('left', $._expression),
      field('operator', operators.length > 1 ? choice(...operators) : operators[0]),
      field('right', $._expression),
    )))),

    // ---- tokens

    identifier: _ => token(seq(
      choice(/[\p{L}_]/, folded, newLetter),
      any(/[\p{L}\p{Nd}_]/, newLetter, newDigit),
    )),
    int_literal: _ => token(choice(PREFIXED_INT, DECIMAL)),
    float_literal: _ => token(FLOAT),
    imaginary_literal: _ => token(seq(choice(PREFIXED_INT, DECIMAL, FLOAT), 'i')),
    rune_literal: _ => token(seq(
      "'", choice(/[^'\\\n]/, folded, seq('\\', choice('\\', "'", repeat1(choice(folded, /[^'\\\n]/))))), "'",
    )),
    string_literal: _ => token(choice(
      seq('"', any(/[^"\\\n]/, seq('\\', choice(folded, /[^\n]/))), '"'),
      seq('`', any(/[^`]/), '`'),
    )),

    // A run of comments is one token: libtree-sitter 0.20 corrupts the heap past 65,535 siblings.
    comment: _ => token(seq(
      repeat(choice(seq(LINE_COMMENT, /\n[ \t\r\n]*/), seq(BLOCK_COMMENT, /[ \t\r\n]*/))),
      choice(LINE_COMMENT, BLOCK_COMMENT),
    )),
  },
});
