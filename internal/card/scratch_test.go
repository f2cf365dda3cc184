package card

import "testing"

func TestFromScratch(t *testing.T) {
	for _, c := range []struct {
		text         string
		line, column int
		ok           bool
	}{
		{"# A model\n\nIt was trained from scratch on public text.", 5, 8, true},
		{"We pretrained it, all 3 billion parameters, from scratch.", 3, 4, true},
		{"Pre-training from-scratch took a week.", 3, 1, true},
		{"It was not trained from scratch.", 0, 0, false},
		{"It has not been trained from scratch. Trained with care.", 0, 0, false},
		{"It was tuned. Rebuilding it from scratch is hard.", 0, 0, false},
		{"Trained on text.\nWritten from scratch.", 0, 0, false},
		{"", 0, 0, false},
	} {
		line, column, ok := FromScratch([]byte(c.text), 3)
		if line != c.line || column != c.column || ok != c.ok {
			t.Errorf("%q: %d:%d %v, want %d:%d %v", c.text, line, column, ok, c.line, c.column, c.ok)
		}
	}
}
