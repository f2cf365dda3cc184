package policy

import (
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"
)

// CheckFields has a compiler refuse a field of `input` that its schema does not
// have, however it is reached: in `some node in input.nodes; node.licens` too.
// OPA's own reading of a schema takes what additionalProperties describe for
// anything at all, so that it never looks at what a node or an edge holds. Here
// the types are made from the whole schema, and take the place of OPA's before
// types are checked. schemas is what Schemas gave.
func CheckFields(c *ast.Compiler, schemas *ast.SchemaSet) *ast.Compiler {
	schema, _ := schemas.Get(ast.SchemaRootRef).(map[string]any)
	return c.WithStageAfterID(ast.StageCheckRecursion, ast.CompilerStageDefinition{
		Name: "TypeInput", MetricName: "compile_stage_type_input",
		Stage: func(c *ast.Compiler) *ast.Error {
			read, ok := c.TypeEnv.GetByRef(ast.InputRootRef).(*types.Object)
			if !ok {
				return ast.NewError(ast.CompileErr, nil, "the schema of the input is of no object")
			}
			made, ok := typeOf(schema, schema, 0).(*types.Object)
			if !ok {
				return ast.NewError(ast.CompileErr, nil, "the schema of the input is of no object")
			}
			for _, property := range read.StaticProperties() {
				property.Value = made.Select(property.Key)
			}
			return nil
		},
	})
}

// ownRoot is where our packages are, and examplesRef in it the documents that
// tests are given; catalogRoot is where the catalogue is.
var (
	ownRoot     = ast.MustParseRef("data.entail")
	examplesRef = ast.MustParseRef("data.entail.testing.examples")
	catalogRoot = ast.MustParseRef("data.catalog")
)

// maxSchemaDepth bounds how deep a schema is followed; what is below is any.
const maxSchemaDepth = 32

// typeOf gives the type of what a schema describes. What it does not tell is
// any. root is the schema that references are of.
func typeOf(schema any, root map[string]any, depth int) types.Type {
	fields, _ := schema.(map[string]any)
	if depth > maxSchemaDepth {
		return types.A
	}
	if ref, ok := fields["$ref"].(string); ok {
		definitions, _ := root["definitions"].(map[string]any)
		return typeOf(definitions[strings.TrimPrefix(ref, "#/definitions/")], root, depth+1)
	}
	switch fields["type"] {
	case "string":
		return types.S
	case "integer", "number":
		return types.N
	case "boolean":
		return types.B
	case "array":
		return types.NewArray(nil, typeOf(fields["items"], root, depth+1))
	case "object":
		var static []*types.StaticProperty
		properties, _ := fields["properties"].(map[string]any)
		for name, property := range properties {
			static = append(static, types.NewStaticProperty(name, typeOf(property, root, depth+1)))
		}
		var dynamic *types.DynamicProperty
		if more := fields["additionalProperties"]; more != false {
			dynamic = types.NewDynamicProperty(types.S, typeOf(more, root, depth+1))
		}
		return types.NewObject(static, dynamic)
	}
	return types.A
}

// unknownNames lists what a user's modules ask of our packages that is not
// there. To OPA a name that no rule has may be one of data, and is undefined: a
// rule that rests on it would never find anything.
func unknownNames(c *ast.Compiler) Problems {
	var all Problems
	for name, module := range c.Modules {
		if !strings.HasPrefix(name, userPrefix) {
			continue
		}
		ast.WalkRefs(module, func(ref ast.Ref) bool {
			if ref.HasPrefix(ownRoot) && !ref.HasPrefix(examplesRef) {
				if p := unknownName(c, ref); p != nil {
					all = append(all, p)
				}
			}
			return false
		})
	}
	return all.sorted()
}

// unknownInCatalog lists what a user's modules ask of data.catalog that is not
// there: a list, an entry of one, or a field that no entry has. Of what is bound
// to a variable first nothing is known.
func unknownInCatalog(c *ast.Compiler, data map[string]any) Problems {
	var all Problems
	lists, _ := data["catalog"].(map[string]any)
	for name, module := range c.Modules {
		if !strings.HasPrefix(name, userPrefix) || !isRule(name) {
			continue // a test may replace what is there
		}
		ast.WalkRefs(module, func(ref ast.Ref) bool {
			if !ref.HasPrefix(catalogRoot) || len(ref) < 3 {
				return false
			}
			p := unknownKey(ref, 2, lists)
			if list, ok := ref[2].Value.(ast.String); ok && p == nil && len(ref) > 3 {
				entries, _ := lists[string(list)].(map[string]any)
				if p = unknownKey(ref, 3, entries); p == nil && len(ref) > 4 {
					p = unknownKey(ref, 4, fieldsOf(entries))
				}
			}
			if p != nil {
				all = append(all, p)
			}
			return false
		})
	}
	return all.sorted()
}

// unknownKey says that a part of a reference is no key of what is there; nil
// where it is one, where nothing is there, or where it is not known beforehand.
func unknownKey(ref ast.Ref, i int, there map[string]any) *Problem {
	key, ok := ref[i].Value.(ast.String)
	if _, known := there[string(key)]; !ok || known || len(there) == 0 {
		return nil
	}
	p := problemAt(ref[0].Location, "%s has no %s", ref[:i], string(key))
	p.Help = meant(string(key), slices.Collect(maps.Keys(there)))
	p.point(ref[i])
	return p
}

// fieldsOf are the fields that any of the entries has; none where one is not an
// object.
func fieldsOf(entries map[string]any) map[string]any {
	fields := map[string]any{}
	for _, entry := range entries {
		one, ok := entry.(map[string]any)
		if !ok {
			return nil
		}
		maps.Copy(fields, one)
	}
	return fields
}

// unknownName says where a reference into our packages names what they lack;
// nil where it does not, or where that shows only when it is evaluated.
func unknownName(c *ast.Compiler, ref ast.Ref) *Problem {
	node := c.RuleTree.Child(ref[0].Value)
	for i := 1; i < len(ref) && node != nil && len(node.Values) == 0; i++ {
		key, ok := ref[i].Value.(ast.String)
		if !ok {
			return nil
		}
		next := node.Child(key)
		if next == nil {
			var known []string
			for one := range node.Children {
				if name, ok := one.(ast.String); ok && !strings.HasPrefix(string(name), "_") {
					known = append(known, string(name))
				}
			}
			p := problemAt(ref[0].Location, "%s has no rule %s", ref[:i], string(key))
			p.Help = meant(string(key), known)
			p.point(ref[i])
			return p
		}
		node = next
	}
	return nil
}
