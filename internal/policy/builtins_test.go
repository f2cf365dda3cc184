package policy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
)

// conftestOwn are the builtins that are conftest's and not OPA's.
var conftestOwn = []string{"file.exists", "parse_combined_config_files", "parse_config", "parse_config_file"}

// TestEveryBuiltinIsReviewed: of each builtin of OPA's somebody said whether
// rules may call it. A new version that has one more, or one less, fails here.
func TestEveryBuiltinIsReviewed(t *testing.T) {
	var reviewed, there []string
	for name := range allowed() {
		if why, both := refused[name]; both {
			t.Errorf("%s is allowed, and refused since %s", name, why)
		}
		reviewed = append(reviewed, name)
	}
	for name, why := range refused {
		if why == "" {
			t.Errorf("%s is refused for no reason", name)
		}
		reviewed = append(reviewed, name)
	}
	for _, builtin := range ast.CapabilitiesForThisVersion().Builtins {
		there = append(there, builtin.Name)
		if guard, ok := allowed()[builtin.Name]; ok && builtin.IsNondeterministic() && builtin.Name != "print" && builtin.Name != "internal.print" {
			t.Errorf("%s is allowed (%v), and its answer is no function of its arguments", builtin.Name, guard)
		}
	}
	there = append(there, conftestOwn...)
	slices.Sort(reviewed)
	slices.Sort(there)
	if !slices.Equal(reviewed, there) {
		for _, name := range there {
			if !slices.Contains(reviewed, name) {
				t.Errorf("nobody looked at %s yet: does it reach out, is its answer determined, can one call of it be too much?", name)
			}
		}
		for _, name := range reviewed {
			if !slices.Contains(there, name) {
				t.Errorf("%s was looked at and is not there", name)
			}
		}
	}
}

