package dep

import "example.com/dep/internal/x"

var Name = x.Name
