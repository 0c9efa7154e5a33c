package torch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"
)

// TestArraysKeepEveryBit goes through the values that arithmetic or a decimal form would change.
func TestArraysKeepEveryBit(t *testing.T) {
	odd := []uint32{0x80000000, 1, 0x7fc00001, 0xffabcdef, 0x7f800000, 0x3f800001} // -0, denormal, two NaN, inf, 1+2^-23
	var want []byte
	values := make([]float32, len(odd))
	for i, bits := range odd {
		want = binary.LittleEndian.AppendUint32(want, bits)
		values[i] = math.Float32frombits(bits)
	}
	scoped(t, func(s *Scope) {
		a := FromSlice(s, values, 2, 3).Array()
		if a.DType != Float32 || len(a.Shape) != 2 || a.Shape[0] != 2 || a.Shape[1] != 3 || !bytes.Equal(a.Data, want) {
			t.Errorf("the array is %+v", a)
		}
		target := s.Zeros(Float32, CPU, 2, 3).RequireGrad()
		err := s.NoGrad(func() error { target.Copy_(FromArray(s, a)); return s.Err() })
		if err != nil || !bytes.Equal(target.Array().Data, want) || !target.RequiresGrad() {
			t.Errorf("a copy of the array is %+v: %v", target.Array(), err)
		}
		if got := FromSlice(s, []float64{1, 2, 3, 4, 5, 6}, 2, 3).Transpose(0, 1).Array(); !bytes.Equal(got.Data, FromSlice(s, []float64{1, 4, 2, 5, 3, 6}, 3, 2).Array().Data) {
			t.Errorf("a transposed tensor is read as %+v", got)
		}
		if empty := FromArray(s, s.Zeros(Int64, CPU, 0, 3).Array()); empty.Size(1) != 3 {
			t.Error("an array without elements loses its shape")
		}
	})
}

func TestArraysThatAreNone(t *testing.T) {
	for name, a := range map[string]Array{
		"short":    {Float32, []int{2}, make([]byte, 7)},
		"long":     {Float64, []int{2}, make([]byte, 24)},
		"negative": {Uint8, []int{-1, -1}, make([]byte, 1)},
		"type":     {DType(99), []int{1}, make([]byte, 4)},
	} {
		err := Do(func(s *Scope) error { FromArray(s, a); return nil })
		var failed *Error
		if !errors.As(err, &failed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
