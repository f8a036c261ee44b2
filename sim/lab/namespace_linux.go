package lab

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// namespace is a network namespace. It has no name in the file system: a
// descriptor holds it, and the kernel takes it down with the process.
type namespace struct {
	name    string // the resource that it stands for, for errors
	handle  netns.NsHandle
	netlink *netlink.Handle
	devices int
	tables  int // policy routing tables in use
}

// device is one end of a link: where packets leave, and the address of the next
// hop there. The zero value is a black hole.
type device struct {
	name  string
	index int
	next  netip.Addr
}

// settings are those that decide what a router forwards and a host accepts. No
// path is checked against the reverse one, and nobody is told of a better one: AWS
// does neither.
var settings = []struct{ file, value string }{
	{"ipv6/conf/all/disable_ipv6", "1"},
	{"ipv6/conf/default/disable_ipv6", "1"},
	{"ipv4/conf/all/rp_filter", "0"},
	{"ipv4/conf/default/rp_filter", "0"},
	{"ipv4/conf/all/send_redirects", "0"},
	{"ipv4/conf/default/send_redirects", "0"},
	{"ipv4/conf/all/accept_redirects", "0"},
	{"ipv4/conf/default/accept_redirects", "0"},
}

// newNamespace makes one, with its loopback up. Only a router forwards.
func newNamespace(name string, router bool) (*namespace, error) {
	n := &namespace{name: name, handle: netns.None()}
	err := inNamespace(func() error {
		var err error
		if n.handle, err = netns.New(); err != nil { // enters it
			return err
		}
		for _, s := range settings {
			if err := os.WriteFile("/proc/sys/net/"+s.file, []byte(s.value), 0); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
		if router {
			if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0); err != nil {
				return err
			}
		}
		if n.netlink, err = netlink.NewHandle(unix.NETLINK_ROUTE); err != nil {
			return err
		}
		lo, err := n.netlink.LinkByName("lo")
		if err != nil {
			return err
		}
		return n.netlink.LinkSetUp(lo)
	})
	if err != nil {
		n.close()
		return nil, fmt.Errorf("namespace of %s: %w", name, err)
	}
	return n, nil
}

// inNamespace runs f on a thread of its own, which f may move to another
// namespace, and moves it back.
func inNamespace(f func() error) error {
	runtime.LockOSThread()
	home, err := netns.Get()
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer home.Close()
	err = f()
	if back := netns.Set(home); back != nil {
		return errors.Join(err, back) // still locked: the thread ends with its goroutine
	}
	runtime.UnlockOSThread()
	return err
}

// do runs f in the namespace: sockets that it opens belong there for good.
func (n *namespace) do(f func() error) error {
	return inNamespace(func() error {
		if err := netns.Set(n.handle); err != nil {
			return err
		}
		return f()
	})
}

func (n *namespace) close() {
	if n.netlink != nil {
		n.netlink.Close()
	}
	if n.handle.IsOpen() {
		n.handle.Close()
	}
}

// pair makes a device here and its other end there, both up.
func (n *namespace) pair(there *namespace) (here, far device, err error) {
	here.name, far.name = n.nextDevice(), there.nextDevice()
	if err := n.netlink.LinkAdd(&netlink.Veth{
		LinkAttrs: netlink.LinkAttrs{Name: here.name, Flags: net.FlagUp}, PeerName: far.name, PeerNamespace: netlink.NsFd(there.handle),
	}); err != nil {
		return here, far, fmt.Errorf("link from %s to %s: %w", n.name, there.name, err)
	}
	for _, end := range []struct {
		in *namespace
		d  *device
	}{{n, &here}, {there, &far}} {
		l, err := end.in.netlink.LinkByName(end.d.name)
		if err != nil {
			return here, far, fmt.Errorf("%s: %w", end.in.name, err)
		}
		end.d.index = l.Attrs().Index
		if err := end.in.netlink.LinkSetUp(l); err != nil {
			return here, far, fmt.Errorf("%s: %w", end.in.name, err)
		}
	}
	return here, far, nil
}

func (n *namespace) nextDevice() string {
	n.devices++
	return fmt.Sprintf("veth%d", n.devices)
}

// bridge makes a bridge with a device's name, up.
func (n *namespace) bridge(name string) (device, error) {
	b := &netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: name, Flags: net.FlagUp}}
	if err := n.netlink.LinkAdd(b); err != nil {
		return device{}, fmt.Errorf("bridge of %s: %w", n.name, err)
	}
	l, err := n.netlink.LinkByName(name)
	if err != nil {
		return device{}, fmt.Errorf("bridge of %s: %w", n.name, err)
	}
	return device{name: name, index: l.Attrs().Index}, nil
}

// enslave makes d a port of the bridge.
func (n *namespace) enslave(d, bridge device) error {
	port := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: d.name, Index: d.index}}
	if err := n.netlink.LinkSetMasterByIndex(port, bridge.index); err != nil {
		return fmt.Errorf("%s: port %s: %w", n.name, d.name, err)
	}
	return nil
}

// address gives a device an address; with the prefix comes the route to it.
func (n *namespace) address(d device, a netip.Addr, bits int) error {
	l := &netlink.Device{LinkAttrs: netlink.LinkAttrs{Name: d.name, Index: d.index}}
	if err := n.netlink.AddrAdd(l, &netlink.Addr{IPNet: ipNet(netip.PrefixFrom(a, bits))}); err != nil {
		return fmt.Errorf("%s: address %s: %w", n.name, a, err)
	}
	return nil
}

// mainTable is the table that a namespace without rules uses.
const mainTable = unix.RT_TABLE_MAIN

// newTable reserves a table, in which what no route is for ends: a lookup never
// goes on to the next table.
func (n *namespace) newTable() (int, error) {
	n.tables++
	table := n.tables
	return table, n.route(table, netip.PrefixFrom(netip.IPv4Unspecified(), 0), noRoute, device{})
}

// noRoute is the metric of the black hole that ends a table: any other route to
// the same prefix is better.
const noRoute = 1 << 30

// route adds a route; of two to the same prefix the one with the lower metric
// counts.
func (n *namespace) route(table int, to netip.Prefix, metric int, via device) error {
	r := &netlink.Route{Dst: ipNet(to), Table: table, Priority: metric, Family: unix.AF_INET}
	switch {
	case via == device{}:
		r.Type = unix.RTN_BLACKHOLE
	case !via.next.IsValid():
		r.LinkIndex, r.Scope = via.index, netlink.SCOPE_LINK
	default:
		r.LinkIndex, r.Gw, r.Flags = via.index, via.next.AsSlice(), int(netlink.FLAG_ONLINK)
	}
	if err := n.netlink.RouteAdd(r); err != nil {
		return fmt.Errorf("%s: route to %s: %w", n.name, to, err)
	}
	return nil
}

// from has packets that come in by a device looked up in a table; of several rules
// the one with the lower priority is first.
func (n *namespace) from(d device, table, priority int) error {
	r := netlink.NewRule()
	r.IifName, r.Table, r.Priority, r.Family = d.name, table, priority, unix.AF_INET
	if err := n.netlink.RuleAdd(r); err != nil {
		return fmt.Errorf("%s: rule for %s: %w", n.name, d.name, err)
	}
	return nil
}

func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}
