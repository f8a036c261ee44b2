package lab

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/vpcwalk/vpcwalk/model"
)

// Send sends all probes at once and gives, at the same index, what became of each
// within the time. The probes must be such as Together gives.
func (l *Lab) Send(probes []Probe, within time.Duration) ([]Observation, error) {
	s := &session{flights: make([]flight, len(probes)), within: within}
	defer s.close()
	for i, p := range probes {
		f := &s.flights[i]
		f.Probe, f.token = p, binary.BigEndian.AppendUint64(nil, rand.Uint64())
		if f.from, f.to = l.namespaceOf(p.From), l.namespaceOf(p.To); f.from == nil || f.to == nil {
			return nil, fmt.Errorf("probe %s: the lab has not both ends", p)
		}
		if err := s.await(f); err != nil {
			return nil, fmt.Errorf("probe %s: %w", p, err)
		}
	}
	if err := s.watch(); err != nil {
		return nil, err
	}
	s.deadline = time.Now().Add(within)
	var sent sync.WaitGroup
	errs := make([]error, len(probes))
	for i := range s.flights {
		sent.Go(func() { errs[i] = s.send(&s.flights[i]) })
	}
	sent.Wait()
	for s.unseen() && time.Now().Before(s.deadline) {
		time.Sleep(time.Millisecond)
	}
	s.close()
	s.readers.Wait()
	out := make([]Observation, len(probes))
	for i := range s.flights {
		out[i] = Observation{s.flights[i].arrived.Load(), s.flights[i].replied.Load()}
	}
	return out, errors.Join(errs...)
}

// unseen reports whether the reader of some arrival lags behind its reply.
func (s *session) unseen() bool {
	for i := range s.flights {
		if f := &s.flights[i]; f.replied.Load() && !f.arrived.Load() {
			return true
		}
	}
	return false
}

// session is one round of probes.
type session struct {
	flights  []flight
	within   time.Duration
	deadline time.Time // of what is sent
	readers  sync.WaitGroup

	closing sync.Mutex
	closers []io.Closer
}

// flight is a probe on its way.
type flight struct {
	Probe
	from, to         *namespace
	token            []byte // tells the probe from others
	arrived, replied atomic.Bool
}

func (l *Lab) namespaceOf(i model.InterfaceID) *namespace {
	if i == "" {
		return l.internet
	}
	return l.interfaces[i]
}

func (s *session) keep(c io.Closer) {
	s.closing.Lock()
	defer s.closing.Unlock()
	s.closers = append(s.closers, c)
}

func (s *session) close() {
	s.closing.Lock()
	defer s.closing.Unlock()
	for _, c := range s.closers {
		c.Close()
	}
	s.closers = nil
}

// await opens what answers a probe. The kernel itself answers echo requests.
func (s *session) await(f *flight) error {
	at := netip.AddrPortFrom(f.Listener, f.Port)
	return f.to.do(func() error {
		var config net.ListenConfig
		config.SetMultipathTCP(false)
		switch f.Protocol {
		case model.TCP:
			server, err := config.Listen(context.Background(), "tcp4", at.String())
			if err != nil {
				return err
			}
			s.keep(server)
			s.readers.Go(func() { s.echoTCP(server) })
		case model.UDP:
			server, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(at))
			if err != nil {
				return err
			}
			s.keep(server)
			s.readers.Go(func() { s.echoUDP(server, f) })
		case model.ICMP:
		default:
			return fmt.Errorf("the lab sends no protocol %s", f.Protocol)
		}
		return nil
	})
}

func (s *session) echoTCP(server net.Listener) {
	for {
		c, err := server.Accept()
		if err != nil {
			return
		}
		s.readers.Go(func() {
			defer c.Close()
			c.SetDeadline(time.Now().Add(s.within))
			io.Copy(c, c)
		})
	}
}

func (s *session) echoUDP(server *net.UDPConn, f *flight) {
	data := make([]byte, 64)
	for {
		n, from, err := server.ReadFromUDPAddrPort(data)
		if err != nil {
			return
		}
		if bytes.Equal(data[:n], f.token) {
			f.arrived.Store(true)
			server.WriteToUDPAddrPort(data[:n], from)
		}
	}
}

