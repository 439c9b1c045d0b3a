package bench

import "testing"

// The quick cases, on two workers and twice, since the first run prepares.
func TestCasesRun(t *testing.T) {
	for _, c := range Cases(2) {
		if (c.Flop > 0) == (c.Bytes > 0) && c.Flop > 0 || c.About == "" {
			t.Errorf("%s: %v operations, %v bytes, about %q", c.Name, c.Flop, c.Bytes, c.About)
		}
		switch c.Name {
		case "sgemm_1024x32x2048", "stock", "mlp_dsl", "dsl_fused":
			for range 2 {
				if err := c.Run(); err != nil {
					t.Errorf("%s: %v", c.Name, err)
				}
			}
		}
	}
}

func BenchmarkCases(b *testing.B) {
	for _, c := range Cases(1) {
		b.Run(c.Name, func(b *testing.B) {
			if err := c.Run(); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(c.Bytes))
			for b.Loop() {
				if err := c.Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
