// Package loss holds the losses that train an autoencoder on scientific arrays
// and the counts that judge one: the mean squared error, the directional sign
// loss (DSL) with its gradients, the exact DSL, and their weighted mix.
//
// Most callers need one value and one call: [Mix] with its two weights is the
// training loss, and its Gradient fills a buffer with the derivative in the
// prediction and returns the loss.
//
// Arrays are flat, row-major, slowest dimension first, and shape[0] is always
// the batch, which no loss looks across: a single array of shape S is the
// batch [1, S...]. Any rank works. Every loss is symmetric, so swapping the two
// arrays gives the derivative in the other one.
//
// A result does not depend on the number of workers: an example is summed in a
// fixed order in float64, and so are the examples. In float32 its last digits
// may depend on the processor's vector instructions. NaN in either array makes
// the loss NaN and so the gradients that it touches. One worker allocates
// nothing.
//
// DSL compares the signs of finite differences along every axis through a
// smooth stand-in for the sign, tanh(s·d) or softsign, with sharpness s. It is
// Algorithm 1 of Dam, Agarwal and Gopalakrishnan, "Directional Sign Loss",
// arXiv 2504.04202; [FindSharpness] is Algorithm 2.
package loss
