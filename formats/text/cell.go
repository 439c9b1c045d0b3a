package text

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
)

// cellValue is what a cell says.
type cellValue struct {
	kind  kind
	bits  uint64 // of an int64, a uint64 or a float64
	comma bool   // is the decimal mark
	plain string // the number as Go writes it
}

type kind uint8

const (
	kindText     kind = iota
	kindMissing       // empty, or a word for it
	kindWhole         // a whole number, as int64
	kindUnsigned      // a whole number beyond int64, as uint64
	kindBeyond        // a whole number beyond uint64, as float64
	kindReal          // any other number, as float64
)

// number reports whether the cell is one.
func (k kind) number() bool { return k >= kindWhole }

// parseCell reads a cell. With commas set, a decimal comma is read too.
func parseCell(cell string, commas bool) cellValue {
	s := strings.TrimSpace(cell)
	if isMissing(s) {
		return cellValue{kind: kindMissing}
	}
	if !mayBeNumber(s) {
		return cellValue{}
	}
	if v, ok := parseWhole(s); ok {
		v.plain = s
		return v
	}
	v, err := strconv.ParseFloat(s, 64)
	if err == nil {
		return cellValue{kind: kindReal, bits: math.Float64bits(v), plain: s}
	}
	plain := strings.ReplaceAll(strings.ToLower(s), "d", "e") // Fortran's exponent of a double
	if n := len(plain) - 4; n > 0 && (plain[n] == '+' || plain[n] == '-') && strings.Contains(plain[:n], ".") {
		plain = plain[:n] + "e" + plain[n:] // of three digits, which leave its letter no room
	}
	comma := commas && hasDecimalComma(s)
	if comma {
		plain = strings.Replace(plain, ",", ".", 1)
	}
	if plain != s && strings.Trim(plain, "+-.0123456789e") == "" {
		if v, err = strconv.ParseFloat(plain, 64); err == nil {
			return cellValue{kindReal, math.Float64bits(v), comma, plain}
		}
	}
	if strings.EqualFold(strings.TrimLeft(s, "+-"), "nan") {
		return cellValue{kind: kindReal, bits: math.Float64bits(math.NaN()), plain: "nan"}
	}
	return cellValue{}
}

// unreadable reports whether a text is a number that cannot be read: one beyond
// float64, or one too wide for its field, which Fortran fills with stars.
func unreadable(cell string) bool {
	s := strings.TrimSpace(cell)
	_, err := strconv.ParseFloat(s, 64)
	return errors.Is(err, strconv.ErrRange) || s != "" && strings.Trim(s, "*") == ""
}

func isMissing(s string) bool {
	if len(s) > len("<NA>") {
		return false
	}
	switch strings.ToLower(s) {
	case "", "na", "n/a", "#n/a", "<na>", "null", "none", "-", "--", "---":
		return true
	}
	return false
}

// mayBeNumber spares most text the parsing.
func mayBeNumber(s string) bool {
	return strings.IndexByte("+-.,0123456789nNiI", s[0]) >= 0
}

// parseWhole reads digits with or without a sign. -0 is none of them: it has a
// sign to lose.
func parseWhole(s string) (cellValue, bool) {
	digits := strings.TrimPrefix(s, "+")
	if digits == s {
		digits = strings.TrimPrefix(s, "-")
	}
	if !allDigits(digits) || s[0] == '-' && strings.Trim(digits, "0") == "" {
		return cellValue{}, false
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return cellValue{kind: kindWhole, bits: uint64(n)}, true
	}
	if n, err := strconv.ParseUint(digits, 10, 64); err == nil && s[0] != '-' {
		return cellValue{kind: kindUnsigned, bits: n}, true
	}
	v, err := strconv.ParseFloat(s, 64)
	return cellValue{kind: kindBeyond, bits: math.Float64bits(v)}, err == nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// hasDecimalComma reports whether s is a number but for one comma.
func hasDecimalComma(s string) bool {
	mantissa, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "d", "e"), "e")
	whole, fraction, ok := strings.Cut(strings.TrimLeft(mantissa, "+-"), ",")
	return ok && allDigits(whole+fraction)
}

// float returns the value, that of a whole number rounded.
func (v cellValue) float() float64 {
	switch v.kind {
	case kindWhole:
		return float64(int64(v.bits))
	case kindUnsigned:
		return float64(v.bits)
	case kindBeyond, kindReal:
		return math.Float64frombits(v.bits)
	}
	return math.NaN()
}

// rounded reports whether a whole number is not what float64 holds, nor the
// shortest way to write that.
func (v cellValue) rounded(cell string) bool {
	f := v.float()
	if v.kind == kindReal || !(math.Abs(f) >= array.MaxExactInteger) {
		return false
	}
	s := strings.TrimPrefix(strings.TrimSpace(cell), "+")
	n, _ := new(big.Int).SetString(s, 10)
	if exact, _ := big.NewFloat(f).Int(nil); n == nil || exact.Cmp(n) == 0 {
		return false
	}
	return strconv.FormatFloat(f, 'f', -1, 64) != s
}
