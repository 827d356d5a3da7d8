//go:build !race

package trends

const racing = false
