package lab_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"

	"github.com/vpcwalk/vpcwalk/sim/lab"
)

// holding tells the test binary to hold a lab until it is killed; witness is then
// the descriptor of the witness's namespace.
const (
	holding = "VPCWALK_LAB_HOLD"
	witness = 3
)

// TestLabIsGoneWhenKilled kills a process that has a lab, and sees each of the lab's
// namespaces go: a device that is linked into one goes with it.
func TestLabIsGoneWhenKilled(t *testing.T) {
	needsLab(t)
	seen, devices := witnessNamespace(t)
	named, _ := os.ReadDir("/run/netns")

	holder := exec.Command(os.Args[0], "-test.run=^TestHold$", "-test.v", "-lab")
	holder.Env = append(os.Environ(), holding+"=1")
	holder.ExtraFiles = []*os.File{seen}
	out, err := holder.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, holder.Start())
	lines := bufio.NewScanner(out)
	linked, said := 0, ""
	for lines.Scan() {
		said += lines.Text() + "\n"
		if n, _ := fmt.Sscanf(lines.Text(), "holding %d", &linked); n == 1 {
			break
		}
	}
	require.NotZero(t, linked, "the holder did not come to hold a lab: %s", said)
	require.Equal(t, linked, devices(), "each namespace has a device here")

	require.NoError(t, holder.Process.Kill())
	_ = holder.Wait() // it was killed
	require.Eventually(t, func() bool { return devices() == 0 }, 30*time.Second, 20*time.Millisecond, "namespaces outlive the process")
	after, _ := os.ReadDir("/run/netns")
	require.Len(t, after, len(named), "a namespace got a name")
}

// TestHold is the process that gets killed.
func TestHold(t *testing.T) {
	if os.Getenv(holding) == "" {
		t.Skip("it is the other process of TestLabIsGoneWhenKilled")
	}
	l, err := lab.Build(lab.Design(1), lab.Hosts)
	require.NoError(t, err)
	defer l.Close()
	n, err := l.Witness(netns.NsHandle(witness))
	require.NoError(t, err)
	fmt.Printf("\nholding %d\n", n)
	time.Sleep(time.Minute)
	t.Error("nobody killed it")
}

// witnessNamespace makes a namespace and gives its descriptor, and how to count
// the devices in it, the loopback aside.
func witnessNamespace(t *testing.T) (*os.File, func() int) {
	t.Helper()
	runtime.LockOSThread()
	home, err := netns.Get()
	require.NoError(t, err)
	ns, err := netns.New()
	require.NoError(t, err)
	require.NoError(t, netns.Set(home))
	runtime.UnlockOSThread()
	require.NoError(t, home.Close())
	links, err := netlink.NewHandleAt(ns)
	require.NoError(t, err)
	file := os.NewFile(uintptr(ns), "witness")
	t.Cleanup(func() { links.Close(); file.Close() })
	return file, func() int {
		all, err := links.LinkList()
		require.NoError(t, err)
		return len(all) - 1
	}
}
