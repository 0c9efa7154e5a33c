package sweep

// readSeeds reads the seeds of a sweep: how many, counted from 0, or which.
func readSeeds(n *node, found *problems) []int64 {
	switch {
	case n.kind == listNode:
		if len(n.items) == 0 {
			found.add(n.at, "", "seeds is an empty list")
		}
		seeds := make([]int64, 0, len(n.items))
		for _, item := range n.items {
			if seed, ok := readSeed(item, 0, found); ok {
				seeds = append(seeds, seed)
			}
		}
		return seeds
	default:
		count, ok := readSeed(n, 1, found)
		if ok && count > MaxRuns {
			found.add(n.at, "", "%d seeds are more than the %d runs that a sweep may have", count, MaxRuns)
			return nil
		}
		seeds := make([]int64, count)
		for i := range seeds {
			seeds[i] = int64(i)
		}
		return seeds
	}
}

// readSeed reads a whole number of at least least.
func readSeed(n *node, least int64, found *problems) (int64, bool) {
	if n.kind != scalarNode {
		found.add(n.at, "write how many, or a list of them: seeds: 5, seeds: [0, 3]", "seeds takes whole numbers, and this is %v", n)
		return 0, false
	}
	p := seedParameter
	p.Min = float64(least)
	v, wrong := n.scalar.typed(p)
	if wrong != nil {
		found.add(n.at, wrong.hint, "seeds %s", wrong.message)
		return 0, false
	}
	seed, ok := v.(int64)
	return seed, ok
}
