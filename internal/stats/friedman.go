package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Friedman says whether treatments differ over blocks, such as methods that are all tried on each of some problems.
type Friedman struct {
	Ranks            []float64 // average rank of each treatment, 1 being the best
	Statistic, DF, P float64   // Friedman's χ²

	ImanDavenport, ImanDF1, ImanDF2, ImanP float64 // the F of Iman and Davenport

	Blocks int // those ranked
}

// FriedmanTest ranks the treatments within each block, values[block][treatment], and tests whether all have the same mean
// rank (Friedman, "The use of ranks to avoid the assumption of normality implicit in the analysis of variance", JASA
// 1937). Equal values share the average of their ranks. For N blocks, k treatments and the sums of ranks R_j,
//
//	χ² = (k-1) · Σ_j (R_j - N(k+1)/2)² / Σ_ij (r_ij - (k+1)/2)²,
//
// which corrects for ties (Conover, "Practical Nonparametric Statistics", 1999, section 5.8) and has about the χ²
// distribution with k-1 degrees of freedom. That is conservative for few blocks; the statistic of Iman and Davenport (1980),
//
//	F = (N-1)·χ² / (N·(k-1) - χ²), with k-1 and (k-1)·(N-1) degrees of freedom,
//
// is less so, and is what Demšar (JMLR 2006) advises. Where every block has the same ranks it is infinite and its p 0,
// although in blocks without ties chance does that once in (k!)^(N-1) cases.
//
// An infinity ranks like any number. A block with a NaN cannot be ranked, and is left out. Statistics are undefined for
// fewer than two blocks or two treatments, and ranks where no block is left. If every block is one tie, the
// statistics are 0 and p is 1. Blocks of different lengths panic.
func FriedmanTest(values [][]float64, lowerIsBetter bool) Friedman {
	nan := math.NaN()
	f := Friedman{Statistic: nan, DF: nan, P: nan, ImanDavenport: nan, ImanDF1: nan, ImanDF2: nan, ImanP: nan}
	if len(values) == 0 {
		return f
	}
	k := len(values[0])
	sums := make([]float64, k) // of twice the ranks less their mean, as all sums here: integers, and so exact
	within := 0.
	for _, block := range values {
		if len(block) != k {
			panic("stats: ranking blocks of different lengths")
		}
		if slices.ContainsFunc(block, math.IsNaN) {
			continue
		}
		f.Blocks++
		for treatment, rank := range doubledRanks(block, lowerIsBetter) {
			centered := rank - float64(k+1)
			sums[treatment] += centered
			within += centered * centered
		}
	}
	n, between := float64(f.Blocks), 0.
	f.Ranks = make([]float64, k)
	for treatment, sum := range sums {
		f.Ranks[treatment] = (sum/n + float64(k+1)) / 2
		between += sum * sum
	}
	if f.Blocks >= 2 && k >= 2 {
		f.test(n, float64(k), between, within)
	}
	return f
}

// test fills in the statistics from the sums of squares of the rank sums and of the ranks, each less its mean.
func (f *Friedman) test(n, k, between, within float64) {
	f.DF, f.ImanDF1, f.ImanDF2 = k-1, k-1, (k-1)*(n-1)
	if within == 0 {
		f.Statistic, f.P, f.ImanDavenport, f.ImanP = 0, 1, 0, 1
		return
	}
	f.Statistic = (k - 1) * between / within
	f.P = distuv.ChiSquared{K: f.DF}.Survival(f.Statistic)
	f.ImanDavenport = (n - 1) * between / (n*within - between)
	f.ImanP = mathext.RegIncBeta(f.ImanDF2/2, f.ImanDF1/2, f.ImanDF2/(f.ImanDF2+f.ImanDF1*f.ImanDavenport))
}

// doubledRanks returns twice the rank of each value, the best having rank 1 and equal ones the average of theirs.
func doubledRanks(values []float64, lowerIsBetter bool) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		if lowerIsBetter {
			return cmp.Compare(values[i], values[j])
		}
		return cmp.Compare(values[j], values[i])
	})
	ranks := make([]float64, len(values))
	for first := 0; first < len(order); {
		end := first + 1
		for end < len(order) && values[order[end]] == values[order[first]] {
			end++
		}
		for _, i := range order[first:end] {
			ranks[i] = float64(first + 1 + end)
		}
		first = end
	}
	return ranks
}
