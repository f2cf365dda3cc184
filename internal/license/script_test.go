package license

import (
	"strings"
	"testing"
)

func TestTranslationBesideTheLicence(t *testing.T) {
	kettle := made("Kettle License Version 1.0", 12)
	for _, tt := range []struct{ name, added, want string }{
		{"Chinese", strings.Repeat("持有人可以把水壶带到港口。\n", 5), "Han"},
		{"Japanese", strings.Repeat("やかんを港へはこぶことができる。\n", 5), "Han"},
		{"Russian", strings.Repeat("Владелец может отнести чайник в гавань.\n", 5), "Cyrillic"},
		{"the same script", strings.Repeat("Nobody may paint the kettle red.\n", 5), ""},
		{"a few words", "水壶\n", ""},
	} {
		got := madeLibrary(t).Identify("LICENSE", []byte(kettle+"\n"+tt.added))
		if got.ID != "kettle-1.0" || !got.Modified || len(got.Added) != 1 || got.Added[0].Script != tt.want {
			t.Errorf("%s: %q modified %v added %+v, want script %q", tt.name, got.ID, got.Modified, got.Added, tt.want)
		}
	}
}
