package x

const Name = "vendored"
