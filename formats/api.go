package formats

import (
	"io/fs"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/arrow"
	"github.com/morselcodec/morsel/formats/foreign"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/raw"
)

// What [array] holds goes by the same names here.
type (
	// Float is the type that values are worked on in.
	Float = array.Float
	// Array is a row-major array; see [array.Array].
	Array[T Float] = array.Array[T]
	// Header is name, element type and shape; see [array.Header].
	Header = array.Header
	// Source is one array of a file; see [array.Source].
	Source = array.Source
	// Skipped is an entry of a file that is no array; see [array.Skipped].
	Skipped = array.Skipped
	// DType is an element type; see [array.DType].
	DType = array.DType
	// Element is one value, bit for bit; see [array.Element].
	Element = array.Element
	// Range is from the smallest to the largest value; see [array.Range].
	Range = array.Range
	// Census is what one pass over an array tells; see [array.Census].
	Census = array.Census
	// Candidate is a value that looks like fill; see [array.Candidate].
	Candidate = array.Candidate
	// FillPolicy says what becomes of candidates; see [array.FillPolicy].
	FillPolicy = array.FillPolicy
)

// What [arrow] adds.
type (
	// ArrowLayout is how an array becomes an Arrow column; see [arrow.Layout].
	ArrowLayout = arrow.Layout
	// TensorType is the extension type arrow.fixed_shape_tensor; see [arrow.TensorType].
	TensorType = arrow.TensorType
	// TensorArray is the array of a [TensorType].
	TensorArray = arrow.TensorArray
)

// The layouts; see [arrow.LayoutTensor] and its like.
const (
	LayoutTensor = arrow.LayoutTensor
	LayoutList   = arrow.LayoutList
	LayoutColumn = arrow.LayoutColumn
)

// ParseArrowLayout reads tensor, list or column.
func ParseArrowLayout(s string) (ArrowLayout, error) { return arrow.ParseLayout(s) }

// NewTensorType returns the type of rows of the given shape and element type; see
// [arrow.NewTensorType].
func NewTensorType(d DType, shape []int) (*TensorType, error) { return arrow.NewTensorType(d, shape) }

// The element types.
const (
	Float32 = array.Float32
	Float64 = array.Float64
	Float16 = array.Float16
	Int8    = array.Int8
	Int16   = array.Int16
	Int32   = array.Int32
	Int64   = array.Int64
	Uint8   = array.Uint8
	Uint16  = array.Uint16
	Uint32  = array.Uint32
	Uint64  = array.Uint64
)

// What becomes of values that look like fill; see [array.FillPolicy].
const (
	FillDeclared = array.FillDeclared
	FillAuto     = array.FillAuto
	FillNone     = array.FillNone
)

// Limits of arrays; see [array.MaxRank] and its like.
const (
	MaxRank         = array.MaxRank
	MaxValues       = array.MaxValues
	MaxExactInteger = array.MaxExactInteger
)

// The errors of arrays and files, to match with errors.Is.
var (
	ErrFormat      = array.ErrFormat      // input that is not what its format, header or shape says
	ErrShape       = array.ErrShape       // an impossible or mismatched shape
	ErrValue       = array.ErrValue       // values that their element type cannot hold
	ErrInexact     = array.ErrInexact     // integers that float64 cannot hold
	ErrUnsupported = array.ErrUnsupported // input that is sound but is not read
	ErrChanged     = array.ErrChanged     // an array that gives other values when it is read again

	// ErrLimit marks a file, sound or not, that takes more memory than
	// [OpenOptions] allow. It matches ErrFormat too.
	ErrLimit = fail.ErrLimit
)

// Read loads an array; see [array.Read].
func Read[T Float](s Source) (*Array[T], error) { return array.Read[T](s) }

// FromArray returns the source of an array in memory; see [array.FromArray].
func FromArray[T Float](a *Array[T]) Source { return array.FromArray(a) }

// Convert32 rounds an array to float32; see [array.Convert32].
func Convert32(a *Array[float64]) *Array[float32] { return array.Convert32(a) }

// DTypeOf returns the element type of T.
func DTypeOf[T Float]() DType { return array.DTypeOf[T]() }

// ParseDType reads a type name; see [array.ParseDType].
func ParseDType(s string) (DType, error) { return array.ParseDType(s) }

// ParseElement reads a number as an element of type d; see [array.ParseElement].
func ParseElement(d DType, s string) (Element, error) { return array.ParseElement(d, s) }

// ElementAt returns the element of type d at the beginning of b.
func ElementAt(d DType, b []byte) Element { return array.ElementAt(d, b) }

// Promote converts little-endian elements of type d into dst; see [array.Promote].
func Promote[T Float](dst []T, src []byte, d DType) error { return array.Promote(dst, src, d) }

// Demote converts src into little-endian elements of type d; see [array.Demote].
func Demote[T Float](dst []byte, src []T, d DType) { array.Demote(dst, src, d) }

// Float16To32 widens a half float exactly; see [array.Float16To32].
func Float16To32(h uint16) float32 { return array.Float16To32(h) }

// Float32To16 rounds to the nearest half float; see [array.Float32To16].
func Float32To16(f float32) uint16 { return array.Float32To16(f) }

// CheckShape returns the number of values of a shape; see [array.CheckShape].
func CheckShape(shape []int) (int64, error) { return array.CheckShape(shape) }

// FormatShape writes a shape as 25x125x125.
func FormatShape(shape []int) string { return array.FormatShape(shape) }

// ParseShape reads "25,125,125" or "25x125x125", slowest dimension first.
func ParseShape(s string) ([]int, error) { return array.ParseShape(s) }

// NewCensus starts a census of elements of type d; see [array.NewCensus].
func NewCensus(d DType, fills []Element) (*Census, error) { return array.NewCensus(d, fills) }

// CheckFill reports an error unless e can be a fill value; see [array.CheckFill].
func CheckFill(d DType, e Element) error { return array.CheckFill(d, e) }

// Printable escapes what does not print; see [array.Printable].
func Printable(s string) string { return array.Printable(s) }

// ShapeInName returns the shape that raw values in a file of that name are read
// with; see [raw.ShapeInName].
func ShapeInName(name string) []int { return raw.ShapeInName(name) }

// Folder returns the error of a folder that was given as a file; see
// [foreign.Folder].
func Folder(fsys fs.FS, name string) error { return foreign.Folder(fsys, name) }
