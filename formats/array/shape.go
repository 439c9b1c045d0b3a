package array

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/morselcodec/morsel/formats/internal/fail"
)

// MaxRank is the largest number of dimensions of an array.
const MaxRank = 5

// MaxValues is the largest number of values of an array: its size in bytes is an
// int.
const MaxValues = math.MaxInt / 8

// CheckShape returns the number of values of shape. It is an error matching
// [ErrShape] when the rank is not 1 to 5, a dimension is negative, or the
// product exceeds [MaxValues].
func CheckShape(shape []int) (int64, error) {
	if len(shape) < 1 {
		return 0, fmt.Errorf("%w: rank 0 (want 1 to %d)", ErrShape, MaxRank)
	}
	if len(shape) > MaxRank {
		return 0, fail.Shapef("rank %d, %s (want 1 to %d): reshape it so that neighbouring axes are one, or save its parts",
			len(shape), FormatShape(shape), MaxRank)
	}
	n, empty := int64(1), false
	for i, d := range shape {
		switch {
		case d < 0:
			return 0, fmt.Errorf("%w: dimension %d is %d", ErrShape, i, d)
		case d == 0:
			empty = true
		case n > MaxValues/int64(d):
			return 0, fmt.Errorf("%w: %s has too many values", ErrShape, FormatShape(shape))
		default:
			n *= int64(d)
		}
	}
	if empty {
		return 0, nil
	}
	return n, nil
}

// Product returns the number of values of a shape that is known to be possible,
// or of some of its axes.
func Product(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// FormatShape writes a shape as 25x125x125.
func FormatShape(shape []int) string {
	var b strings.Builder
	for i, d := range shape {
		if i > 0 {
			b.WriteByte('x')
		}
		b.WriteString(strconv.Itoa(d))
	}
	return b.String()
}

// ParseShape reads "25,125,125" or "25x125x125", slowest dimension first.
func ParseShape(s string) ([]int, error) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == 'x' })
	if len(parts) != 1+strings.Count(s, ",")+strings.Count(s, "x") {
		return nil, fmt.Errorf("%w: %q (want for example 25,125,125)", ErrShape, s)
	}
	shape := make([]int, len(parts))
	for i, p := range parts {
		n, err := strconv.Atoi(strings.TrimSpace(p))
		if err != nil {
			return nil, fmt.Errorf("%w: %q: %q is not a number", ErrShape, s, p)
		}
		shape[i] = n
	}
	if _, err := CheckShape(shape); err != nil {
		return nil, err
	}
	return shape, nil
}
