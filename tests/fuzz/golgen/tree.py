"""Trees of a generated program: expressions E, statements S, lists of statements B.

A part is a string, an E, an S or a B. A B prints its statements on lines of their own, indented. Whatever the shrinker
takes away is noted in the tree itself: a statement `gone`, an expression's `instead`.
"""


class E:
    """An expression of type t. const: Go sees a constant, so that overflow would be a compile-time error."""
    __slots__ = ('t', 'parts', 'const', 'instead')

    def __init__(self, t, *parts, const=False):
        self.t, self.parts, self.const, self.instead = t, parts, const, None


class S:
    """A statement or declaration. keep: the shrinker need not try to remove it."""
    __slots__ = ('parts', 'keep', 'gone', 'bare')

    def __init__(self, *parts, keep=False):
        self.parts, self.keep, self.gone, self.bare = list(parts), keep, False, False


class B(list):
    """A list of statements."""


def _emit(x, out, indent):
    if isinstance(x, str):
        out.append(x)
    elif isinstance(x, E):
        if x.instead is not None:
            _emit(x.instead, out, indent)
        else:
            for p in x.parts:
                _emit(p, out, indent)
    elif isinstance(x, S):
        for p in x.parts:
            if not x.bare or isinstance(p, B):
                _emit(p, out, indent)
    else:
        for s in x:
            if not s.gone:
                out.append('\n' + '\t' * (indent + 1))
                _emit(s, out, indent + 1)
        out.append('\n' + '\t' * indent)


def text(x, indent=0):
    out = []
    if isinstance(x, B):
        for s in x:
            if not s.gone:
                _emit(s, out, indent)
                out.append('\n')
    else:
        _emit(x, out, indent)
    return ''.join(out)


def walk(x):
    """Every E, S and B that still prints, outermost first."""
    if isinstance(x, str):
        return
    if isinstance(x, S) and x.gone:
        return
    yield x
    if isinstance(x, E) and x.instead is not None:
        yield from walk(x.instead)
        return
    for p in (x if isinstance(x, B) else x.parts):
        yield from walk(p)


def template(source, args=()):
    """Statements from Go text. Each @ stands for the next argument: a string, an E, or a B (on a line of its own:
    spliced). A line that ends in { or ( opens a body, one that begins with } or ) ends it; the shrinker may remove any
    statement of any body."""
    args = iter(args)

    def parts_of(line):
        out = []
        for i, piece in enumerate(line.split('@')):
            if i:
                a = next(args)
                out.append(a if isinstance(a, (str, E, B, S)) else str(a))
            if piece:
                out.append(piece)
        return out

    lines = [l.strip() for l in source.strip().split('\n')]
    top = B()
    open_bodies = [top]
    for line in lines:
        if not line:
            continue
        body = open_bodies[-1]
        opens = line[-1] in '{('
        closes = line[0] in '})'
        if line == '@':
            a = next(args)
            body.extend(a if isinstance(a, B) else [a])
            continue
        if closes:
            open_bodies.pop()
            stmt = open_bodies[-1][-1]
            stmt.parts.extend(parts_of(line))
        else:
            stmt = S(*parts_of(line))
            body.append(stmt)
        if opens:
            inner = B()
            stmt.parts.append(inner)
            open_bodies.append(inner)
    assert len(open_bodies) == 1, source
    assert next(args, None) is None, source
    return top
