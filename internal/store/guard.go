package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// guard is an SQLite authorizer that lets a statement select and nothing else.
// See https://sqlite.org/c3ref/set_authorizer.html.
type guard struct {
	refused string // the first thing that was
}

// recursive is SQLITE_RECURSIVE, which the driver does not name: a common table expression that is.
const recursive = 33

// schemaPragmas are the pragmas that describe tables, also as functions such as pragma_table_info.
var schemaPragmas = [...]string{
	"foreign_key_list", "function_list", "index_info", "index_list", "index_xinfo", "table_info", "table_list", "table_xinfo",
}

// authorize is called for each thing that a statement does, while it is prepared.
func (g *guard) authorize(action int, first, second, _ string) int {
	switch action {
	case sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, recursive:
		return sqlite3.SQLITE_OK
	case sqlite3.SQLITE_FUNCTION:
		if !strings.EqualFold(second, "load_extension") {
			return sqlite3.SQLITE_OK
		}
		first = second
	case sqlite3.SQLITE_PRAGMA:
		if slices.Contains(schemaPragmas[:], strings.ToLower(first)) {
			return sqlite3.SQLITE_OK
		}
	}
	if g.refused == "" {
		g.refused = describe(action, first)
	}
	return sqlite3.SQLITE_DENY
}

// describe names an action for people.
func describe(action int, subject string) string {
	name := map[int]string{
		sqlite3.SQLITE_ATTACH:      "ATTACH",
		sqlite3.SQLITE_DETACH:      "DETACH",
		sqlite3.SQLITE_DELETE:      "DELETE FROM " + subject,
		sqlite3.SQLITE_INSERT:      "INSERT INTO " + subject,
		sqlite3.SQLITE_UPDATE:      "UPDATE " + subject,
		sqlite3.SQLITE_PRAGMA:      "PRAGMA " + subject,
		sqlite3.SQLITE_FUNCTION:    "the function " + subject,
		sqlite3.SQLITE_TRANSACTION: subject,
		sqlite3.SQLITE_SAVEPOINT:   "SAVEPOINT",
	}[action]
	if name == "" || strings.HasPrefix(subject, "sqlite_") {
		return "a change of the schema"
	}
	return name
}

// explain says what was refused, where err comes from that.
func (g *guard) explain(err error) error {
	if g.refused == "" {
		return err
	}
	return fmt.Errorf("%w: %s is refused", ErrOnlyReads, g.refused)
}

// oneStatement refuses text that holds no statement or goes on after the first. SQLite reads no further than a NUL
// byte, so that is refused too.
func oneStatement(sql string) error {
	if i := strings.IndexByte(sql, 0); i >= 0 {
		return fmt.Errorf("there is a NUL byte after %d bytes of the statement", i)
	}
	first, rest := cutStatement(sql)
	switch {
	case !first && !rest:
		return errors.New("there is no statement")
	case rest:
		return fmt.Errorf("%w, one statement at a time", ErrOnlyReads)
	}
	return nil
}

// cutStatement says whether there is anything but space and comments before the first semicolon that ends a
// statement, and after it.
func cutStatement(sql string) (first, rest bool) {
	ended := false
	for i := 0; i < len(sql); {
		length, blank := token(sql[i:])
		switch {
		case sql[i] == ';':
			ended = true
		case blank:
		case ended:
			return first, true
		default:
			first = true
		}
		i += length
	}
	return first, false
}

// byteOrderMark is what some editors begin a file with. SQLite takes it for space.
const byteOrderMark = "\ufeff"

// token returns the length of the first token of s, and whether it is space or a comment. Quoted text is one
// token, other text one for each byte.
func token(s string) (length int, blank bool) {
	until := func(start int, end string) int {
		if i := strings.Index(s[start:], end); i >= 0 {
			return start + i + len(end)
		}
		return len(s)
	}
	switch {
	case strings.HasPrefix(s, "--"):
		return until(2, "\n"), true
	case strings.HasPrefix(s, "/*"):
		return until(2, "*/"), true
	case strings.ContainsRune(" \t\n\f\r", rune(s[0])):
		return 1, true
	case strings.HasPrefix(s, byteOrderMark):
		return len(byteOrderMark), true
	case s[0] == '\'', s[0] == '"', s[0] == '`':
		return until(1, s[:1]), false
	case s[0] == '[':
		return until(1, "]"), false
	}
	return 1, false
}
