"""Builds and runs a program under Go and under gol in several ways, and says how they differ."""
import os, pathlib, re, shutil, subprocess

LINK = ['-Wl,-z,now', '-lgolstd', '-lgolrt', '-lgc', '-lunwind', '-lbacktrace', '-lpthread', '-lm']
WAYS = ['gcc -O0', 'gcc -O2', 'clang -O0', 'clang -O2']
EXTRA = ['escape=off', 'stackmove', 'gcstress']      # with the C of clang -O0
PACKAGES = ['errors', 'fmt', 'math', 'math/bits', 'os', 'runtime', 'slices', 'sort', 'strconv', 'strings', 'sync', 'unsafe']
BUILD_LIMIT, RUN_LIMIT = 600, 60


class Failure(Exception):
    """A tool that did not do its work: which, and what it said."""

    def __init__(self, tool, said):
        super().__init__(f'{tool}: {said}')
        self.tool, self.said = tool, said


def run(command, limit, env=None, cwd=None):
    """(status, standard output, standard error); status 'time' when it did not end."""
    try:
        r = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit, cwd=cwd,
                           env={**os.environ, **(env or {})})
        return r.returncode, r.stdout, r.stderr.decode('utf-8', 'replace')
    except subprocess.TimeoutExpired as e:
        return 'time', e.stdout or b'', ''


def find_go():
    """The go command of a 1.27 toolchain, or None."""
    for go in [os.environ.get('GOL_GO'), os.path.expanduser('~/.cache/gol-peers/go/bin/go'), shutil.which('go')]:
        if go and os.access(go, os.X_OK) and 'go1.27' in run([go, 'version'], 60)[1].decode():
            return go
    return None


class Tools:
    def __init__(self, gol, work, go=None):
        self.gol, self.go, self.work = os.path.abspath(gol), go, pathlib.Path(work)
        self.tree = pathlib.Path(self.gol).parent
        self.ccs = [c for c in ('gcc', 'clang') if shutil.which(c)]
        self.ways = [w for w in WAYS if w.split()[0] in self.ccs]
        self.work.mkdir(parents=True, exist_ok=True)
        if go:
            self.make_importcfg()

    def make_importcfg(self):
        """Where the compiled packages of Go's library are, so that `go build` need not look again for each program."""
        form = '{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}'
        status, out, err = run([self.go, 'list', '-export', '-deps', '-f', form, *PACKAGES], BUILD_LIMIT, cwd='/')
        if status != 0:
            raise Failure('go list', err)
        self.importcfg = self.work / 'importcfg'
        self.importcfg.write_bytes(out)

    # ---- Go

    def build_go(self, source, folder):
        obj, exe = folder / 'x.o', folder / 'x.go.exe'
        cfg = str(self.importcfg)
        self.must('go compile', [self.go, 'tool', 'compile', '-lang=go1.27', '-complete', '-p=main', '-importcfg', cfg, '-o', str(obj), str(source)])
        self.must('go link', [self.go, 'tool', 'link', '-s', '-w', '-importcfg', cfg, '-o', str(exe), str(obj)])
        obj.unlink()
        return exe

    @staticmethod
    def must(tool, command, env=None):
        status, out, err = run(command, BUILD_LIMIT, env)
        if status != 0:
            raise Failure(tool, (out.decode('utf-8', 'replace') + err) if status != 'time' else 'does not end')

    # ---- gol

    def translate(self, source, folder, escape_off=False):
        gol_source = folder / 'x.gol'
        if gol_source != source:
            gol_source.write_bytes(source.read_bytes())
        c = folder / ('x.off.c' if escape_off else 'x.c')
        self.must('gol translate', [self.gol, 'translate', '-o', str(c), str(gol_source)],
                  {'GOLFLAGS': '-escape=off'} if escape_off else None)
        return c

    def compile_c(self, c, way):
        cc, level = way.split()
        exe = c.with_suffix('.' + cc + level[1:])
        self.must(way, [cc, level, '-w', f'-I{self.tree}/include', '-o', str(exe), str(c), f'-L{self.tree}/lib', *LINK])
        return exe

    # ---- all together

    def outcome(self, exe, env=None):
        status, out, err = run([str(exe)], RUN_LIMIT, env)
        return status, out, last_words(err)

    def reference(self, source, folder):
        """What the program must do: as Go does it; without Go as the first way does."""
        if self.go:
            return self.outcome(self.build_go(source, folder))
        return self.outcome(self.compile_c(self.translate(source, folder), self.ways[0]))

    def attempt(self, source, folder, way):
        """What the program does this way; raises Failure when it does not build."""
        if way in EXTRA:
            c = self.translate(source, folder, way == 'escape=off')
            exe = self.compile_c(c, self.ways[-2])
            env = {'stackmove': {'GOLDEBUG': 'stackmove=2'}, 'gcstress': {'GOLDEBUG': 'gcstress=1'}}.get(way)
            return self.outcome(exe, env)
        c = folder / 'x.c'
        if not c.exists():
            c = self.translate(source, folder)
        return self.outcome(self.compile_c(c, way))

    def difference(self, source, folder, ways):
        """(way, what differs) of the first way that differs, else None. Raises Failure when Go does not take it."""
        want = self.reference(source, folder)
        if want[0] == 'time':
            raise Failure('go', 'does not end')
        for way in ways:
            try:
                got = self.attempt(source, folder, way)
            except Failure as f:
                return way, f'{f.tool}: {f.said[:2000]}'
            if got != want:
                return way, compare(want, got)
        return None


def last_words(err):
    """What a failing program says, without the trace, addresses and what the shell of the tests adds."""
    head = re.split(r'\n\s*goroutine \d+ ', err)[0]
    head = re.sub(r'0x[0-9a-f]+', '0x', head)
    head = re.sub(r'\[signal SIGSEGV[^\]]*\]', '[signal SIGSEGV]', head)
    return head.strip()


def compare(want, got):
    if want[0] != got[0]:
        return f'status {want[0]} expected, {got[0]} found\n{want[2]}\n{got[2]}'
    if want[1] != got[1]:
        a, b = want[1].decode('utf-8', 'replace').split('\n'), got[1].decode('utf-8', 'replace').split('\n')
        for n, (x, y) in enumerate(zip(a + [''], b + [''])):
            if x != y:
                return f'output line {n + 1}\nexpected: {x}\nfound:    {y}'
        return f'{len(a)} lines expected, {len(b)} found'
    return f'last words\nexpected: {want[2]}\nfound:    {got[2]}'
