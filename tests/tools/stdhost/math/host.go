package math

import "math"

func Sqrt(x float64) float64      { return math.Sqrt(x) }
func FMA(x, y, z float64) float64 { return math.FMA(x, y, z) }
func expNative(x float64) float64 { return math.Exp(x) }
