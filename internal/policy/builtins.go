package policy

import (
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Capabilities are the builtins that rules may call: those of OPA that were
// looked at one by one and whose answer is a function of their arguments that
// is given in bounded time and memory. One that a new version of OPA brings is
// not among them until somebody has looked at it.
func Capabilities() *ast.Capabilities {
	capabilities, may := ast.CapabilitiesForThisVersion(), allowed()
	capabilities.Builtins = slices.DeleteFunc(capabilities.Builtins, func(b *ast.Builtin) bool {
		_, ok := may[b.Name]
		return !ok
	})
	capabilities.AllowNet = []string{}
	return capabilities
}

// allowed are the builtins that rules may call, each with what keeps a single
// call of it in bounds. Evaluation stops between two calls, and not within one,
// so that a call needs a guard where its cost is not in proportion to what it
// is given: nil stands for one that needs none.
func allowed() map[string]guard {
	all := map[string]guard{}
	for _, name := range plain {
		all[name] = nil
	}
	maps.Copy(all, map[string]guard{
		// Numbers whose digits double with each step.
		"abs": numbers, "ceil": numbers, "div": numbers, "floor": numbers, "format_int": numbers, "minus": numbers,
		"mul": numbers, "plus": numbers, "rem": numbers, "round": numbers, "sum": numbersIn, "product": numbersIn,
		"bits.and": numbers, "bits.negate": numbers, "bits.or": numbers, "bits.xor": numbers,
		"bits.lsh": shift, "bits.rsh": shift, "numbers.range": numbers, "numbers.range_step": numbers,
		// Texts that are put together from others.
		"concat": concatenation, "replace": replacement, "sprintf": formatted, "strings.replace_n": replacements,
		// Texts that are taken apart, into values that take far more room.
		"json.is_valid": texts, "json.unmarshal": texts, "yaml.is_valid": texts, "yaml.unmarshal": texts,
		"split": texts, "strings.split_n": texts, "urlquery.decode_object": texts,
		// Each part of one text is looked for in another.
		"glob.match": globbed, "indexof": crossed, "indexof_n": crossed, "trim": crossed, "trim_left": crossed,
		"trim_right": crossed, "strings.any_prefix_match": nil, "strings.any_suffix_match": nil,
		// Expressions, whose cost is that of the expression times the text.
		"re_match": expression, "regex.match": expression, "regex.is_valid": expression,
		"regex.find_n": expression, "regex.split": expression, "regex.template_match": expression,
		"regex.find_all_string_submatch_n": submatches, "regex.replace": substitution,
		// What goes down to the last leaf of a value, which may stand in it
		// under more ways than could ever be gone.
		"array.flatten": leaves, "internal.template_string": leaves, "json.filter": leaves, "json.marshal": leaves,
		"json.patch": patches, "json.remove": leaves, "object.filter": leaves, "object.remove": leaves,
		"object.subset": leaves, "object.union": leaves, "object.union_n": leaves, "yaml.marshal": leaves,
		"graph.reachable_paths": ways,
		// The zone of the machine, and what it has on others.
		"time.add_date": zone, "time.clock": zone, "time.date": zone, "time.diff": zone, "time.format": zone,
		"time.weekday": zone, "time.parse_ns": layout,
	})
	return all
}

// plain are the builtins whose cost is in proportion to their arguments, or
// whose work stops where the evaluation is stopped.
var plain = []string{
	"all", "and", "any", "array.concat", "array.reverse", "array.slice", "assign", "base64.decode", "base64.encode",
	"base64.is_valid", "base64url.decode", "base64url.encode", "base64url.encode_no_pad", "cast_array",
	"cast_boolean", "cast_null", "cast_object", "cast_set", "cast_string", "contains", "count", "crypto.hmac.equal",
	"crypto.hmac.md5", "crypto.hmac.sha1", "crypto.hmac.sha256", "crypto.hmac.sha512", "crypto.md5", "crypto.sha1",
	"crypto.sha256", "endswith", "eq", "equal", "glob.quote_meta", "graph.reachable", "gt", "gte", "hex.decode",
	"hex.encode", "internal.member_2", "internal.member_3", "internal.print", "internal.test_case", "intersection",
	"is_array", "is_boolean", "is_null", "is_number", "is_object", "is_set", "is_string", "lower", "lt", "lte", "max",
	"min", "neq", "object.get", "object.keys", "or", "print", "rego.metadata.chain", "rego.metadata.rule",
	"semver.compare", "semver.is_valid", "set_diff", "sort", "startswith", "strings.count", "strings.reverse",
	"substring", "time.parse_duration_ns", "time.parse_rfc3339_ns", "to_number", "trim_prefix", "trim_space",
	"trim_suffix", "type_name", "union", "units.parse", "units.parse_bytes", "upper", "uri.is_valid", "uri.parse",
	"urlquery.decode", "urlquery.encode", "urlquery.encode_object", "uuid.parse", "walk",
}

// Why a builtin is not there. Messages add it where a rule calls one.
const (
	network   = "rules reach no network"
	machine   = "rules see nothing of the machine or its environment"
	clock     = "the time is input.now"
	chance    = "rules are not given chance, since the same facts give the same findings"
	schemas   = "a schema may name others on the network"
	unbounded = "a single call of it can take more time or memory than there is"
	foreign   = "no rule on licences needs it"
	conftest  = "it is conftest's own and reads files, and rules read nothing but input and data"
)

// refused says why each other builtin of OPA's, and each that conftest adds to
// them, is not there.
var refused = map[string]string{
	"http.send": network, "net.lookup_ip_addr": network, "opa.runtime": machine, "time.now_ns": clock,
	"rand.intn": chance, "uuid.rfc4122": chance, "trace": "print does as much",
	"json.match_schema": schemas, "json.verify_schema": schemas,
	"net.cidr_contains": foreign, "net.cidr_contains_matches": foreign, "net.cidr_expand": foreign,
	"net.cidr_intersects": foreign, "net.cidr_is_valid": foreign, "net.cidr_merge": foreign, "net.cidr_overlap": foreign,
	"crypto.parse_private_keys": foreign, "crypto.x509.parse_and_verify_certificates": foreign,
	"crypto.x509.parse_and_verify_certificates_with_options": foreign, "crypto.x509.parse_certificate_request": foreign,
	"crypto.x509.parse_certificates": foreign, "crypto.x509.parse_keypair": foreign,
	"crypto.x509.parse_rsa_private_key": foreign, "providers.aws.sign_req": foreign,
	"io.jwt.decode": foreign, "io.jwt.decode_verify": foreign, "io.jwt.encode_sign": foreign,
	"io.jwt.encode_sign_raw": foreign, "io.jwt.verify_eddsa": foreign, "io.jwt.verify_es256": foreign,
	"io.jwt.verify_es384": foreign, "io.jwt.verify_es512": foreign, "io.jwt.verify_hs256": foreign,
	"io.jwt.verify_hs384": foreign, "io.jwt.verify_hs512": foreign, "io.jwt.verify_ps256": foreign,
	"io.jwt.verify_ps384": foreign, "io.jwt.verify_ps512": foreign, "io.jwt.verify_rs256": foreign,
	"io.jwt.verify_rs384": foreign, "io.jwt.verify_rs512": foreign,
	"graphql.is_valid": foreign, "graphql.parse": foreign, "graphql.parse_and_verify": foreign,
	"graphql.parse_query": foreign, "graphql.parse_schema": foreign, "graphql.schema_is_valid": foreign,
	"rego.parse_module": foreign, "json.marshal_with_options": unbounded, "regex.globs_match": unbounded, "strings.render_template": unbounded,
	"parse_config": conftest, "parse_config_file": conftest, "parse_combined_config_files": conftest,
	"file.exists": conftest,
}

// maxQuoted is how much of a user's file one error shows, in bytes.
const maxQuoted = 400
