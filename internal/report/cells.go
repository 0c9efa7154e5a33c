package report

import (
	"fmt"
	"strconv"

	"experiment/internal/comparison"
)

// grid is a table as text: what every rendering for people starts from.
type grid struct {
	header []string
	rows   [][]gridCell
	left   int // columns from the left that hold words
}

type gridCell struct {
	text string
	best bool
}

// gridOf writes every cell of a table for people. A cell over fewer runs than its row says so.
func gridOf(t comparison.Table) grid {
	g := grid{header: append([]string{"Loss"}, t.Axes...), left: 1 + len(t.Axes)}
	g.header = append(g.header, "n")
	for _, c := range t.Columns {
		g.header = append(g.header, c.Header)
	}
	for _, row := range t.Rows {
		cells := []gridCell{{text: row.Label}}
		for _, v := range row.Values {
			cells = append(cells, gridCell{text: v})
		}
		cells = append(cells, gridCell{text: count(row)})
		for i, cell := range row.Cells {
			text := t.Columns[i].FormatCell(cell)
			if cell.N > 0 && cell.N < row.N {
				text += fmt.Sprintf(" (n=%d)", cell.N)
			}
			cells = append(cells, gridCell{text, cell.Best})
		}
		g.rows = append(g.rows, cells)
	}
	return g
}

// count says how many runs finished, and of how many where that is not all.
func count(r comparison.Row) string {
	if r.N < r.Planned {
		return fmt.Sprintf("%d of %d", r.N, r.Planned)
	}
	return strconv.Itoa(r.N)
}
