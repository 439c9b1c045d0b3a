package measure

import (
	"math"
	"slices"
	"testing"
)

// peerFigure is what a peer takes of one field, in bits per value of float32, by
// the filter of hdf5plugin 7.1.0 as peers.py calls it and by its own tool:
// SZ3 3.3.2, SPERR 0.8.5, zfp 1.0.0.
type peerFigure struct {
	peer        string
	shape       []int
	bound       string
	filter, own float64
}

var peerFigures = []peerFigure{
	{"SZ3", []int{131072}, "rel 1e-2", 1.7090, 1.5499},
	{"SZ3", []int{131072}, "rel 1e-3", 5.3525, 5.0819},
	{"SZ3", []int{131072}, "rel 1e-4", 9.2021, 8.8951},
	{"SZ3", []int{256, 100}, "rel 1e-2", 0.3550, 0.3059},
	{"SZ3", []int{256, 100}, "rel 1e-3", 0.6484, 0.8109},
	{"SZ3", []int{256, 100}, "rel 1e-4", 1.3419, 2.3109},
	{"SZ3", []int{512, 512}, "rel 1e-2", 0.8466, 0.8483},
	{"SZ3", []int{512, 512}, "rel 1e-3", 3.4137, 3.3254},
	{"SZ3", []int{512, 512}, "rel 1e-4", 6.9170, 6.7141},
	{"SZ3", []int{10, 256, 128}, "rel 1e-2", 0.2482, 0.2526},
	{"SZ3", []int{10, 256, 128}, "rel 1e-3", 0.8185, 0.8213},
	{"SZ3", []int{10, 256, 128}, "rel 1e-4", 2.7919, 2.5567},
	{"SZ3", []int{25, 125, 125}, "rel 1e-2", 0.5523, 0.4704},
	{"SZ3", []int{25, 125, 125}, "rel 1e-3", 2.1095, 1.989},
	{"SZ3", []int{25, 125, 125}, "rel 1e-4", 4.7674, 5.0191},
	{"SZ3", []int{64, 33, 36}, "rel 1e-2", 0.3207, 0.3528},
	{"SZ3", []int{64, 33, 36}, "rel 1e-3", 1.9295, 1.84},
	{"SZ3", []int{64, 33, 36}, "rel 1e-4", 3.7122, 5.2},
	{"SZ3", []int{91, 91, 91}, "rel 1e-2", 1.5688, 1.5191},
	{"SZ3", []int{91, 91, 91}, "rel 1e-3", 4.7247, 4.805},
	{"SZ3", []int{91, 91, 91}, "rel 1e-4", 8.2511, 8.1749},
	{"SZ3", []int{110, 64, 128}, "rel 1e-2", 0.8351, 0.7669},
	{"SZ3", []int{110, 64, 128}, "rel 1e-3", 2.3690, 3.2583},
	{"SZ3", []int{110, 64, 128}, "rel 1e-4", 5.1190, 6.6995},
	{"SPERR", []int{256, 100}, "rel 1e-2", 0.2338, 0.2334},
	{"SPERR", []int{256, 100}, "rel 1e-3", 0.5372, 0.5369},
	{"SPERR", []int{256, 100}, "rel 1e-4", 0.9794, 0.9791},
	{"SPERR", []int{512, 512}, "rel 1e-2", 0.9141, 0.9141},
	{"SPERR", []int{512, 512}, "rel 1e-3", 3.4659, 3.4659},
	{"SPERR", []int{512, 512}, "rel 1e-4", 6.7859, 6.7861},
	{"SPERR", []int{10, 256, 128}, "rel 1e-2", 0.2074, 0.2074},
	{"SPERR", []int{10, 256, 128}, "rel 1e-3", 0.5319, 0.5319},
	{"SPERR", []int{10, 256, 128}, "rel 1e-4", 1.4709, 1.471},
	{"SPERR", []int{25, 125, 125}, "rel 1e-2", 0.3627, 0.3626},
	{"SPERR", []int{25, 125, 125}, "rel 1e-3", 1.6064, 1.6064},
	{"SPERR", []int{25, 125, 125}, "rel 1e-4", 4.2843, 4.2844},
	{"SPERR", []int{64, 33, 36}, "rel 1e-2", 1.0442, 1.0441},
	{"SPERR", []int{64, 33, 36}, "rel 1e-3", 2.4784, 2.4782},
	{"SPERR", []int{64, 33, 36}, "rel 1e-4", 5.2137, 5.2153},
	{"SPERR", []int{91, 91, 91}, "rel 1e-2", 1.5257, 1.5256},
	{"SPERR", []int{91, 91, 91}, "rel 1e-3", 4.6273, 4.627},
	{"SPERR", []int{91, 91, 91}, "rel 1e-4", 7.9558, 7.9558},
	{"SPERR", []int{110, 64, 128}, "rel 1e-2", 0.3564, 0.3564},
	{"SPERR", []int{110, 64, 128}, "rel 1e-3", 2.0990, 2.099},
	{"SPERR", []int{110, 64, 128}, "rel 1e-4", 5.2818, 5.2811},
	{"zfp", []int{131072}, "rel 1e-2", 7.9736, 7.9735},
	{"zfp", []int{131072}, "rel 1e-3", 11.9760, 11.976},
	{"zfp", []int{131072}, "rel 1e-4", 14.9760, 14.9757},
	{"zfp", []int{256, 100}, "rel 1e-2", 2.7862, 2.7862},
	{"zfp", []int{256, 100}, "rel 1e-3", 3.8453, 3.8453},
	{"zfp", []int{256, 100}, "rel 1e-4", 5.7934, 5.7934},
	{"zfp", []int{512, 512}, "rel 1e-2", 4.4858, 4.4858},
	{"zfp", []int{512, 512}, "rel 1e-3", 7.4781, 7.478},
	{"zfp", []int{512, 512}, "rel 1e-4", 10.4788, 10.4787},
	{"zfp", []int{10, 256, 128}, "rel 1e-2", 1.7325, 1.7325},
	{"zfp", []int{10, 256, 128}, "rel 1e-3", 4.1254, 4.1254},
	{"zfp", []int{10, 256, 128}, "rel 1e-4", 7.0708, 7.0707},
	{"zfp", []int{25, 125, 125}, "rel 1e-2", 4.4802, 4.4802},
	{"zfp", []int{25, 125, 125}, "rel 1e-3", 7.5840, 7.584},
	{"zfp", []int{25, 125, 125}, "rel 1e-4", 12.0967, 12.0965},
	{"zfp", []int{64, 33, 36}, "rel 1e-2", 3.0749, 3.0749},
	{"zfp", []int{64, 33, 36}, "rel 1e-3", 6.7460, 6.7459},
	{"zfp", []int{64, 33, 36}, "rel 1e-4", 9.6474, 9.6473},
	{"zfp", []int{91, 91, 91}, "rel 1e-2", 6.3372, 6.3371},
	{"zfp", []int{91, 91, 91}, "rel 1e-3", 9.4395, 9.4395},
	{"zfp", []int{91, 91, 91}, "rel 1e-4", 13.5729, 13.5731},
	{"zfp", []int{110, 64, 128}, "rel 1e-2", 5.5241, 5.5241},
	{"zfp", []int{110, 64, 128}, "rel 1e-3", 8.5646, 8.5646},
	{"zfp", []int{110, 64, 128}, "rel 1e-4", 11.6190, 11.619},
}

