package store

// interned keeps one copy of each text that stands in many rows. The zero value is empty.
type interned map[string]string

// text returns the text that the bytes hold.
func (known *interned) text(b []byte) string {
	if s, ok := (*known)[string(b)]; ok {
		return s
	}
	if *known == nil {
		*known = interned{}
	}
	s := string(b)
	(*known)[s] = s
	return s
}
