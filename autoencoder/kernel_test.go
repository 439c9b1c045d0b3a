package autoencoder

import (
	"os"
	"testing"

	"github.com/morselcodec/morsel/internal/kernel"
)

func TestKernelIsWhatTheEnvironmentNames(t *testing.T) {
	if want := os.Getenv(kernel.Variable); kernel.CheckChoice(want) == nil && want != "" && Kernel() != want {
		t.Errorf("%s runs, want %s", Kernel(), want)
	}
	if err := kernel.CheckChoice(Kernel()); err != nil {
		t.Error(err)
	}
}
