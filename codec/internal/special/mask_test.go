package special

import (
	"testing"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// A masked value has one of the classes that there are.
func TestMaskClass(t *testing.T) {
	g := grid.New([]int{1})
	half := mixing.NewCounter(1 << 15)
	for class, ok := range map[int]bool{0: false, 1: true, 2: true, 3: false, 255: false} {
		rc := rangecoder.NewEncoder([]byte{2, 7, 8}) // two classes, elements of one byte
		rc.Code(1, half.P())
		for k := 7; k >= 0; k-- {
			rc.Code(class>>k&1, half.P())
		}
		m, err := parseMask(rc.Finish(), &g, 1)
		if (err == nil) != ok || ok && int(m.Class[0]) != class {
			t.Errorf("class %d: %v", class, err)
		}
	}
}
