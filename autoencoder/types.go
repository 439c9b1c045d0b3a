package autoencoder

import "github.com/morselcodec/morsel/autoencoder/internal/scaling"

// Normalisation maps a field's values to those a network works on,
// (value − Mean) / Scale. With PerWindow the mean of each window is taken off
// instead, in steps of Scale/64, and its number of steps from Mean is stored as
// one more latent.
type Normalisation = scaling.Normalisation
