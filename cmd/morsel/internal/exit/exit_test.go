package exit

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
)

func TestExitCode(t *testing.T) {
	_, missing := os.Open("no such file")
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, OK},
		{errors.New("disk on fire"), Failure},
		{missing, Failure}, // an output, say; inputs go through InputError
		{InputError("x", missing), Input},
		{InputError("stdin", errors.New("read error")), Input},
		{Usagef("bad"), Usage},
		{Gatef("gate"), Gate},
		{Modelf("no model"), Model},
		{fmt.Errorf("x: %w", codec.ErrModelNotFound), Model},
		{fmt.Errorf("x: %w", &codec.CorruptError{Section: "header", Err: errors.New("y")}), Input},
		{fmt.Errorf("x: %w", codec.ErrVersion), Input},
		{fmt.Errorf("x: %w", codec.ErrOptions), Usage},
		{fmt.Errorf("x: %w", autoencoder.ErrModel), Input},
		{fmt.Errorf("x: %w", autoencoder.ErrOptions), Usage},
		{fmt.Errorf("x: %w", &autoencoder.FillError{}), Usage},
		{fmt.Errorf("x: %w", autoencoder.ErrChanged), Input},
		{fmt.Errorf("x: %w", formats.ErrShape), Input},
		// What a command says goes before what a package below it means.
		{Usagef("--shape: %w", formats.ErrShape), Usage},
		{errors.Join(nil, Gatef("gate")), Gate},
	} {
		if got := Code(c.err); got != c.want {
			t.Errorf("%v: exit code %d; want %d", c.err, got, c.want)
		}
	}
}
