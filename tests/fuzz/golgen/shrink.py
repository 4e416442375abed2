"""Makes a program smaller for as long as it fails: first whole declarations and statements, in halves and then one by
one, then bodies in the place of what they are bodies of, then expressions."""
import time

from .tree import B, E, S, walk


class Shrinker:
    """fails(): whether the tree as it stands still shows the fault; called often."""

    def __init__(self, root, fails, seconds):
        self.root, self.fails, self.end, self.tries = root, fails, time.time() + seconds, 0

    def still(self):
        self.tries += 1
        return self.fails()

    def late(self):
        return time.time() > self.end

    def shrink(self):
        while not self.late():
            if not (self.remove_statements() | self.unwrap() | self.simplify()):
                break

    def remove_statements(self):
        changed = False
        for body in [x for x in walk(self.root) if isinstance(x, B)]:
            changed |= self.halve(body)
        return changed

    def halve(self, body):
        changed = False
        live = [s for s in body if not s.gone]
        size = len(live)
        while size >= 1 and not self.late():
            for at in range(0, len(live), size):
                part = [s for s in live[at:at + size] if not s.gone]
                if not part or (size == 1 and part[0].keep and not any(isinstance(p, B) for p in part[0].parts) and part[0].parts[0] == 'return '):
                    continue
                for s in part:
                    s.gone = True
                if self.still():
                    changed = True
                else:
                    for s in part:
                        s.gone = False
            size //= 2
        return changed

    def unwrap(self):
        changed = False
        for s in [x for x in walk(self.root) if isinstance(x, S)]:
            if self.late():
                break
            if s.bare or not any(isinstance(p, B) for p in s.parts) or str(s.parts[0]).startswith('func '):
                continue
            s.bare = True
            if self.still():
                changed = True
            else:
                s.bare = False
        return changed

    def simplify(self):
        changed = False
        for e in [x for x in walk(self.root) if isinstance(x, E)]:
            if self.late():
                break
            if e.instead is not None or len(e.parts) < 2 or e.t is None:
                continue
            inner = [x for x in walk(e) if isinstance(x, E) and x is not e and str(x.t) == str(e.t)]
            for other in [self.simple(e.t), *inner[:4]]:
                e.instead = other
                if self.still():
                    changed = True
                    break
                e.instead = None
        return changed

    @staticmethod
    def simple(t):
        if t.integer or t.floating or t.complex:
            return f'{t}(0)'
        if t.kind == 'string' and not t.name:
            return '""'
        if t.kind == 'bool' and not t.name:
            return 'false'
        return f'*new({t})'
