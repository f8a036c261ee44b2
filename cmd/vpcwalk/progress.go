package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// progress tells on standard error how far something is that takes longer than a
// second: on a terminal in a line that is written over, with -v in lines.
type progress struct {
	mu       sync.Mutex
	w        io.Writer
	terminal bool
	what     string
	of       string
	next     time.Time
	shown    bool
}

// newProgress begins to wait for the first second to pass.
func (p *program) newProgress(what, of string) *progress {
	f, ok := p.stderr.(*os.File)
	terminal := ok && term.IsTerminal(int(f.Fd()))
	if !terminal && !p.verbose || p.quiet {
		return &progress{}
	}
	return &progress{w: p.stderr, terminal: terminal, what: what, of: of, next: time.Now().Add(time.Second)}
}

// step says how much is done. It is safe to call from many goroutines.
func (p *progress) step(done, all int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.w == nil || now.Before(p.next) || done == all {
		return
	}
	p.next = now.Add(time.Second / 2)
	if p.terminal {
		fmt.Fprintf(p.w, "\r%s: %d of %d %s", p.what, done, all, p.of)
	} else {
		p.next = now.Add(time.Second)
		fmt.Fprintf(p.w, "%s: %d of %d %s\n", p.what, done, all, p.of)
	}
	p.shown = true
}

// done takes the line away.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown && p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	p.w = nil
}
