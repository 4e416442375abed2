; What stands between the brackets of these is a level deeper.
[
  (block)
  (literal_value)
  (arguments)
  (parameters)
  (type_parameters)
  (parenthesized_expression)
  (index_expression)
  (struct_type)
  (interface_type)
  (import_declaration)
  (const_declaration)
  (var_declaration)
  (type_declaration)
  (case_clause)
  (communication_clause)
] @indent.begin

; An expression that goes on, on the next line
[
  (binary_expression)
  (selector_expression)
] @indent.begin

; The clauses of a switch stand as deep as the switch itself.
["case" "default"] @indent.branch
["}" ")" "]"] @indent.branch @indent.end

(labeled_statement label: (identifier) @indent.dedent)
(string_literal) @indent.ignore
(comment) @indent.ignore
