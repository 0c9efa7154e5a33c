package rng

import "math/bits"

// Constants of Philox4x64: the multipliers of the rounds and the steps of the key, from Salmon et al.
// 2011, section 4.3 and Random123.
const (
	multiplier0 = 0xD2E7470EE14C6C93
	multiplier1 = 0xCA5A826395121157
	weyl0       = 0x9E3779B97F4A7C15 // the golden ratio
	weyl1       = 0xBB67AE8584CAA73B // √3 - 1
)

// philox is the bijection Philox4x64-10 of a counter under a key: four words that look independent of
// those of any other counter.
func philox(counter [4]uint64, key [2]uint64) [4]uint64 {
	c0, c1, c2, c3 := counter[0], counter[1], counter[2], counter[3]
	k0, k1 := key[0], key[1]
	for range 10 {
		high0, low0 := bits.Mul64(multiplier0, c0)
		high1, low1 := bits.Mul64(multiplier1, c2)
		c0, c1, c2, c3 = high1^c1^k0, low1, high0^c3^k1, low0
		k0 += weyl0
		k1 += weyl1
	}
	return [4]uint64{c0, c1, c2, c3}
}
