#!/usr/bin/env python3
"""Writes the sorting routines, once for each way to compare and swap: pdq_*.gol here and in ../slices.

The algorithm is the pattern-defeating quicksort of Orson Peters with the parameters that Go has, so that equal
elements end up where Go leaves them, and for stable sorting insertion sort and the in-place merge of
Kim and Kutzner ("Stable Minimum Storage Merging by Symmetric Comparisons", 2004)."""

TEMPLATE = '''// Made by pdqgen.py in package sort; do not edit.

package @PKG@
@IMPORT@
// insertion@N@ sorts data[a:b] by insertion.
func insertion@N@(@ARGS@, a, b int) {
	for i := a + 1; i < b; i++ {
		for j := i; j > a && @LESS(j|j-1)@; j-- {
			@SWAP(j|j-1)@
		}
	}
}

// sift@N@ moves the element at first+root down the heap data[first:first+end].
func sift@N@(@ARGS@, root, end, first int) {
	for {
		child := 2*root + 1
		if child >= end {
			return
		}
		if child+1 < end && @LESS(first+child|first+child+1)@ {
			child++
		}
		if !@LESSP(first+root|first+child)@ {
			return
		}
		@SWAP(first+root|first+child)@
		root = child
	}
}

// heap@N@ sorts data[a:b] by a heap.
func heap@N@(@ARGS@, a, b int) {
	n := b - a
	for i := (n - 1) / 2; i >= 0; i-- {
		sift@N@(@PASS@, i, n, a)
	}
	for i := n - 1; i >= 0; i-- {
		@SWAP(a|a+i)@
		sift@N@(@PASS@, 0, i, a)
	}
}

// pdq@N@ sorts data[a:b]. limit is how many more bad choices of a pivot there may be before it turns to
// heap sort.
func pdq@N@(@ARGS@, a, b, limit int) {
	balanced := true    // the last partition was about even
	partitioned := true // the last partition moved nothing
	for {
		n := b - a
		if n <= 12 {
			insertion@N@(@PASS@, a, b)
			return
		}
		if limit == 0 {
			heap@N@(@PASS@, a, b)
			return
		}
		if !balanced {
			scatter@N@(@PASS@, a, b)
			limit--
		}
		pivot, order := pivot@N@(@PASS@, a, b)
		if order == descending {
			reverse@N@(@PASS@, a, b)
			pivot = b - 1 - (pivot - a)
			order = ascending
		}
		if balanced && partitioned && order == ascending && nearly@N@(@PASS@, a, b) {
			return
		}
		if a > 0 && !@LESSP(a-1|pivot)@ {
			// Nothing here is less than the pivot: set aside what equals it.
			a = equal@N@(@PASS@, a, b, pivot)
			continue
		}
		mid, unmoved := partition@N@(@PASS@, a, b, pivot)
		partitioned = unmoved
		left, right := mid-a, b-mid
		if left < right {
			balanced = left >= n/8
			pdq@N@(@PASS@, a, mid, limit)
			a = mid + 1
		} else {
			balanced = right >= n/8
			pdq@N@(@PASS@, mid+1, b, limit)
			b = mid
		}
	}
}

// partition@N@ arranges data[a:b] into what is less than the pivot, the pivot, and the rest. It returns the
// pivot's place and whether nothing had to move.
func partition@N@(@ARGS@, a, b, pivot int) (mid int, unmoved bool) {
	@SWAP(a|pivot)@
	i, j := a+1, b-1
	unmoved = true
	for {
		for i <= j && @LESS(i|a)@ {
			i++
		}
		for i <= j && !@LESSP(j|a)@ {
			j--
		}
		if i > j {
			break
		}
		@SWAP(i|j)@
		i++
		j--
		unmoved = false
	}
	@SWAP(j|a)@
	return j, unmoved
}

// equal@N@ arranges data[a:b], none of it less than the pivot, into what equals the pivot and the rest, and
// returns where the rest begins.
func equal@N@(@ARGS@, a, b, pivot int) int {
	@SWAP(a|pivot)@
	i, j := a+1, b-1
	for {
		for i <= j && !@LESSP(a|i)@ {
			i++
		}
		for i <= j && @LESS(a|j)@ {
			j--
		}
		if i > j {
			return i
		}
		@SWAP(i|j)@
		i++
		j--
	}
}

// nearly@N@ sorts data[a:b] if a few moves are enough and reports whether it is sorted.
func nearly@N@(@ARGS@, a, b int) bool {
	i := a + 1
	for step := 0; step < 5; step++ {
		for i < b && !@LESSP(i|i-1)@ {
			i++
		}
		if i == b {
			return true
		}
		if b-a < 50 {
			return false
		}
		@SWAP(i|i-1)@
		if i-a >= 2 {
			for j := i - 1; j >= 1 && @LESS(j|j-1)@; j-- {
				@SWAP(j|j-1)@
			}
		}
		if b-i >= 2 {
			for j := i + 1; j < b && @LESS(j|j-1)@; j++ {
				@SWAP(j|j-1)@
			}
		}
	}
	return false
}

// scatter@N@ swaps three elements in the middle of data[a:b] with others, chosen by a fixed random sequence, to
// break patterns that make bad pivots.
func scatter@N@(@ARGS@, a, b int) {
	n := b - a
	if n < 8 {
		return
	}
	random := uint64(n)
	mask := uint(1)<<uint(bits.Len(uint(n))) - 1
	at := a + n/4*2 - 1
	for i := 0; i < 3; i++ {
		random ^= random << 13
		random ^= random >> 7
		random ^= random << 17
		other := int(uint(random) & mask)
		if other >= n {
			other -= n
		}
		@SWAP(at+i|a+other)@
	}
}

// pivot@N@ chooses a pivot for data[a:b]: of up to 8 elements the middle, of up to 50 the median of three, else
// the median of three such medians. It also guesses the order from how many of these were out of order.
func pivot@N@(@ARGS@, a, b int) (pivot, order int) {
	n := b - a
	swaps := 0
	i, j, k := a+n/4, a+n/4*2, a+n/4*3
	if n >= 8 {
		if n >= 50 {
			i = median@N@(@PASS@, i-1, i, i+1, &swaps)
			j = median@N@(@PASS@, j-1, j, j+1, &swaps)
			k = median@N@(@PASS@, k-1, k, k+1, &swaps)
		}
		j = median@N@(@PASS@, i, j, k, &swaps)
	}
	switch swaps {
	case 0:
		return j, ascending
	case 12:
		return j, descending
	}
	return j, unordered
}

// median@N@ returns which of the places i, j, k holds the median, and adds to *swaps how often it had to
// exchange two of them.
func median@N@(@ARGS@, i, j, k int, swaps *int) int {
	if @LESS(j|i)@ {
		*swaps++
		i, j = j, i
	}
	if @LESS(k|j)@ {
		*swaps++
		j, k = k, j
	}
	if @LESS(j|i)@ {
		*swaps++
		j = i
	}
	return j
}

// reverse@N@ reverses data[a:b].
func reverse@N@(@ARGS@, a, b int) {
	for i, j := a, b-1; i < j; i, j = i+1, j-1 {
		@SWAP(i|j)@
	}
}
'''

