package kernel

// ReLU rectifies.
//
//	y[i] = 0 if x[i] < 0, else x[i]
func ReLU(p *Pool, y, x []float32) {
	unary(p, active.relu, reluLoop, y, x)
}

func reluLoop(y, x []float32) {
	for i, v := range x {
		if v < 0 {
			v = 0
		}
		y[i] = v
	}
}

// ReLUGrad is the gradient of [ReLU], with 0 at 0.
//
//	gx[i] = 0 if x[i] <= 0, else gy[i]
func ReLUGrad(p *Pool, gx, gy, x []float32) {
	binary(p, active.reluGrad, reluGradLoop, gx, gy, x)
}

func reluGradLoop(gx, gy, x []float32) {
	for i, v := range x {
		g := gy[i]
		if v <= 0 {
			g = 0
		}
		gx[i] = g
	}
}

// The tanh form of GELU (Hendrycks and Gimpel, 2016): geluC is sqrt(2/pi).
const (
	geluC = 0.7978845608028654
	geluA = 0.044715
)

// GELU is the Gaussian error linear unit in its tanh form.
//
//	y[i] = x/2 * (1 + Tanh(sqrt(2/π) * (x + 0.044715 x³)))
func GELU(p *Pool, y, x []float32) {
	unary(p, active.gelu, geluLoop, y, x)
}

func geluLoop(y, x []float32) {
	for i, v := range x {
		cube := float32(float32(v*v) * v)
		t := Tanh(float32(geluC * (v + float32(geluA*cube))))
		y[i] = float32(float32(0.5*v) * (1 + t))
	}
}

// GELUGrad is the gradient of [GELU].
//
//	t := Tanh(sqrt(2/π) * (x + 0.044715 x³))
//	gx[i] = gy[i] * ((1+t)/2 + x/2 * (1-t²) * sqrt(2/π) * (1 + 3*0.044715 x²))
func GELUGrad(p *Pool, gx, gy, x []float32) {
	binary(p, active.geluGrad, geluGradLoop, gx, gy, x)
}

func geluGradLoop(gx, gy, x []float32) {
	for i, v := range x {
		square := float32(v * v)
		t := Tanh(float32(geluC * (v + float32(geluA*float32(square*v)))))
		slope := float32(geluC * (1 + float32(3*geluA*square)))
		d := float32(0.5*(1+t)) + float32(float32(0.5*v)*float32((1-float32(t*t))*slope))
		gx[i] = float32(gy[i] * d)
	}
}

// sigmoid is 1/(1+e^-x) without overflow.
func sigmoid(x float32) float32 { return 0.5 + float32(0.5*Tanh(float32(0.5*x))) }

// SiLU is the sigmoid linear unit.
//
//	y[i] = x * sigmoid(x)
func SiLU(p *Pool, y, x []float32) {
	unary(p, active.silu, siluLoop, y, x)
}

func siluLoop(y, x []float32) {
	for i, v := range x {
		y[i] = float32(v * sigmoid(v))
	}
}

// SiLUGrad is the gradient of [SiLU].
//
//	s := sigmoid(x)
//	gx[i] = gy[i] * s * (1 + x*(1-s))
func SiLUGrad(p *Pool, gx, gy, x []float32) {
	binary(p, active.siluGrad, siluGradLoop, gx, gy, x)
}

func siluGradLoop(gx, gy, x []float32) {
	for i, v := range x {
		s := sigmoid(v)
		gx[i] = float32(gy[i] * float32(s*(1+float32(v*(1-s)))))
	}
}