// A peer is shown on shapes where it does as well as its own tool, and only there.
func TestPeersDoAsTheirOwnTools(t *testing.T) {
	const tolerance = 0.02
	for _, p := range peers {
		shown, hidden := 0, 0
		for _, f := range peerFigures {
			if f.peer != p.name {
				continue
			}
			off := math.Abs(f.filter/f.own - 1)
			if p.unavailable(f.shape) == "" {
				if shown++; off > tolerance {
					t.Errorf("%s is shown for %v, where it takes %v bits at %s and its own tool %v", p.name, f.shape, f.filter, f.bound, f.own)
				}
			} else if off > tolerance {
				hidden++
			}
		}
		if (shown == 0) != (p.never != "") || shown == 0 && hidden == 0 {
			t.Errorf("%s: %d figures of shapes it is shown for, %d that tell why not", p.name, shown, hidden)
		}
	}
}

func TestPeersUnavailable(t *testing.T) {
	byName := func(name string) *peer {
		return &peers[slices.IndexFunc(peers, func(p peer) bool { return p.name == name })]
	}
	for _, c := range []struct {
		name  string
		shape []int
		shown bool
	}{
		{"SZ3", []int{64, 64, 64}, false},
		{"SPERR", []int{10, 256, 128}, true},
		{"SPERR", []int{4096, 4096}, true},
		{"SPERR", []int{10, 257, 128}, false},
		{"SPERR", []int{1000}, false},
		{"SPERR", []int{4, 8, 8, 8}, false},
		{"zfp", []int{1000}, true},
		{"zfp", []int{512, 512, 512}, true},
		{"zfp", []int{4, 8, 8, 8}, false},
	} {
		if why := byName(c.name).unavailable(c.shape); (why == "") != c.shown {
			t.Errorf("%s for %v: %q; want shown %v", c.name, c.shape, why, c.shown)
		}
	}
}