STABLE = '''
// stable@N@ sorts data[:n] and keeps equal elements in order.
func stable@N@(@ARGS@, n int) {
	size := 20
	for a := 0; a < n; a += size {
		insertion@N@(@PASS@, a, least(a+size, n))
	}
	for ; size < n; size *= 2 {
		for a := 0; a+size < n; a += 2 * size {
			merge@N@(@PASS@, a, a+size, least(a+2*size, n))
		}
	}
}

// merge@N@ merges the sorted data[a:m] and data[m:b] in place.
func merge@N@(@ARGS@, a, m, b int) {
	if a == m || m == b {
		return
	}
	if m-a == 1 || b-m == 1 {
		// A single element: find its place and move it there.
		if m-a == 1 {
			low, high := m, b
			for low < high {
				mid := int(uint(low+high) >> 1)
				if @LESS(mid|a)@ {
					low = mid + 1
				} else {
					high = mid
				}
			}
			for i := a; i < low-1; i++ {
				@SWAP(i|i+1)@
			}
			return
		}
		low, high := a, m
		for low < high {
			mid := int(uint(low+high) >> 1)
			if !@LESSP(m|mid)@ {
				low = mid + 1
			} else {
				high = mid
			}
		}
		for i := m; i > low; i-- {
			@SWAP(i|i-1)@
		}
		return
	}
	// Find the cut around the middle that is symmetric to it: data[start:m] and data[m:end]
	// change places, and two smaller merges remain.
	mid := int(uint(a+b) >> 1)
	sum := mid + m
	low, high := a, m
	if m > mid {
		low, high = sum-b, mid
	}
	for low < high {
		c := int(uint(low+high) >> 1)
		if !@LESSP(sum-1-c|c)@ {
			low = c + 1
		} else {
			high = c
		}
	}
	start, end := low, sum-low
	if start < m && m < end {
		reverse@N@(@PASS@, start, m)
		reverse@N@(@PASS@, m, end)
		reverse@N@(@PASS@, start, end)
	}
	if a < start && start < mid {
		merge@N@(@PASS@, a, start, mid)
	}
	if mid < end && end < b {
		merge@N@(@PASS@, mid, end, b)
	}
}
'''

