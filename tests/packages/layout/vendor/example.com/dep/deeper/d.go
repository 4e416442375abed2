// Package deeper is a folder below.
package deeper

func Name() string { return "deeper" }
