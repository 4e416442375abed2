; Names in the captures that editors know. Where several patterns match a node, the first one counts.

; Predeclared names, as long as nothing says otherwise (locals.scm).
((identifier) @constant.builtin
  (#match? @constant.builtin "^(true|false|nil|iota)$"))

((identifier) @type.builtin
  (#match? @type.builtin "^(any|bool|byte|comparable|complex128|complex64|error|float32|float64|int|int16|int32|int64|int8|rune|string|uint|uint16|uint32|uint64|uint8|uintptr)$"))

(call_expression
  function: (identifier) @function.builtin
  (#match? @function.builtin "^(append|cap|clear|close|complex|copy|delete|imag|len|make|max|min|new|panic|print|println|real|recover)$"))

; Declarations
(package_clause name: (identifier) @module)
(import_spec name: (identifier) @module)
(function_declaration name: (identifier) @function)
(method_declaration name: (identifier) @function.method)
(method_spec name: (identifier) @function.method)
(type_spec name: (identifier) @type)
(type_parameter name: (identifier) @type)
(const_spec name: (identifier) @constant)
(parameter name: (identifier) @variable.parameter)
(field_declaration name: (identifier) @property)
(labeled_statement label: (identifier) @label)
(break_statement label: (identifier) @label)
(continue_statement label: (identifier) @label)
(goto_statement label: (identifier) @label)

; Calls
(call_expression function: (identifier) @function.call)
(call_expression
  function: (selector_expression name: (identifier) @function.method.call))
(call_expression
  function: (index_expression operand: (identifier) @function.call))

; Types, where the grammar asks for one
(qualified_type package: (identifier) @module name: (identifier) @type)
(generic_type type: (identifier) @type)
(pointer_type element: (identifier) @type)
(slice_type element: (identifier) @type)
(array_type element: (identifier) @type)
(map_type key: (identifier) @type)
(map_type element: (identifier) @type)
(channel_type element: (identifier) @type)
(receive_channel_type element: (identifier) @type)
(variadic_type element: (identifier) @type)
(tilde_type type: (identifier) @type)
(union_type left: (identifier) @type)
(union_type right: (identifier) @type)
(var_spec type: (identifier) @type)
(const_spec type: (identifier) @type)
(type_spec type: (identifier) @type)
(parameter type: (identifier) @type)
(field_declaration type: (identifier) @type)
(field_declaration embedded: (identifier) @type)
(interface_type (identifier) @type)
(function_declaration result: (identifier) @type)
(method_declaration result: (identifier) @type)
(method_spec result: (identifier) @type)
(function_type result: (identifier) @type)
(function_literal result: (identifier) @type)
(type_assertion type: (identifier) @type)
(composite_literal type: (identifier) @type)
(composite_literal type: (selector_expression name: (identifier) @type))

; Members
(selector_expression name: (identifier) @property)
(keyed_element key: (identifier) @property)

(identifier) @variable

; Literals
(int_literal) @number
(float_literal) @number.float
(imaginary_literal) @number
(rune_literal) @character
(string_literal) @string
(import_spec path: (string_literal) @string.special.path)

(comment) @comment

; Keywords
[
  "chan"
  "const"
  "go"
  "defer"
  "interface"
  "map"
  "package"
  "struct"
  "type"
  "var"
  "select"
] @keyword
"func" @keyword.function
"import" @keyword.import
[
  "break"
  "continue"
  "goto"
  (fallthrough_statement)
  "return"
] @keyword.return
[
  "if"
  "else"
  "switch"
  "case"
  "default"
] @keyword.conditional
[
  "for"
  "range"
] @keyword.repeat

; Operators and punctuation
[
  "+" "-" "*" "/" "%" "&" "|" "^" "<<" ">>" "&^"
  "+=" "-=" "*=" "/=" "%=" "&=" "|=" "^=" "<<=" ">>=" "&^="
  "&&" "||" "<-" "++" "--" "==" "<" ">" "=" "!" "~" "!=" "<=" ">=" ":=" "..."
] @operator

["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," ";" "." ":"] @punctuation.delimiter
