package npy

import (
	"encoding/binary"
	"fmt"
	"math"
)

// DType is the type of an array's elements.
type DType struct {
	Name      string // NumPy's name without the byte order: float16, int64, uint8
	Size      int    // bytes
	BigEndian bool
}

// parseDType returns the type that a descriptor such as "<f4" or ">u2" names.
func parseDType(descr string) (DType, error) {
	refused := fmt.Errorf("elements are %q, not floats of 16, 32 or 64 bits or integers of 8 to 64: convert them with astype", descr)
	if len(descr) != 3 {
		if descr == "|O" {
			return DType{}, fmt.Errorf("elements are Python objects, which are never read: convert them to numbers with astype")
		}
		return DType{}, refused
	}
	d := DType{Size: int(descr[2] - '0'), BigEndian: descr[0] == '>'}
	kind, smallest := "", 1
	switch descr[1] {
	case 'f':
		kind, smallest = "float", 2
	case 'i':
		kind = "int"
	case 'u':
		kind = "uint"
	}
	ordered := descr[0] == '<' || descr[0] == '>'
	sized := d.Size == 1 || d.Size == 2 || d.Size == 4 || d.Size == 8
	if kind == "" || !sized || d.Size < smallest || !ordered && (descr[0] != '|' || d.Size != 1) {
		return DType{}, refused
	}
	d.Name = fmt.Sprintf("%s%d", kind, 8*d.Size)
	return d, nil
}

// String returns the name, with the byte order where it is not the usual one.
func (d DType) String() string {
	if d.BigEndian {
		return d.Name + " (big-endian)"
	}
	return d.Name
}

// Integer reports whether the elements are integers.
func (d DType) Integer() bool { return d.Name != "" && d.Name[0] != 'f' }

// words returns how unsigned integers are read in this byte order.
func (d DType) words() (u16 func([]byte) uint16, u32 func([]byte) uint32, u64 func([]byte) uint64) {
	if d.BigEndian {
		return binary.BigEndian.Uint16, binary.BigEndian.Uint32, binary.BigEndian.Uint64
	}
	return binary.LittleEndian.Uint16, binary.LittleEndian.Uint32, binary.LittleEndian.Uint64
}

// float returns a function that reads the element at the start of some bytes. Integers beyond 2^53 are
// rounded to the nearest float64.
func (d DType) float() func([]byte) float64 {
	u16, u32, u64 := d.words()
	switch {
	case d.Name == "float32" && !d.BigEndian: // the usual ones, without a call for the order of bytes
		return func(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) }
	case d.Name == "float64" && !d.BigEndian:
		return func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }
	}
	switch d.Name {
	case "float16":
		return func(b []byte) float64 { return half(u16(b)) }
	case "float32":
		return func(b []byte) float64 { return float64(math.Float32frombits(u32(b))) }
	case "float64":
		return func(b []byte) float64 { return math.Float64frombits(u64(b)) }
	case "uint64":
		return func(b []byte) float64 { return float64(u64(b)) }
	}
	integer := d.integer()
	return func(b []byte) float64 { return float64(integer(b)) }
}

// integer returns a function that reads the integer at the start of some bytes. One of uint64 beyond the
// range of int64 comes out negative.
func (d DType) integer() func([]byte) int64 {
	u16, u32, u64 := d.words()
	switch d.Name {
	case "int8":
		return func(b []byte) int64 { return int64(int8(b[0])) }
	case "int16":
		return func(b []byte) int64 { return int64(int16(u16(b))) }
	case "int32":
		return func(b []byte) int64 { return int64(int32(u32(b))) }
	case "uint8":
		return func(b []byte) int64 { return int64(b[0]) }
	case "uint16":
		return func(b []byte) int64 { return int64(u16(b)) }
	case "uint32":
		return func(b []byte) int64 { return int64(u32(b)) }
	default:
		return func(b []byte) int64 { return int64(u64(b)) }
	}
}

// half returns the value of an IEEE 754 binary16, which float64 holds exactly.
func half(bits uint16) float64 {
	sign := uint64(bits>>15) << 63
	exponent, fraction := uint64(bits>>10&0x1f), uint64(bits&0x3ff)
	switch exponent {
	case 0:
		return math.Copysign(float64(fraction)*0x1p-24, math.Float64frombits(sign|1))
	case 0x1f:
		return math.Float64frombits(sign | 0x7ff<<52 | fraction<<42)
	default:
		return math.Float64frombits(sign | (exponent+1023-15)<<52 | fraction<<42)
	}
}
