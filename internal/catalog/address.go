package catalog

import (
	"net/url"
	"path"
	"strings"

	"github.com/entail-dev/entail/internal/license"
	"github.com/entail-dev/entail/internal/model"
)

// sourcesOf maps the address of each licence's text to its key. An address of
// several licences tells none of them: its key is empty. One that we have stays
// ours, whoever gives it for a licence of his own.
func sourcesOf(entries []*entryReader) map[string]string {
	sources, taken := map[string]string{}, map[string]bool{}
	for _, r := range entries {
		key, address := r.key, canonical(r.read.Source)
		if address == "" || r.read.Class == "family" || r.own && taken[address] {
			continue
		}
		if _, have := sources[address]; have {
			key = ""
		}
		sources[address], taken[address] = key, !r.own
	}
	return sources
}

// canonical spells an address so that two of the same page agree; it is empty
// where there is no page. Hosts of repositories show one file as a page
// (blob) and as it is (raw, resolve).
func canonical(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	host := strings.TrimPrefix(strings.ToLower(u.Host), "www.")
	parts := strings.Split(strings.Trim(path.Clean("/"+u.Path), "/"), "/")
	for i, part := range parts {
		if i == 2 && (part == "raw" || part == "resolve") {
			parts[i] = "blob"
		}
	}
	address = host + "/" + strings.Join(parts, "/")
	if u.RawQuery != "" {
		address += "?" + u.RawQuery
	}
	return address
}

// Refer names the licence of a short note that only gives an address, where
// that is where the catalogue has a licence's text from. A note that names a
// licence, or gives an address that the catalogue does not have, stays as it
// is.
func (c *Catalog) Refer(text []byte, found *model.LicenseText) {
	if found.ID != "" || !found.Reference || len(found.Also) > 0 {
		return
	}
	named := ""
	for _, address := range license.Addresses(text) {
		key := c.sources[canonical(address)]
		if key == "" || named != "" && key != named {
			return
		}
		named = key
	}
	found.ID = named
}
