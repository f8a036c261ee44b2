package lab

import (
	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// Witness links each namespace of the lab to another one, whose device goes when
// the lab's namespace does. It gives the number of links.
func (l *Lab) Witness(there netns.NsHandle) (int, error) {
	links, err := netlink.NewHandleAt(there)
	if err != nil {
		return 0, err
	}
	defer links.Close()
	w := &namespace{name: "witness", handle: there, netlink: links}
	for i, n := range l.namespaces {
		if _, _, err := n.pair(w); err != nil {
			return i, err
		}
	}
	return len(l.namespaces), nil
}
