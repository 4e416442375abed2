module a
module b
go 1.99
frob x
require (
	example.com/x
)