// TestGuards: calls that would take more than there is are not made, and ones
// that a rule may well make are.
func TestGuards(t *testing.T) {
	const long = `sprintf("%0900000d", [0])`
	for call, says := range map[string]string{
		`count(concat(",", ["a", "b"]))`:                           "",
		`count(split(` + long + `, "0"))`:                          "",
		`regex.match("^[a-z0-9.-]+/[A-Za-z0-9._-]{1,96}$", "a/b")`: "",
		`regex.match("0{900}", ` + long + `)`:                      "an expression too large",
		`regex.match("(", "a")`:                                    "error parsing regexp",
		`regex.is_valid("(a{1000}b{1000}c{1000}d{1000}e{1000}f{1000}g{1000}h{1000}i{1000}j{1000}k{1000}l{1000}m{1000}n{1000}o{1000}p{1000}q{1000}r{1000}s{1000}t{1000}u{1000})")`: "an expression too large",
		`regex.replace("a1b2", "[0-9]", "<$0>")`:                                  "",
		`regex.replace(` + long + `, "(0)", "$1$1$1$1$1$1")`:                      "a text of more than",
		`regex.find_n("[0-9]", "a1b2", -1)`:                                       "",
		`regex.split("[0-9]", "a1b2")`:                                            "",
		`regex.template_match("urn:<.*>", "urn:x", "<", ">")`:                     "",
		`regex.find_all_string_submatch_n("(a)(b)", "abab", -1)`:                  "",
		`replace("aaa", "a", "bb")`:                                               "",
		`strings.replace_n({"a": "b"}, "aaa")`:                                    "",
		`strings.replace_n({"0": ` + long + `}, "00000000")`:                      "a text of more than",
		`indexof_n("abab", "b")`:                                                  "",
		`trim("xax", "x")`:                                                        "",
		`trim(` + long + `, ` + long + `)`:                                        "texts too long",
		`glob.match("*/b", ["/"], "a/b")`:                                         "",
		`glob.match("*a*a*a*", ["/"], "aaaaaaaaaaaaaaaa")`:                        "",
		`glob.match("*a*a*a*b", ["/"], sprintf("%0300d", [0]))`:                   "texts too long",
		`sprintf("%d of %5.2f and %-10s|%v", [1, 2.5, "x", {"a": [1]}])`:          "",
		`sprintf("%999999d%999999d%999999d%999999d%999999d", [1])`:                "a text of more than",
		`sprintf("%% %p", [1])`:                                                   "a verb %p",
		`1e300 * 1e300`:                                                           "",
		`1e900 * 1e900 * 1e900`:                                                   "a number of more than",
		`123456789012345678901234567890 % 7`:                                      "",
		`bits.lsh(1, 100)`:                                                        "",
		`bits.rsh(1e900, 20000)`:                                                  "a shift by more than",
		`sum([1, 2.5, 3])`:                                                        "",
		`product([1, 2, 3])`:                                                      "",
		`product([1e900, 1e900])`:                                                 "a number of more than",
		`format_int(255, 16)`:                                                     "",
		`round(2.5)`:                                                              "",
		`numbers.range(1, 5)`:                                                     "",
		`json.patch({"a": 1}, [{"op": "add", "path": "/b", "value": 2}])`:         "",
		`json.marshal({"a": [1, "x"]})`:                                           "",
		`json.unmarshal("{\"a\": [1]}")`:                                          "",
		`yaml.unmarshal("a: [1]")`:                                                "",
		`object.union({"a": {"b": 1}}, {"a": {"c": 2}})`:                          "",
		`object.union_n([{"a": 1}, {"b": 2}])`:                                    "",
		`object.filter({"a": 1, "b": 2}, {"a"})`:                                  "",
		`array.flatten([[1], [2, [3]]])`:                                          "",
		`graph.reachable({"a": ["b"], "b": []}, ["a"])`:                           "",
		`graph.reachable_paths({"a": ["b", "c"], "b": ["c"], "c": ["a"]}, ["a"])`: "",
		`time.clock([1000000000000000000, "UTC"])`:                                "",
		`time.clock(1000000000000000000)`:                                         "",
		`time.format([1000000000000000000, "Europe/Berlin", "2006"])`:             "a time zone but UTC",
		`time.parse_ns("2006-01-02", "2026-01-02")`:                               "",
		`time.parse_ns("2006-01-02 MST", "2026-01-02 CET")`:                       "a time zone but UTC",
		`time.parse_ns("RFC1123", "x")`:                                           "a time zone but UTC",
		`time.add_date(1000000000000000000, 1, 2, 3)`:                             "",
		`time.diff(1000000000000000000, 1100000000000000000)`:                     "",
		`$"{1 + 1} models"`:                                                       "",
		`concat(",", 5 | 6)`:                                                      "or: ",
	} {
		t.Run(call, func(t *testing.T) {
			bounded, err := evalCall(t, call, true)
			if says != "" {
				if err == nil || !strings.Contains(err.Error(), says) {
					t.Fatalf("got %v and %v, want %q", bounded, err, says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			plain, err := evalCall(t, call, false)
			if err != nil || fmt.Sprint(bounded) != fmt.Sprint(plain) {
				t.Errorf("%v, and plain OPA says %v, %v", bounded, plain, err)
			}
		})
	}
}

// evalCall evaluates a call as rules do, with what is bounded or as plain OPA.
func evalCall(t *testing.T, call string, users bool) (any, error) {
	t.Helper()
	module, err := ast.ParseModuleWithOpts("a.rego", "package custom.a\n\nanswer := "+call+"\n", ParserOptions())
	if err != nil {
		t.Fatal(err)
	}
	compiler := NewCompiler()
	options := []func(*rego.Rego){rego.Query("data.custom.a.answer"), rego.StrictBuiltinErrors(true)}
	if users {
		compiler = bound(compiler, true)
		options = append(options, functions()...)
	}
	if compiler.Compile(map[string]*ast.Module{"a.rego": module}); compiler.Failed() {
		return nil, compiler.Errors
	}
	found, err := rego.New(append(options, rego.Compiler(compiler))...).Eval(t.Context())
	if err != nil {
		return nil, errors.New(plainError(err))
	}
	return found[0].Expressions[0].Value, nil
}

// TestEveryGuardIsReached: what stands in for a builtin is called where a rule
// names it, also as a replacement of another.
func TestEveryGuardIsReached(t *testing.T) {
	if _, err := evalCall(t, `[x | x := count("a") with count as bits.negate]`, true); err == nil {
		t.Error("bits.negate takes a text")
	}
	found, err := evalCall(t, `[x | x := concat("", ["a"]) with concat as "b"]`, true)
	if err != nil || fmt.Sprint(found) != "[b]" {
		t.Errorf("with concat replaced: %v, %v", found, err)
	}
	registered := map[string]bool{}
	for range functions() {
		registered[fmt.Sprint(len(registered))] = true
	}
	guarded := 1 // graph.reachable
	for keep := range maps.Values(allowed()) {
		if keep != nil {
			guarded++
		}
	}
	if len(registered) != guarded {
		t.Errorf("%d functions stand in for %d builtins", len(registered), guarded)
	}
}

// TestWatched: what runs too long, takes too much, breaks down or does not stop
// ends, and says so.
func TestWatched(t *testing.T) {
	limit := limits{time: 50 * time.Millisecond, memory: 32 << 20, grace: 20 * time.Millisecond}
	release := make(chan struct{})
	defer close(release)
	for name, c := range map[string]struct {
		run  func(context.Context) (int, error)
		want string
		left bool
	}{
		"an answer":    {func(context.Context) (int, error) { return 7, nil }, "", false},
		"an error":     {func(context.Context) (int, error) { return 0, errors.New("so") }, "so", false},
		"a panic":      {func(context.Context) (int, error) { panic("boom") }, "the evaluation broke down: boom", false},
		"no end":       {func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() }, "it ran for more than 50ms", false},
		"no stop":      {func(context.Context) (int, error) { <-release; return 0, nil }, "it ran for more than 50ms", true},
		"ever more":    {more(t, 0), "it took more than 32 MiB of memory", false},
		"some garbage": {garbage, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			limit := limit
			if strings.Contains(c.want, "memory") || c.want == "" {
				limit.time, limit.grace = time.Minute, time.Minute
			}
			_, err := watched(t.Context(), limit, c.run)
			if fmt.Sprint(err) != c.want && (c.want != "" || err != nil) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if end, ok := errors.AsType[*stopped](err); ok && end.left != c.left {
				t.Errorf("left to itself: %t", end.left)
			}
		})
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := watched(ended, limit, func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() }); !errors.Is(err, context.Canceled) {
		t.Errorf("of a run that was called off: %v", err)
	}
}

// more keeps more and more memory until it is told to stop.
func more(t *testing.T, _ int) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		var held [][]byte
		for ctx.Err() == nil {
			if len(held) > 4096 {
				t.Error("nobody stops it")
				break
			}
			held = append(held, make([]byte, 1<<20))
		}
		return len(held), ctx.Err()
	}
}

// garbage takes much memory and holds none of it.
func garbage(context.Context) (int, error) {
	n := 0
	for range 512 {
		n += len(make([]byte, 1<<20))
	}
	return n, nil
}
