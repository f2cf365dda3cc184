package evidence

import (
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// mof makes statements of what the release's file of the Model Openness
// Framework lists: that a component is released, under the licence of its own,
// else that of its kind, else that of the distribution. The framework has no
// word for a component that is not released: it leaves it out.
func (c *collector) mof() {
	if c.node.MOF == nil {
		return
	}
	for _, listed := range c.node.MOF.Components {
		component := mofComponents[listed.Name]
		if component == "" {
			continue
		}
		at := listed.At
		one := model.Evidence{
			Availability: "released", License: c.mofLicense(component, listed), From: "mof", Strength: model.Stated, At: &at,
		}
		if listed.Path != "" {
			one.Where = []string{listed.Path}
		}
		c.add(component, one)
	}
}

// mofLicense is the licence that a component of the framework comes under, as
// written; empty where it has none.
func (c *collector) mofLicense(component string, listed model.MOFComponent) string {
	if listed.License != "" {
		if listed.License == unlicensed {
			return ""
		}
		return listed.License
	}
	kind := "data"
	switch section, _, _ := strings.Cut(component, "."); section {
	case "code":
		kind = "code"
	case "documents":
		kind = "document"
	}
	for _, scope := range []string{kind, "distribution"} {
		if name := c.node.MOF.Licenses[scope].Name; name != "" && name != unlicensed {
			return name
		}
	}
	return ""
}
