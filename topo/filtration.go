package topo

// sweep runs the filtration of the cells by (key, index) and calls pair for
// every component that dies, with the keys of its birth and death. It returns
// the births of those that never do.
//
// It does not sort the cells. Every cell descends to the minimum of its basin
// by steepest descent, all below it; so the components below any level are
// joined only at cells whose lower neighbours lie in different basins, and
// only these saddle candidates are sorted.
func sweep[K key](g *grid, keys []K, pair func(birth, death K)) (essential []K) {
	f := descend(g, keys)
	if g.stopped() { // before the end: f leads in circles
		return nil
	}
	f.flatten()
	saddles := findSaddles(g, keys, f)
	sortCells(saddles)

	older := func(a, b int32) bool { return keys[a] < keys[b] || keys[a] == keys[b] && a < b }
	at := newLocator(g)
	for n, s := range saddles {
		if n%stopCells == 0 && g.stopped() {
			return nil
		}
		i := int(s.cell)
		st := at.stencil(i)
		root := f.find(s.cell)
		meet := func(j int32) {
			other := f.find(j)
			if other == root {
				return
			}
			if older(other, root) {
				root, other = other, root
			}
			if keys[other] < s.key {
				pair(keys[other], s.key)
			}
			f[other] = root
		}
		for _, o := range st.before {
			if keys[i+o] <= s.key {
				meet(int32(i + o))
			}
		}
		for _, o := range st.after {
			if keys[i+o] < s.key {
				meet(int32(i + o))
			}
		}
	}
	for i, p := range f {
		if int(p) == i {
			essential = append(essential, keys[i])
		}
	}
	return essential
}

// descend links every cell to the lowest of its neighbourhood. Roots are the
// local minima; cells left out point nowhere.
func descend[K key](g *grid, keys []K) forest {
	f := make(forest, len(keys))
	for r := range g.rows() {
		for i := r.start; i < r.end; i++ {
			low := keys[i]
			if low == absent[K]() {
				f[i] = -1
				continue
			}
			best, st := i, r.at(i)
			for _, o := range st.before { // nearest first, so <= prefers the lower index
				if k := keys[i+o]; k <= low {
					low, best = k, i+o
				}
			}
			for _, o := range st.after {
				if k := keys[i+o]; k < low {
					low, best = k, i+o
				}
			}
			f[i] = int32(best)
		}
	}
	return f
}

// findSaddles returns the cells with a lower neighbour in another basin, in
// order of index.
func findSaddles[K key](g *grid, keys []K, basin forest) []keyed[K] {
	var saddles []keyed[K]
	for r := range g.rows() {
	cells:
		for i := r.start; i < r.end; i++ {
			k, b := keys[i], basin[i]
			if b < 0 {
				continue
			}
			st := r.at(i)
			for _, o := range st.before {
				if basin[i+o] != b && keys[i+o] <= k {
					saddles = append(saddles, keyed[K]{k, int32(i)})
					continue cells
				}
			}
			for _, o := range st.after {
				if basin[i+o] != b && keys[i+o] < k {
					saddles = append(saddles, keyed[K]{k, int32(i)})
					continue cells
				}
			}
		}
	}
	return saddles
}

// forest is a union-find structure over cells: each points towards the oldest
// cell of its component, which points to itself.
type forest []int32

// find returns the root of i, halving the path to it.
func (f forest) find(i int32) int32 {
	for f[i] != i {
		f[i] = f[f[i]]
		i = f[i]
	}
	return i
}

// flatten makes every cell point to its root directly.
func (f forest) flatten() {
	for i, p := range f {
		if p >= 0 {
			f[i] = f.find(int32(i))
		}
	}
}