// watch sees, in each namespace where TCP or ICMP is awaited, what the filters let
// in: a request arrives even where its answer is lost.
func (s *session) watch() error {
	type place struct {
		in       *namespace
		protocol model.Protocol
	}
	awaited := map[place][]*flight{}
	for i := range s.flights {
		f := &s.flights[i]
		if f.Protocol != model.UDP {
			p := place{f.to, f.Protocol}
			awaited[p] = append(awaited[p], f)
		}
	}
	for p, flights := range awaited {
		err := p.in.do(func() error {
			c, err := net.ListenPacket("ip4:"+p.protocol.String(), "0.0.0.0")
			if err != nil {
				return err
			}
			s.keep(c)
			s.readers.Go(func() { watchArrivals(c, p.protocol, flights) })
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", p.in.name, err)
		}
	}
	return nil
}

func watchArrivals(c net.PacketConn, protocol model.Protocol, flights []*flight) {
	data := make([]byte, 2048)
	for {
		n, _, err := c.ReadFrom(data)
		if err != nil {
			return
		}
		for _, f := range flights {
			var match bool
			if protocol == model.TCP {
				const synAlone, synAck = 0x02, 0x12
				match = n >= 20 && data[13]&synAck == synAlone && binary.BigEndian.Uint16(data[2:]) == f.Port
			} else {
				match = n >= echoHeader && data[0] == echoRequest && bytes.Equal(data[echoHeader:n], f.token)
			}
			if match {
				f.arrived.Store(true)
			}
		}
	}
}

// send sends a probe and waits for its reply. Only what keeps the probe from being
// sent at all is an error: that nothing comes back is an observation.
func (s *session) send(f *flight) error {
	var c net.Conn
	var refused error
	source, destination := netip.AddrPortFrom(f.Source, f.SourcePort), netip.AddrPortFrom(f.Destination, f.Port)
	err := f.from.do(func() error {
		switch f.Protocol {
		case model.TCP:
			d := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(source), Deadline: s.deadline, Control: freePort}
			c, refused = d.Dial("tcp4", destination.String())
		case model.UDP:
			c, refused = net.DialUDP("udp4", net.UDPAddrFromAddrPort(source), net.UDPAddrFromAddrPort(destination))
		case model.ICMP:
			c, refused = net.DialIP("ip4:icmp", &net.IPAddr{IP: f.Source.AsSlice()}, &net.IPAddr{IP: f.Destination.AsSlice()})
		default:
			panic("lab: protocol " + f.Protocol.String())
		}
		return nil
	})
	switch {
	case err != nil:
		return fmt.Errorf("probe %s: %w", f.Probe, err)
	case local(refused):
		return fmt.Errorf("probe %s: %w", f.Probe, refused)
	case refused != nil:
		return nil
	}
	defer c.Close()
	c.SetDeadline(s.deadline)
	request := f.token
	if f.Protocol == model.ICMP {
		request = echo(f.token)
	}
	if _, err := c.Write(request); err != nil {
		return nil // the sender's own groups or routes refuse it
	}
	data := make([]byte, 2048)
	for {
		n, err := read(c, data)
		if err != nil {
			if f.Protocol != model.TCP && time.Now().Before(s.deadline) {
				continue // an ICMP error about the packet
			}
			return nil
		}
		reply := data[:n]
		if f.Protocol == model.ICMP {
			if n < echoHeader || data[0] != echoReply {
				continue
			}
			reply = data[echoHeader:n]
		}
		if bytes.Equal(reply, f.token) {
			f.replied.Store(true)
			return nil
		}
	}
}

// freePort has a connection leave its port free, however it ends: the probe may be
// sent again at once.
func freePort(_, _ string, c syscall.RawConn) error {
	var set error
	err := c.Control(func(fd uintptr) {
		set = errors.Join(unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1),
			unix.SetsockoptLinger(int(fd), unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}))
	})
	return errors.Join(err, set)
}

// read reads a message without its IP header.
func read(c net.Conn, data []byte) (int, error) {
	if raw, ok := c.(*net.IPConn); ok {
		n, _, err := raw.ReadFrom(data)
		return n, err
	}
	return c.Read(data)
}

// local reports whether a probe failed for want of a socket, an address or a port,
// not because of the network.
func local(err error) bool {
	for _, e := range []error{unix.EADDRINUSE, unix.EADDRNOTAVAIL, unix.EMFILE, unix.ENFILE, unix.ENOBUFS} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// ICMP echo (RFC 792): type, code, checksum, identifier, sequence number.
const (
	echoReply   = 0
	echoRequest = 8
	echoHeader  = 8
)

// echo makes an echo request with an identifier of its own.
func echo(token []byte) []byte {
	m := append([]byte{echoRequest, 0, 0, 0, token[0], token[1], 0, 1}, token...)
	var sum uint32
	for i := 0; i+1 < len(m); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(m[i:]))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	binary.BigEndian.PutUint16(m[2:], ^uint16(sum))
	return m
}
