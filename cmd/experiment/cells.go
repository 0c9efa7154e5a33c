package main

import "slices"

// cells is a table turned into text for people.
type cells struct {
	columns []column // without those that are data only
	rows    [][]string
	colours [][]string // SGR codes, "" for none
}

func (t table) cells() (cells, error) {
	var c cells
	var kept []int
	for i, column := range t.columns {
		if !column.dataOnly {
			kept = append(kept, i)
			c.columns = append(c.columns, column)
		}
	}
	for row, err := range t.rows {
		if err != nil {
			return cells{}, err
		}
		texts, colours := make([]string, len(kept)), make([]string, len(kept))
		for i, from := range kept {
			texts[i] = c.columns[i].display(row[from])
			if paint := c.columns[i].paint; paint != nil {
				colours[i] = paint(row[from])
			}
		}
		c.rows, c.colours = append(c.rows, texts), append(c.colours, colours)
	}
	for i := len(c.columns) - 1; i >= 0; i-- {
		hasValue := slices.ContainsFunc(c.rows, func(row []string) bool { return row[i] != "" })
		if c.columns[i].optional && !hasValue {
			c.drop(i)
		}
	}
	return c, nil
}

// drop takes a column out.
func (c *cells) drop(i int) {
	c.columns = slices.Delete(c.columns, i, i+1)
	for j := range c.rows {
		c.rows[j], c.colours[j] = slices.Delete(c.rows[j], i, i+1), slices.Delete(c.colours[j], i, i+1)
	}
}

// narrow leaves out columns that can be spared, the last first, until the table fits into a width.
func (c cells) narrow(widths []int, width int) (cells, []int) {
	narrowed := c.clone()
	for i := len(c.columns) - 1; i >= 0 && total(widths) > width; i-- {
		if c.columns[i].spare {
			narrowed.drop(i)
			widths = slices.Delete(widths, i, i+1)
		}
	}
	return narrowed, widths
}

// clone returns a copy whose columns can be dropped without touching those of c.
func (c cells) clone() cells {
	copied := cells{columns: slices.Clone(c.columns)}
	for i := range c.rows {
		copied.rows, copied.colours = append(copied.rows, slices.Clone(c.rows[i])), append(copied.colours, slices.Clone(c.colours[i]))
	}
	return copied
}

// total returns the width of a table.
func total(widths []int) int {
	sum := -len(gap)
	for _, w := range widths {
		sum += w + len(gap)
	}
	return sum
}

// shrink narrows the widest of the columns that may be narrowed until the table fits into a width, and
// says whether it does.
func shrink(columns []column, widths []int, width int) bool {
	for excess := total(widths) - width; excess > 0; excess-- {
		widest := -1
		for i, column := range columns {
			if column.elide != elideNever && widths[i] > leastWidth && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return false
		}
		widths[widest]--
	}
	return true
}
