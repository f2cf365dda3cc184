package report

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/entail-dev/entail/internal/model"
)

// drawn writes a badge in a format.
func drawn(t *testing.T, format string, one model.SubjectResult, definitions ...string) string {
	t.Helper()
	var out strings.Builder
	result := &model.Result{Tool: model.Tool{Name: "entail"}, Results: []model.SubjectResult{one}}
	if err := Write(&out, format, result, Options{Definitions: definitions}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestBadge: label, message and colour for each outcome.
func TestBadge(t *testing.T) {
	judged := func(verdict, class string) model.SubjectResult {
		return model.SubjectResult{
			Verdict:     model.Fail,
			Definitions: map[string]model.Judgement{"open-1.0": {Verdict: verdict, Class: class}},
		}
	}
	for _, tt := range []struct {
		result                      model.SubjectResult
		definitions                 []string
		wantLabel, message, wantRGB string
	}{
		{model.SubjectResult{Verdict: model.Pass}, nil, "entail", "pass", badgeGreen},
		{model.SubjectResult{Verdict: model.Fail}, nil, "entail", "fail", badgeRed},
		{model.SubjectResult{Verdict: model.Incomplete}, nil, "entail", "incomplete", badgeGrey},
		{judged("meets", ""), []string{"open-1.0"}, "open-1.0", "meets", badgeGreen},
		{judged("meets-but-for-licenses", ""), []string{"open-1.0"}, "open-1.0", "meets but for licenses", badgeAmber},
		{judged("fails", ""), []string{"open-1.0"}, "open-1.0", "fails", badgeRed},
		{judged("not-shown", ""), []string{"open-1.0"}, "open-1.0", "not shown", badgeGrey},
		{judged("meets", "II"), []string{"open-1.0"}, "open-1.0", "class II", badgeGreen},
		{judged("fails", "none"), []string{"open-1.0"}, "open-1.0", "fails", badgeRed},
	} {
		var got struct {
			SchemaVersion         int
			Label, Message, Color string
		}
		if err := json.Unmarshal([]byte(drawn(t, "badge-json", tt.result, tt.definitions...)), &got); err != nil {
			t.Fatal(err)
		}
		if got.SchemaVersion != 1 || got.Label != tt.wantLabel || got.Message != tt.message || got.Color != tt.wantRGB {
			t.Errorf("got %+v, want %s, %s, %s", got, tt.wantLabel, tt.message, tt.wantRGB)
		}
		svg := drawn(t, "badge", tt.result, tt.definitions...)
		title := tt.wantLabel + ": " + tt.message
		for _, part := range []string{
			"<title>" + title + "</title>", `aria-label="` + title + `"`, `role="img"`, `fill="#` + tt.wantRGB + `"`,
			">" + tt.wantLabel + "</text>", ">" + tt.message + "</text>",
		} {
			if !strings.Contains(svg, part) {
				t.Errorf("%s lacks %s:\n%s", title, part, svg)
			}
		}
	}
}

// TestBadgeRefuses: a badge has room for one thing.
func TestBadgeRefuses(t *testing.T) {
	one := model.SubjectResult{Definitions: map[string]model.Judgement{"a": {}, "b": {}}}
	for _, tt := range []struct {
		results     []model.SubjectResult
		definitions []string
		says        string
	}{
		{nil, nil, "one release and one definition, not 0 and 0"},
		{[]model.SubjectResult{one, one}, nil, "not 2 and 0"},
		{[]model.SubjectResult{one}, []string{"a", "b"}, "not 1 and 2"},
		{[]model.SubjectResult{one}, []string{"c"}, `nothing was judged by "c"`},
	} {
		for _, format := range []string{"badge", "badge-json"} {
			err := Write(io.Discard, format, &model.Result{Results: tt.results}, Options{Definitions: tt.definitions})
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%s: got %v, want %q", format, err, tt.says)
			}
		}
	}
}

// TestBadgeHostile: a name can neither leave its place in the drawing nor make
// it endless.
func TestBadgeHostile(t *testing.T) {
	for _, name := range []string{
		`"/><script>alert(1)</script>`, "</title><a href='x'>&amp;", "\x1b[31mred\x00", "", "   ",
		strings.Repeat("W", 10000), "開放\u202eweights", string([]byte{0xff, 0xfe}),
	} {
		one := model.SubjectResult{Definitions: map[string]model.Judgement{name: {Verdict: "meets"}}}
		svg := drawn(t, "badge", one, name)
		decoder := xml.NewDecoder(strings.NewReader(svg))
		var elements []string
		for {
			token, err := decoder.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%q: not XML: %v\n%s", name, err, svg)
			}
			if start, ok := token.(xml.StartElement); ok {
				elements = append(elements, start.Name.Local)
			}
		}
		if got := strings.Join(elements, " "); got != "svg title path path g text text" {
			t.Errorf("%q: elements %s", name, got)
		}
		if len(svg) > 4000 {
			t.Errorf("%d bytes", len(svg))
		}
	}
}

// TestBadgeContrast holds white text on every colour to WCAG's 4.5 to 1.
func TestBadgeContrast(t *testing.T) {
	for _, color := range []string{badgeLabel, badgeGreen, badgeAmber, badgeRed, badgeGrey} {
		if got := 1.05 / (luminance(t, color) + 0.05); got < 4.5 {
			t.Errorf("white on #%s: contrast %.2f, want at least 4.5", color, got)
		}
	}
}

// luminance is the relative luminance of a colour, by WCAG 2.1.
func luminance(t *testing.T, color string) float64 {
	t.Helper()
	rgb, err := strconv.ParseUint(color, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(shift int) float64 {
		c := float64(rgb>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}

func TestTextWidth(t *testing.T) {
	for text, want := range map[string]int{"": 0, "i": 4, "W": 11, "entail": 31, "開": 11, "~": 9} {
		if got := textWidth(text); got != want {
			t.Errorf("%q is %d wide, want %d", text, got, want)
		}
	}
	if len(advances) != '~'-' '+1 {
		t.Errorf("%d widths, want one for each character from space to ~", len(advances))
	}
}
