; Scopes
[
  (source_file)
  (function_declaration)
  (method_declaration)
  (function_literal)
  (function_type)
  (type_spec)
  (block)
  (if_statement)
  (for_statement)
  (switch_statement)
  (select_statement)
  (case_clause)
  (communication_clause)
] @local.scope

; Definitions
(import_spec name: (identifier) @local.definition.import)
(const_spec name: (identifier) @local.definition.constant)
(var_spec name: (identifier) @local.definition.var)
(type_spec name: (identifier) @local.definition.type)
(type_parameter name: (identifier) @local.definition.type)
(function_declaration name: (identifier) @local.definition.function)
(method_declaration name: (identifier) @local.definition.method)
(parameter name: (identifier) @local.definition.parameter)
(field_declaration name: (identifier) @local.definition.field)
(labeled_statement label: (identifier) @local.definition.label)
(define_statement left: (identifier) @local.definition.var)
(define_statement left: (expression_list (identifier) @local.definition.var))
(range_clause left: (identifier) @local.definition.var operator: ":=")
(range_clause left: (expression_list (identifier) @local.definition.var) operator: ":=")

; References
(identifier) @local.reference
