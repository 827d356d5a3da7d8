//go:build race

package trends

// racing: the search is one goroutine, and ten times as slow under the detector.
const racing = true
