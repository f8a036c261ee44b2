package sim

import (
	"github.com/vpcwalk/vpcwalk/model"
)

// outsideEnds gives what a place outside the VPCs stands for in one IP version.
func (e *Engine) outsideEnds(s *model.Selection, side model.Side, v6 bool) []end {
	switch s.Outside.Kind {
	case model.KindOnPremises:
		return e.siteEnds(s, side, v6)
	case model.KindClientVPNEndpoint:
		return e.clientEnds(s, side, v6)
	case model.KindVPCOrigin:
		return e.originEnds(s, side, v6)
	case model.KindLatticeService:
		return e.latticeEnd(s, v6)
	case model.KindAccelerator:
		return e.acceleratorEnds(s, v6)
	}
	panic("sim: a question about " + string(s.Outside.Kind))
}

// answersOnly reports whether a selection is something that starts no connections.
func answersOnly(s *model.Selection) bool {
	return s.Kind == model.SelectOutside && (s.Outside.Kind == model.KindLatticeService || s.Outside.Kind == model.KindAccelerator)
}
