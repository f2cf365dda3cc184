package cli

import "testing"

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "12": 12, "1k": 1 << 10, "2KiB": 2 << 10, "3MB": 3 << 20, "500 MiB": 500 << 20, "1GiB": 1 << 30, "1TiB": 1 << 40,
		"": -1, "GiB": -1, "-1": -1, "1.5GiB": -1, "1PiB": -1, "1GiBB": -1, "9999999TiB": -1, "99999999999999999999": -1, "0x10": -1, "1 2": -1,
	} {
		got, err := parseSize(text)
		if (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
	for n, want := range map[int64]string{0: "0 bytes", 1023: "1023 bytes", 1024: "1.0 KiB", 1 << 30: "1.0 GiB", 5 << 50: "5120.0 TiB"} {
		if got := size(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func FuzzParseSize(f *testing.F) {
	f.Add("1GiB")
	f.Fuzz(func(t *testing.T, text string) {
		if n, err := parseSize(text); err == nil && n < 0 {
			t.Errorf("%q: %d", text, n)
		}
	})
}
