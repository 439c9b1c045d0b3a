// Package synth generates the fields that this project demonstrates and tests
// itself on: shallow-water simulations, modulated sinusoids, price-like random
// walks, and nested spheres, the data sets of the DSL paper (arXiv 2504.04202)
// and of "Topological Autoencoders" (Moor et al. 2020) that can be made rather
// than collected.
//
// Most callers need [Generate] with one of [Kinds]; each kind is also a struct
// whose zero value works. A count of one example is returned in the example's
// shape, more with a leading dimension.
//
// Example i depends on the seed, on i and on the options, never on the count or
// the number of processors, and has the same bits on every machine: products
// are converted before they are added, even in another statement or function,
// so that no compiler fuses them, and the elementary functions are the package's
// own.
package synth
