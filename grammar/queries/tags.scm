(
  (comment)? @doc
  .
  (function_declaration name: (identifier) @name) @definition.function
)
(
  (comment)? @doc
  .
  (method_declaration name: (identifier) @name) @definition.method
)
(
  (comment)? @doc
  .
  (type_declaration (type_spec name: (identifier) @name) @definition.type)
)
(package_clause name: (identifier) @name) @definition.module
(method_spec name: (identifier) @name) @definition.method
(field_declaration name: (identifier) @name) @definition.field
(source_file (const_declaration (const_spec name: (identifier) @name) @definition.constant))
(source_file (var_declaration (var_spec name: (identifier) @name) @definition.variable))

(call_expression function: (identifier) @name) @reference.call
(call_expression function: (selector_expression name: (identifier) @name)) @reference.call
(composite_literal type: (identifier) @name) @reference.type
(qualified_type name: (identifier) @name) @reference.type
