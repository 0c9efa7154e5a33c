package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"experiment/internal/comparison"
)

// rankings writes how losses rank over data sets, where there are several.
func rankings(b *strings.Builder, c Comparison) {
	all := comparison.Rankings(c.Tables)
	if len(all) == 0 {
		return
	}
	b.WriteString("\n## Over data sets\n\n")
	header, right := []string{"Loss"}, []bool{false}
	for _, r := range all {
		header, right = append(header, escape(r.Column.Title())), append(right, true)
	}
	ranks := make([]map[string]float64, len(all))
	for k, r := range all {
		ranks[k] = r.ByName()
	}
	var rows [][]string
	for _, name := range rankedRows(all) {
		row := []string{escape(name)}
		for k := range all {
			text := "–"
			if rank, ok := ranks[k][name]; ok {
				text = strconv.FormatFloat(rank, 'f', 2, 64)
			}
			row = append(row, text)
		}
		rows = append(rows, row)
	}
	p := []string{"p of the Friedman test"}
	for _, r := range all {
		p = append(p, escape(comparison.FormatP(r.P)))
	}
	b.WriteString(pipeTable(header, right, append(rows, p)))
	note := fmt.Sprintf("Average ranks of the means over seeds, 1 being the best, over %s (%s). The Friedman test asks whether all losses rank the same but for chance; its "+
		"p is by the χ² distribution, which is conservative for few blocks.", plural(all[0].Friedman.Blocks, "block"), escape(strings.Join(all[0].Blocks, "; ")))
	if left := all[0].Left; len(left) > 0 {
		note += " Not ranked, since not every block has them: " + escape(join(left)) + "."
	}
	paragraph(b, note)
}

// rankedRows lists the rows that have a rank in any metric.
func rankedRows(all []comparison.Ranking) []string {
	var names []string
	for _, r := range all {
		for _, name := range r.Rows {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
