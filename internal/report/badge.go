package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// badge is one line for a README: what was asked and how it came out.
type badge struct {
	label, message, color string
}

// Colours of a badge, as hexadecimal RGB. White text on each has a contrast of
// at least 4.5 to 1, as WCAG 2.1 (1.4.3) asks.
const (
	badgeLabel  = "333a41"
	badgeGreen  = "1a7f37"
	badgeAmber  = "8a5a00"
	badgeRed    = "b42318"
	badgeGrey   = "57606a"
	badgeHeight = 20
)

// maxBadgeText bounds either text of a badge, in characters: nobody reads more
// at that size.
const maxBadgeText = 60

// badgeOf makes the badge of a result of one subject: of the definition that is
// shown, else of the check's own verdict.
func badgeOf(result *model.Result, options Options) (badge, error) {
	if len(result.Results) != 1 || len(options.Definitions) > 1 {
		return badge{}, fmt.Errorf("draw a badge: it has room for one release and one definition, not %d and %d",
			len(result.Results), len(options.Definitions))
	}
	one := result.Results[0]
	if len(options.Definitions) == 0 {
		color := map[model.Verdict]string{model.Pass: badgeGreen, model.Fail: badgeRed}[one.Verdict]
		message := string(one.Verdict)
		if n := len(one.Findings) - len(model.Counted(one.Findings)); n > 0 {
			message += fmt.Sprintf(", %d waived", n)
		}
		return newBadge(result.Tool.Name, message, color), nil
	}
	name := options.Definitions[0]
	judged, ok := one.Definitions[name]
	if !ok {
		return badge{}, fmt.Errorf("draw a badge: nothing was judged by %q", name)
	}
	color := map[string]string{
		"meets": badgeGreen, "meets-but-for-licenses": badgeAmber, "fails": badgeRed,
	}[judged.Verdict]
	return newBadge(name, outcome(judged), color), nil
}

func newBadge(label, message, color string) badge {
	if color == "" {
		color = badgeGrey
	}
	return badge{label: badgeText(label), message: badgeText(message), color: color}
}

// outcome is a verdict in words, or the class that is reached.
func outcome(judged model.Judgement) string {
	if judged.Class != "" && judged.Class != "none" {
		return "class " + judged.Class
	}
	return stateWord(judged.Verdict)
}

// badgeText makes a text fit to stand in a badge; never empty.
func badgeText(text string) string {
	runes := []rune(strings.TrimSpace(Plain(text)))
	if len(runes) > maxBadgeText {
		runes = append(runes[:maxBadgeText-1], '…')
	}
	if len(runes) == 0 {
		return "-"
	}
	return string(runes)
}

// writeBadgeJSON writes the badge as the JSON that badge services fetch from an
// endpoint (shields.io/badges/endpoint-badge).
func writeBadgeJSON(w io.Writer, result *model.Result, options Options) error {
	b, err := badgeOf(result, options)
	if err != nil {
		return err
	}
	return writeIndented(w, struct {
		SchemaVersion int    `json:"schemaVersion"`
		Label         string `json:"label"`
		Message       string `json:"message"`
		Color         string `json:"color"`
	}{1, b.label, b.message, b.color})
}

// writeBadge draws the badge as SVG. It is whole in itself: no font, script,
// style sheet, id or address of anything else, so that it can stand inline in a
// page many times over.
func writeBadge(w io.Writer, result *model.Result, options Options) error {
	b, err := badgeOf(result, options)
	if err != nil {
		return err
	}
	const padding = 6
	left, right := textWidth(b.label), textWidth(b.message)
	split, end := left+2*padding, left+right+4*padding
	title := escapeXML(b.label + ": " + b.message)
	var svg bytes.Buffer
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="%s">`+"\n",
		end, badgeHeight, end, badgeHeight, title)
	fmt.Fprintf(&svg, "  <title>%s</title>\n", title)
	fmt.Fprintf(&svg, `  <path fill="#%s" d="M%d 0H3a3 3 0 0 0-3 3v14a3 3 0 0 0 3 3h%dz"/>`+"\n", badgeLabel, split, split-3)
	fmt.Fprintf(&svg, `  <path fill="#%s" d="M%d 0h%da3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-%dz"/>`+"\n", b.color, split, end-split-3, end-split-3)
	fmt.Fprintln(&svg, `  <g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">`)
	for _, part := range []struct {
		x, width int
		text     string
	}{{padding, left, b.label}, {split + padding, right, b.message}} {
		fmt.Fprintf(&svg, `    <text x="%d" y="14" textLength="%d" lengthAdjust="spacingAndGlyphs">%s</text>`+"\n",
			part.x, part.width, escapeXML(part.text))
	}
	fmt.Fprint(&svg, "  </g>\n</svg>\n")
	if _, err := w.Write(svg.Bytes()); err != nil {
		return fmt.Errorf("write a badge: %w", err)
	}
	return nil
}

func escapeXML(text string) string {
	var b strings.Builder
	// The only error is the writer's, which has none.
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}

// advances are the widths of the characters from space to ~ in Verdana, in
// thousandths of the font's size. A text is stretched to what they add up to,
// so that another font fills the same room.
var advances = [...]int{
	352, 394, 459, 818, 636, 1076, 727, 269, 454, 454, 636, 818, 364, 454, 364, 454, // space to /
	636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 454, 454, 818, 818, 818, 545, // 0 to ?
	1000, 684, 686, 698, 771, 632, 575, 775, 751, 421, 455, 693, 557, 843, 748, 787, // @ to O
	603, 787, 695, 684, 616, 732, 684, 989, 685, 615, 685, 454, 454, 454, 818, 636, // P to _
	636, 601, 623, 521, 623, 596, 352, 623, 633, 274, 344, 592, 274, 973, 633, 607, // ` to o
	623, 623, 427, 521, 394, 633, 592, 818, 592, 592, 525, 635, 454, 635, 818, // p to ~
}

// textWidth is the width of a text at 11 pixels, rounded up to whole ones.
// What the table does not have is taken to be as wide as the font is high.
func textWidth(text string) int {
	const size = 11
	width := 0
	for _, r := range text {
		if i := int(r) - ' '; i >= 0 && i < len(advances) {
			width += advances[i]
		} else {
			width += 1000
		}
	}
	return int(math.Ceil(float64(width*size) / 1000))
}
