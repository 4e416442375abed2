// Package reflectlite stands in for gol's own when its library is tried under real Go.
package reflectlite

import "reflect"

type (
	Type  = reflect.Type
	Value = reflect.Value
	Kind  = reflect.Kind
)

const (
	Ptr       = reflect.Ptr
	Interface = reflect.Interface
	Slice     = reflect.Slice
	Struct    = reflect.Struct
	String    = reflect.String
)

func TypeOf(i any) Type            { return reflect.TypeOf(i) }
func ValueOf(i any) Value          { return reflect.ValueOf(i) }
func Swapper(s any) func(i, j int) { return reflect.Swapper(s) }
