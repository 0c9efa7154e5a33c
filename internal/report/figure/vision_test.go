package figure

import (
	"image/color"
	"math"
	"slices"
	"testing"
)

// vision is how a reader sees colours: a matrix over linear RGB.
type vision struct {
	name   string
	matrix [3][3]float64
}

// visions are ordinary sight and dichromacy: Machado, Oliveira and Fernandes, "A Physiologically-based Model for
// Simulation of Color Vision Deficiency", 2009, at severity 1.
var visions = []vision{
	{"ordinary", [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
	{"protanopia", [3][3]float64{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
	{"deuteranopia", [3][3]float64{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
	{"tritanopia", [3][3]float64{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}},
}

// lab is a colour of CIELAB under D65.
type lab struct{ l, a, b float64 }

// see returns a colour of the screen as a reader sees it.
func (v vision) see(c color.NRGBA) lab {
	linear := [3]float64{}
	for i, u := range [3]uint8{c.R, c.G, c.B} {
		if s := float64(u) / 255; s <= 0.04045 {
			linear[i] = s / 12.92
		} else {
			linear[i] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	seen := [3]float64{}
	for i, row := range v.matrix {
		seen[i] = min(max(row[0]*linear[0]+row[1]*linear[1]+row[2]*linear[2], 0), 1)
	}
	const epsilon, kappa = 216.0 / 24389, 24389.0 / 27
	response := func(x, y, z, white float64) float64 {
		t := (x*seen[0] + y*seen[1] + z*seen[2]) / white
		if t > epsilon {
			return math.Cbrt(t)
		}
		return (kappa*t + 16) / 116
	}
	x := response(0.4124564, 0.3575761, 0.1804375, 0.95047)
	y := response(0.2126729, 0.7151522, 0.0721750, 1)
	z := response(0.0193339, 0.1191920, 0.9503041, 1.08883)
	return lab{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// difference is CIEDE2000 (Sharma, Wu and Dalal 2005), in which 1 is about what one just sees side by side.
func difference(p, q lab) float64 {
	radians := func(degrees float64) float64 { return degrees * math.Pi / 180 }
	chroma := (math.Hypot(p.a, p.b) + math.Hypot(q.a, q.b)) / 2
	saturation := func(c float64) float64 { return math.Sqrt(math.Pow(c, 7) / (math.Pow(c, 7) + math.Pow(25, 7))) }
	stretch := 1.5 - 0.5*saturation(chroma)
	hue := func(c lab) float64 {
		h := math.Atan2(c.b, c.a*stretch) * 180 / math.Pi
		return math.Mod(h+360, 360)
	}
	c1, c2 := math.Hypot(p.a*stretch, p.b), math.Hypot(q.a*stretch, q.b)
	h1, h2 := hue(p), hue(q)
	turn, middle := h2-h1, (h1+h2)/2
	switch {
	case c1*c2 == 0:
		turn, middle = 0, h1+h2
	case turn > 180:
		turn, middle = turn-360, middle-180
	case turn < -180:
		turn, middle = turn+360, middle-180
	}
	middle = math.Mod(middle+360, 360)
	chroma = (c1 + c2) / 2
	light := math.Pow((p.l+q.l)/2-50, 2)
	t := 1 - 0.17*math.Cos(radians(middle-30)) + 0.24*math.Cos(radians(2*middle)) +
		0.32*math.Cos(radians(3*middle+6)) - 0.2*math.Cos(radians(4*middle-63))
	dl := (q.l - p.l) / (1 + 0.015*light/math.Sqrt(20+light))
	dc := (c2 - c1) / (1 + 0.045*chroma)
	dh := 2 * math.Sqrt(c1*c2) * math.Sin(radians(turn/2)) / (1 + 0.015*chroma*t)
	rotation := -2 * saturation(chroma) * math.Sin(radians(60*math.Exp(-math.Pow((middle-275)/25, 2))))
	return math.Sqrt(dl*dl + dc*dc + dh*dh + rotation*dc*dh)
}

// TestColourDifference compares with the data that Sharma, Wu and Dalal publish for checking implementations.
func TestColourDifference(t *testing.T) {
	for _, test := range []struct {
		p, q lab
		want float64
	}{
		{lab{50, 2.6772, -79.7751}, lab{50, 0, -82.7485}, 2.0425},
		{lab{50, 0, 0}, lab{50, -1, 2}, 2.3669},
		{lab{50, 2.49, -0.001}, lab{50, -2.49, 0.0009}, 7.1792},
		{lab{50, 2.49, -0.001}, lab{50, -2.49, 0.0011}, 7.2195},
		{lab{50, 2.5, 0}, lab{73, 25, -18}, 27.1492},
		{lab{60.2574, -34.0099, 36.2677}, lab{60.4626, -34.1751, 39.4387}, 1.2644},
		{lab{90.8027, -2.0831, 1.4410}, lab{91.1528, -1.6435, 0.0447}, 1.4441},
		{lab{2.0776, 0.0795, -1.1350}, lab{0.9033, -0.0636, -0.5514}, 0.9082},
	} {
		if got := difference(test.p, test.q); math.Abs(got-test.want) > 5e-5 {
			t.Errorf("%v and %v differ by %.4f, want %.4f", test.p, test.q, got, test.want)
		}
		if there, back := difference(test.p, test.q), difference(test.q, test.p); math.Abs(there-back) > 1e-9 {
			t.Errorf("%v and %v differ by %v there and %v back", test.p, test.q, there, back)
		}
	}
}

func TestWhiteAndRed(t *testing.T) {
	if white := visions[0].see(rgb(0xffffff)); math.Abs(white.l-100) > 1e-3 || math.Hypot(white.a, white.b) > 0.02 {
		t.Errorf("white is %v", white)
	}
	if red := visions[0].see(rgb(0xff0000)); math.Abs(red.l-53.24) > 0.01 || math.Abs(red.a-80.09) > 0.02 || math.Abs(red.b-67.20) > 0.02 {
		t.Errorf("red is %v", red)
	}
}

// Thresholds in CIEDE2000. From about 10 on one no longer takes two colours for shades of one.
const (
	leastBetweenMain    = 12.0 // of the losses that are compared most, by colour alone
	leastOfEqualMarkers = 15.0 // of any losses that have the same marker
	leastFromWhite      = 20.0 // of any loss from the page
)

// TestLossesAreToldApart holds that readers of any vision tell losses apart: those that are compared most by their
// colour, any others by their colour or their marker, and all from the white page.
func TestLossesAreToldApart(t *testing.T) {
	mainLosses := []string{"cross_entropy", "label_smoothing", "focal", "entropy_regularised"}
	for _, v := range visions {
		for loss, l := range looks {
			if d := difference(v.see(l.colour), v.see(rgb(0xffffff))); d < leastFromWhite {
				t.Errorf("%s: %s and the page differ by %.1f", v.name, loss, d)
			}
			for other, o := range looks {
				if loss >= other {
					continue
				}
				d := difference(v.see(l.colour), v.see(o.colour))
				if l.marker == o.marker && d < leastOfEqualMarkers {
					t.Errorf("%s: %s and %s have the same marker, and differ by %.1f", v.name, loss, other, d)
				}
				if slices.Contains(mainLosses, loss) && slices.Contains(mainLosses, other) && d < leastBetweenMain {
					t.Errorf("%s: %s and %s differ by %.1f", v.name, loss, other, d)
				}
			}
		}
	}
}
