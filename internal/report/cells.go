package report

import (
	"fmt"
	"strconv"
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

// grid writes every cell for people. A cell over fewer runs than its row says so.
func (t Table) grid() grid {
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
		cells = append(cells, gridCell{text: row.count()})
		for i, cell := range row.Cells {
			text := formatCell(t.Columns[i], cell)
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
func (r Row) count() string {
	if r.N < r.Planned {
		return fmt.Sprintf("%d of %d", r.N, r.Planned)
	}
	return strconv.Itoa(r.N)
}
