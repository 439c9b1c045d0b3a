package autoencoder

import "github.com/morselcodec/morsel/internal/kernel"

// Kernel names the vector instructions that this process runs on: "avx512",
// "avx2", "neon" or, without any, "portable". They are the best that machine and
// build have, unless the environment variable MORSEL_KERNEL named others when
// the process started; a name that is unknown, or that the machine lacks, is
// ignored.
func Kernel() string { return kernel.Active().String() }