import re

def write(path, pkg, name, args, passing, less, swap, stable, imports='"math/bits"', lessp=None):
    text = TEMPLATE + (STABLE if stable else '')
    def expand(kind):
        def f(m):
            a, b = m.group(1), m.group(2)
            return kind.replace('$1', a).replace('$2', b)
        return f
    text = re.sub(r'@LESSP\(([^|@]*)\|([^@]*?)\)@', expand(lessp or less), text)
    text = re.sub(r'@LESS\(([^|@]*)\|([^@]*?)\)@', expand(less), text)
    text = re.sub(r'@SWAP\(([^|@]*)\|([^@]*?)\)@', expand(swap), text)
    text = text.replace('@PKG@', pkg).replace('@N@', name).replace('@ARGS@', args).replace('@PASS@', passing)
    text = text.replace('@IMPORT@', '\nimport %s\n' % imports)
    open(path, 'w').write(text)

M = 'data.Less($1, $2)', 'data.Swap($1, $2)'
write('pdq_interface.gol', 'sort', 'Data', 'data Interface', 'data', *M, True)
write('pdq_func.gol', 'sort', 'Func', 'data *lessSwap', 'data', 'data.less($1, $2)', 'data.swap($1, $2)', True)
S = 'data[$1], data[$2] = data[$2], data[$1]'
write('pdq_int.gol', 'sort', 'Ints', 'data []int', 'data', 'data[$1] < data[$2]', S, False, lessp='(data[$1] < data[$2])')
write('pdq_string.gol', 'sort', 'Strings', 'data []string', 'data', 'data[$1] < data[$2]', S, False, lessp='(data[$1] < data[$2])')
write('pdq_float64.gol', 'sort', 'Float64s', 'data []float64', 'data', 'lessFloat(data[$1], data[$2])', S, False)
write('../slices/pdq_ordered.gol', 'slices', 'Ordered[E cmp.Ordered]', 'data []E', 'data', 'cmp.Less(data[$1], data[$2])', S, False, imports='(\n\t"cmp"\n\t"math/bits"\n)')
write('../slices/pdq_func.gol', 'slices', 'Func[E any]', 'data []E', 'data', '(cmp(data[$1], data[$2]) < 0)', S, True)
for path in ('../slices/pdq_ordered.gol', '../slices/pdq_func.gol'):
    t = open(path).read()
    # Type parameters belong to declarations, not to calls and comments; the comparison is passed along.
    t = re.sub(r'(?m)^(?!func )(.*?)(Ordered|Func)\[E [a-z.A-Z]+\]', r'\1\2', t)
    while re.search(r'(?m)^(?!func )(.*?)(Ordered|Func)\[E [a-z.A-Z]+\]', t):
        t = re.sub(r'(?m)^(?!func )(.*?)(Ordered|Func)\[E [a-z.A-Z]+\]', r'\1\2', t)
    if 'Func' in path or 'func' in path:
        t = re.sub(r'(?m)^(func .*?), a, (b|m, b)(.*?) int', r'\1, a, \2\3 int', t)
        t = re.sub(r'\(data \[\]E, (.*?) int(, swaps \*int)?\)', r'(data []E, \1 int\2, cmp func(a, b E) int)', t)
        t = re.sub(r'(\w+Func)\(data, ((?:[^()]|\([^()]*\))*)\)', r'\1(data, \2, cmp)', t)
    open(path, 'w').write(t)
