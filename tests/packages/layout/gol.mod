module example.com/m // a comment

go 1.27

require (
	example.com/dep v1.2.3
	example.com/local v0.0.0 // indirect
)

replace example.com/local => ./sub/elsewhere
