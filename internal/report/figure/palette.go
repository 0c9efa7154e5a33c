package figure

import (
	"hash/fnv"
	"image/color"
	"math"
)

// look is what a loss is known by in every figure.
type look struct {
	colour color.NRGBA
	marker Marker
}

// looks are taken from palettes that colour-blind readers tell apart: Okabe and Ito for the losses that are compared
// most, Tol's muted scheme for the others. Vermillion is left to the gaps. No palette of twelve keeps all of them apart
// for everybody, so those that some readers may confuse have different markers.
var looks = map[string]look{
	"cross_entropy":          {rgb(0x333333), Circle},
	"label_smoothing":        {rgb(0xe69f00), Square},
	"focal":                  {rgb(0x0072b2), Triangle},
	"entropy_regularised":    {rgb(0x009e73), Diamond},
	"brier":                  {rgb(0xcc79a7), Wedge},
	"dual_focal":             {rgb(0x56b4e9), Circle},
	"focal_flsd53":           {rgb(0x332288), Square},
	"poly1":                  {rgb(0x999933), Triangle},
	"margin_label_smoothing": {rgb(0x882255), Diamond},
	"logit_norm":             {rgb(0x117733), Circle},
	"mmce":                   {rgb(0x44aa99), Square},
	"mdca":                   {rgb(0xaa4499), Circle},
}

// spares are for losses that have no look of their own.
var spares = [...]look{{rgb(0x661100), Wedge}, {rgb(0x6699cc), Wedge}, {rgb(0x888888), Wedge}, {rgb(0xddcc77), Wedge}}

var gapColour = rgb(0xd55e00)

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

// Colour returns the colour of a loss, which is the same in every figure of every report.
func Colour(loss string) color.NRGBA { return lookOf(loss).colour }

// MarkerOf returns the marker of a loss, which is the same in every figure of every report.
func MarkerOf(loss string) Marker { return lookOf(loss).marker }

func lookOf(loss string) look {
	if l, ok := looks[loss]; ok {
		return l
	}
	hash := fnv.New32a()
	if _, err := hash.Write([]byte(loss)); err != nil {
		return spares[0]
	}
	return spares[hash.Sum32()%uint32(len(spares))]
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
