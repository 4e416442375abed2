package tools

import "no/such/package"
