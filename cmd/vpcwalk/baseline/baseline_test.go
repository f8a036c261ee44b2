package baseline

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestApply(t *testing.T) {
	f := File{
		Accepted: []Finding{{Fingerprint: "aa", Code: "x"}},
		Waivers: []Waiver{
			{Code: "y", Resource: "sg-*", Reason: "old", Expires: day("2026-01-31")},
			{Code: "z", Resource: "sg-*", Reason: "for now", Expires: day("2026-03-31")},
			{Code: "z", Fingerprint: "ff", Reason: "this one", Expires: day("2026-03-31")},
		},
	}
	for name, test := range map[string]struct {
		finding Finding
		now     time.Time
		want    Standing
	}{
		"accepted":                       {Finding{Fingerprint: "aa", Code: "x"}, day("2026-03-01"), Accepted},
		"not known":                      {Finding{Fingerprint: "bb", Code: "x"}, day("2026-03-01"), New},
		"waived by pattern":              {Finding{Fingerprint: "cc", Code: "z", Resource: "sg-1"}, day("2026-03-01"), Waived},
		"another resource":               {Finding{Fingerprint: "cc", Code: "z", Resource: "acl-1"}, day("2026-03-01"), New},
		"another code":                   {Finding{Fingerprint: "cc", Code: "zz", Resource: "sg-1"}, day("2026-03-01"), New},
		"waived by fingerprint":          {Finding{Fingerprint: "ff", Code: "z", Resource: "acl-1"}, day("2026-03-01"), Waived},
		"the last day, its last second":  {Finding{Code: "z", Resource: "sg-1"}, day("2026-04-01").Add(-time.Second), Waived},
		"the day after":                  {Finding{Code: "z", Resource: "sg-1"}, day("2026-04-01"), New},
		"the day after in another place": {Finding{Code: "z", Resource: "sg-1"}, day("2026-04-01").In(time.FixedZone("", -8*3600)), New},
		"an expired waiver":              {Finding{Code: "y", Resource: "sg-1"}, day("2026-03-01"), New},
	} {
		t.Run(name, func(t *testing.T) {
			r := f.Apply([]Finding{test.finding}, test.now)
			assert.Equal(t, []Standing{test.want}, r.Standings)
			assert.Equal(t, test.want == Waived, r.By[0] != nil)
			assert.NotEmpty(t, r.Expired, "the waiver of January has expired in every row")
			assert.Equal(t, &f.Waivers[0], r.Expired[0])
		})
	}
}

func TestAnAcceptanceIsForOneFinding(t *testing.T) {
	f := File{Accepted: []Finding{{Fingerprint: "aa"}}}
	r := f.Apply([]Finding{{Fingerprint: "aa"}, {Fingerprint: "aa"}}, day("2026-01-01"))
	assert.Equal(t, []Standing{Accepted, New}, r.Standings)
	assert.Equal(t, 1, r.Count(New))
}

func TestRead(t *testing.T) {
	f, ds := Read("b.yaml", []byte(`
version: 1
accepted:
  - {fingerprint: 6f1c0a2b9d3e4f50, code: security-group-unused, resource: sg-1, summary: nothing uses it}
waivers:
  - code: route-black-hole
    resource: rtb-*
    reason: it comes back in May
    expires: 2027-05-31
`))
	require.Empty(t, ds)
	assert.Equal(t, []Finding{{"6f1c0a2b9d3e4f50", "security-group-unused", "sg-1", "nothing uses it"}}, f.Accepted)
	require.Len(t, f.Waivers, 1)
	assert.Equal(t, day("2027-05-31"), f.Waivers[0].Expires)
	assert.Equal(t, "b.yaml:6:5", f.Waivers[0].Provenance.String())
}

