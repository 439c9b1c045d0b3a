package bench

import "testing"

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
