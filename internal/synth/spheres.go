package synth

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/morselcodec/morsel/formats/array"
)

// Spheres is the SPHERES set of "Topological Autoencoders" (Moor et al. 2020):
// points on ten spheres of radius 5 inside one of radius 25 around the origin,
// which holds as many points as the ten together. The centres of the ten are
// normal, with a standard deviation of 10/√d for d-dimensional spheres. A row is
// a point; the default is 10000 of them, of d+1 = 101 coordinates.
//
// The spheres take turns: see [SphereOf].
type Spheres struct{ Options }

// SphereOf returns the sphere of point i: 0 to 9, or 10 for the one around.
func SphereOf(i int) int {
	if i%2 == 1 {
		return outerSphere
	}
	return i / 2 % outerSphere
}

const outerSphere = 10

// Generate returns an array of shape [Count, coordinates].
func (s Spheres) Generate(ctx context.Context) (*array.Array[float32], error) {
	shape, err := s.shape("spheres", 101)
	if err != nil {
		return nil, err
	}
	dims := shape[0]
	if dims < 2 {
		return nil, fmt.Errorf("%w: synth: spheres: %d coordinates (want 2 or more)", array.ErrShape, dims)
	}
	count := s.count(10000)
	a, err := newArray("spheres", count, shape)
	if err != nil {
		return nil, err
	}

	rng := random(s.Seed, math.MaxInt64)
	var centres [outerSphere + 1][]float64
	for i := range centres {
		centres[i] = make([]float64, dims)
		if i != outerSphere {
			for j := range centres[i] {
				centres[i][j] = float64(10 / math.Sqrt(float64(dims-1)) * normal(rng))
			}
		}
	}
	steps := progress{report: s.Progress, total: count}
	err = forEach(ctx, a, count, s.Seed, func(rng *rand.Rand, i int, dst []float32) error {
		sphere, radius := SphereOf(i), 5.0
		if sphere == outerSphere {
			radius = 25
		}
		onSphere(rng, dst, centres[sphere], radius)
		steps.step()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// onSphere sets dst to a uniform point of a sphere: a normal vector, scaled.
func onSphere(rng *rand.Rand, dst []float32, centre []float64, radius float64) {
	v := make([]float64, len(dst))
	var squares float64
	for squares == 0 {
		for j := range v {
			v[j] = normal(rng)
			squares += float64(v[j] * v[j])
		}
	}
	k := radius / math.Sqrt(squares)
	for j := range v {
		dst[j] = float32(centre[j] + float64(k*v[j]))
	}
}
