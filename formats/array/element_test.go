package array

import (
	"encoding/json"
	"errors"
	"testing"
)

func TestParseElement(t *testing.T) {
	for _, c := range []struct {
		d    DType
		in   string
		want string // "" for an error
		bits uint64
	}{
		{Int64, "-9223372036854775808", "-9223372036854775808", 1 << 63},
		{Int64, "-9223372036854775806", "-9223372036854775806", 1<<63 + 2},
		{Int64, "9223372036854775807", "9223372036854775807", 1<<63 - 1},
		{Uint64, "18446744073709551615", "18446744073709551615", 1<<64 - 1},
		{Uint64, "9223372036854775808", "9223372036854775808", 1 << 63},
		{Uint64, "-1", "", 0},
		{Int64, "9223372036854775808", "", 0},
		{Int16, "-9999", "-9999", 0xd8f1},
		{Int16, "-9.999e3", "-9999", 0xd8f1},
		{Int16, "32768", "", 0},
		{Int16, "0.5", "", 0},
		{Uint8, "255", "255", 255},
		{Uint8, "256", "", 0},
		{Uint8, "-1", "", 0},
		{Float32, " 1e20 ", "1e+20", 0x60ad78ec},
		{Float32, "9.96921e36", "9.96921e+36", 0x7cf00000},
		{Float32, "1e300", "", 0},
		{Float32, "1e-300", "", 0},
		{Float16, "-9999", "-10000", 0xf0e2},
		{Float16, "1e20", "", 0},
		{Float64, "-9999.9", "-9999.9", 0xc0c387f333333333},
		{Float64, "1e400", "", 0},
		{Float64, "x", "", 0},
		{Float64, "", "", 0},
		{DType(0), "1", "", 0},
	} {
		e, err := ParseElement(c.d, c.in)
		if c.want == "" {
			if !errors.Is(err, ErrFormat) {
				t.Errorf("%v %q: %v, %v", c.d, c.in, e, err)
			}
			continue
		}
		if err != nil || c.bits != e.Bits {
			t.Errorf("%v %q: %#x, %v", c.d, c.in, e.Bits, err)
			continue
		}
		if got := e.String(); got != c.want {
			t.Errorf("%v %q: %q", c.d, c.in, got)
		}
		if got, err := json.Marshal(e); err != nil || string(got) != c.want {
			t.Errorf("%v %q: JSON %s, %v", c.d, c.in, got, err)
		}
		if back, err := ParseElement(c.d, e.String()); err != nil || back != e {
			t.Errorf("%v %q: %v becomes %v, %v", c.d, c.in, e, back, err)
		}
		if back := ElementAt(c.d, e.Append(nil)); back != e {
			t.Errorf("%v %q: %v is stored as %v", c.d, c.in, e, back)
		}
	}
}
