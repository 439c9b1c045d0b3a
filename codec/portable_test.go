package codec

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Functions of package math that round differently on some processors. Square
// roots, rounding and the taking apart of numbers are exact everywhere.
var unportable = regexp.MustCompile(`\bmath\.(A?(Sin|Cos|Tan)h?|Sincos|Atan2|Cbrt|Erfc?(inv)?|Exp2?|Expm1|FMA|Gamma|Lgamma|Hypot|J[01n]|Y[01n]|Log(10|1p|2|b)?|Mod|Remainder|Pow)\(`)

// What makes an archive's bytes computes with functions of its own; see
// internal/detmath. That no product is fused with a sum is for .ci/run fused.
func TestPortableMath(t *testing.T) {
	found := 0
	for _, dir := range []string{".", "internal/*", "../formats", "../internal/kernel", "../internal/synth"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for i, line := range strings.Split(string(text), "\n") {
				switch {
				case !unportable.MatchString(line):
				case file == "internal/detmath/logarithm.go" && strings.Contains(line, "return math.Log2(x) // −Inf, +Inf or NaN"):
					found++
				default:
					t.Errorf("%s:%d: %s", file, i+1, strings.TrimSpace(line))
				}
			}
		}
	}
	if found != 1 {
		t.Errorf("looked in the wrong places")
	}
}
