//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An interrupt ends a run that waits for its input.
func TestInterrupt(t *testing.T) {
	stdin, feed := io.Pipe()
	defer feed.Close()
	var stdout, stderr bytes.Buffer
	exit := make(chan int, 1)
	go func() { exit <- Main([]string{"validate", "-n", "-"}, stdin, &stdout, &stderr) }()

	// The write returns once the program has begun to read, and so listens.
	_, err := feed.Write([]byte("vpcs:\n"))
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGINT))
	select {
	case got := <-exit:
		assert.Equal(t, exitInterrupted, got)
	case <-time.After(10 * time.Second):
		t.Fatal("still running ten seconds after the interrupt")
	}
}
