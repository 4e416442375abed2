"""Random Go programs for tests/fuzz/differ.

tree     what programs are made of, how they are printed, and what a shrinker may take away
types    the types of a program, and what Go allows with them
exprs    an expression of a given type
stmts    statements with their bodies
idioms   longer patterns: channels, defers, range functions, order of evaluation
decls    types, methods, functions, generics, constants, package variables
program  one whole program, and several of them as one file
shrink   makes a differing program smaller
toolchain  builds and runs under Go and gol

A program is a function of its seed. It ends, since loops count to constants, calls go to functions made before, and
the work of each function is estimated while it is made. What the specification leaves open is not generated: order of
map iteration, of reads against calls that write, capacities after append, float to integer out of range.
"""
