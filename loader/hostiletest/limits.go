package hostiletest

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
	"time"
)

// What reading one input may take.
const (
	MaxTime   = 2 * time.Second
	MaxMemory = 512 << 20 // bytes of heap, garbage included
)

// A Guard holds inputs against the limits and keeps count. Its methods are for
// one goroutine.
type Guard struct {
	t       testing.TB
	inputs  int
	panics  int
	slowest time.Duration
	slow    string // the slowest input
	peak    uint64
	large   string // the input with the peak

	mu     sync.Mutex
	during string // the input that is being read
	since  time.Time
	heap   uint64 // the most that was in use meanwhile
}

// NewGuard starts a guard. When the test ends it logs one line:
//
//	hostile: N inputs, 0 panics, slowest X ms, peak Y MB
func NewGuard(t testing.TB) *Guard {
	g := &Guard{t: t}
	done := make(chan struct{})
	go g.watch(done)
	t.Cleanup(func() {
		close(done)
		t.Logf("hostile: %d inputs, %d panics, slowest %d ms, peak %d MB", g.inputs, g.panics, g.slowest.Milliseconds(), g.peak>>20)
		t.Logf("the slowest: %s; the largest: %s", g.slow, g.large)
	})
	return g
}

// Run reads one input. It reports a panic, more time than MaxTime and more heap
// than MaxMemory, and whether the input was read at all.
func (g *Guard) Run(name string, read func()) bool {
	g.t.Helper()
	g.inputs++
	took, heap, ok := g.once(name, read)
	for range 3 {
		if !ok || took <= MaxTime {
			break
		}
		again, _, _ := g.once(name, read) // the machine may have been busy
		took = min(took, again)
	}
	if took > g.slowest {
		g.slowest, g.slow = took, name
	}
	if heap > g.peak {
		g.peak, g.large = heap, name
	}
	if took > MaxTime {
		g.t.Errorf("%s: took %s", name, took)
	}
	if heap > MaxMemory {
		g.t.Errorf("%s: needed %d MB", name, heap>>20)
	}
	return ok
}

// watch samples the heap. A hang must end the test with the place where it hangs,
// and not run into the timeout of all tests; it waits much longer than the limit,
// for busy machines.
func (g *Guard) watch(done chan struct{}) {
	for tick := time.NewTicker(5 * time.Millisecond); ; {
		select {
		case <-done:
			tick.Stop()
			return
		case <-tick.C:
		}
		g.mu.Lock()
		g.heap = max(g.heap, heapNow())
		during, since := g.during, g.since
		g.mu.Unlock()
		if during != "" && time.Since(since) > 30*MaxTime {
			buf := make([]byte, 1<<20)
			panic(fmt.Sprintf("hostile: %s hangs\n%s", during, buf[:runtime.Stack(buf, true)]))
		}
	}
}

func (g *Guard) once(name string, read func()) (took time.Duration, heap uint64, ok bool) {
	g.mu.Lock()
	g.during, g.since, g.heap = name, time.Now(), 0
	g.mu.Unlock()
	defer func() {
		took = time.Since(g.since)
		g.mu.Lock()
		g.during, heap = "", max(g.heap, heapNow())
		g.mu.Unlock()
		if p := recover(); p != nil {
			ok = false
			g.panics++
			g.t.Errorf("%s: panic: %v\n%s", name, p, debug.Stack())
		}
	}()
	read()
	return 0, 0, true
}

// heapNow is the heap in use, with what is garbage and not collected yet.
func heapNow() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
