package figure

import (
	"hash/fnv"
	"image/color"
	"math"
)

// familyColours are taken from palettes that colour-blind readers tell apart: Okabe and Ito for the losses
// that are compared most, Tol's muted scheme for the others. Vermillion is left to the gaps.
var familyColours = map[string]color.NRGBA{
	"cross_entropy":          rgb(0x333333),
	"label_smoothing":        rgb(0xe69f00),
	"focal":                  rgb(0x0072b2),
	"entropy_regularised":    rgb(0x009e73),
	"brier":                  rgb(0xcc79a7),
	"dual_focal":             rgb(0x56b4e9),
	"focal_flsd53":           rgb(0x332288),
	"poly1":                  rgb(0x999933),
	"margin_label_smoothing": rgb(0x882255),
	"logit_norm":             rgb(0x117733),
	"mmce":                   rgb(0x44aa99),
	"mdca":                   rgb(0xaa4499),
}

// spareColours are for losses that have no colour of their own.
var spareColours = [...]color.NRGBA{rgb(0x661100), rgb(0x6699cc), rgb(0x888888), rgb(0xddcc77)}

var gapColour = rgb(0xd55e00)

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

// Colour returns the colour of a loss, which is the same in every figure of every report.
func Colour(loss string) color.NRGBA {
	if c, ok := familyColours[loss]; ok {
		return c
	}
	hash := fnv.New32a()
	if _, err := hash.Write([]byte(loss)); err != nil {
		return spareColours[0]
	}
	return spareColours[hash.Sum32()%uint32(len(spareColours))]
}

// Shade returns the i-th of n tones of a colour, from light to dark; of one, the colour itself.
func Shade(c color.NRGBA, i, n int) color.NRGBA {
	if n < 2 {
		return c
	}
	t := float64(i) / float64(n-1)
	if t < 0.5 {
		return mix(c, rgb(0xffffff), 0.55*(1-2*t))
	}
	return mix(c, rgb(0), 0.5*(2*t-1))
}

// mix returns c with a share of another colour, opaque.
func mix(c, other color.NRGBA, share float64) color.NRGBA {
	blend := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*(1-share) + float64(b)*share)) }
	return color.NRGBA{R: blend(c.R, other.R), G: blend(c.G, other.G), B: blend(c.B, other.B), A: 0xff}
}

// faded returns c with an opacity from 0 to 1.
func faded(c color.NRGBA, opacity float64) color.NRGBA {
	c.A = uint8(math.Round(255 * opacity))
	return c
}
