//go:build !linux

package lab_test

import "testing"

func TestLab(t *testing.T) {
	t.Skip("the lab is made of Linux network namespaces")
}