func TestReadRefuses(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"nothing":              {"", "b.yaml: error: the file is empty"},
		"no mapping":           {"[]", "b.yaml:1:1: error: a baseline is a mapping"},
		"no version":           {"accepted: []", "b.yaml:1:1: error: the file does not say its version"},
		"another version":      {"version: 2", "b.yaml:1:10: error: version 2 is not known"},
		"an unknown key":       {"version: 1\nwaiver: []", `b.yaml:2:1: error: a baseline has no key "waiver"`},
		"a key twice":          {"version: 1\nwaivers: []\nwaivers: []", `b.yaml:3:1: error:`},
		"no list":              {"version: 1\nwaivers: {}", "b.yaml:2:10: error: a list is needed here"},
		"no fingerprint":       {"version: 1\naccepted: [{code: x}]", "b.yaml:2:12: error: an accepted finding without its fingerprint"},
		"no code":              {"version: 1\nwaivers: [{reason: r, expires: 2027-01-01}]", "b.yaml:2:11: error: a waiver without a code"},
		"no reason":            {"version: 1\nwaivers: [{code: x, expires: 2027-01-01}]", "b.yaml:2:11: error: a waiver without a reason"},
		"an empty reason":      {"version: 1\nwaivers: [{code: x, reason: ' ', expires: 2027-01-01}]", "b.yaml:2:11: error: a waiver without a reason"},
		"no date":              {"version: 1\nwaivers: [{code: x, reason: r}]", "b.yaml:2:11: error: a waiver without an expiry date"},
		"a date that is none":  {"version: 1\nwaivers: [{code: x, reason: r, expires: 2027-02-30}]", `b.yaml:2:41: error: "2027-02-30" is not a date`},
		"a pattern that isn't": {"version: 1\nwaivers: [{code: x, resource: 'a[', reason: r, expires: 2027-01-01}]", `b.yaml:2:31: error: "a[" is not a pattern`},
		"a text that is none":  {"version: 1\nwaivers: [{code: [x], reason: r, expires: 2027-01-01}]", "b.yaml:2:18: error: a text is needed here"},
		"broken YAML":          {"version: [", "b.yaml: error: not a baseline:"},
	} {
		t.Run(name, func(t *testing.T) {
			f, ds := Read("b.yaml", []byte(test.text))
			assert.Nil(t, f)
			require.NotEmpty(t, ds)
			assert.Contains(t, ds[0].Error(), test.want)
		})
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	text := rapid.StringMatching(`[a-zA-Z0-9#:{}\[\]'" äé,*-]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		var f File
		for range rapid.IntRange(0, 3).Draw(t, "accepted") {
			f.Accepted = append(f.Accepted, Finding{"f" + text.Draw(t, "fingerprint"), text.Draw(t, "code"), text.Draw(t, "resource"), text.Draw(t, "summary")})
		}
		for range rapid.IntRange(0, 3).Draw(t, "waivers") {
			f.Waivers = append(f.Waivers, Waiver{
				Code: "c" + text.Draw(t, "code"), Resource: "sg-*", Fingerprint: text.Draw(t, "fingerprint"), Reason: "r" + text.Draw(t, "reason"),
				Expires: day("2026-01-01").AddDate(0, 0, rapid.IntRange(0, 5000).Draw(t, "days")),
			})
		}
		var b bytes.Buffer
		require.NoError(t, f.Write(&b))
		got, ds := Read("b.yaml", b.Bytes())
		require.Empty(t, ds, b.String())
		for i := range got.Waivers {
			got.Waivers[i].Provenance = f.Waivers[i].Provenance
		}
		require.Equal(t, &f, got, b.String())
	})
}

func TestWhatIsAcceptedFailsNothing(t *testing.T) {
	finding := rapid.Custom(func(t *rapid.T) Finding {
		return Finding{Fingerprint: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "f"), Code: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "c")}
	})
	rapid.Check(t, func(t *rapid.T) {
		findings := rapid.SliceOfN(finding, 0, 8).Draw(t, "findings")
		old := &File{Waivers: []Waiver{{Code: "y", Reason: "r", Expires: day("2026-01-31")}}}
		now := rapid.SampledFrom([]time.Time{day("2026-01-01"), day("2026-02-01")}).Draw(t, "now")
		f := old.Accept(findings, now)
		r := f.Apply(findings, now)
		assert.Zero(t, r.Count(New))
		assert.Equal(t, old.Waivers, f.Waivers)
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("version: 1\naccepted: [{fingerprint: a}]\nwaivers: [{code: x, reason: r, expires: 2027-01-01}]"))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("version: 1\n? [x]\n: y"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, ds := Read("b.yaml", data)
		assert.NotEqual(t, file == nil, len(ds) == 0, "a file, or what is wrong with it")
	})
}
