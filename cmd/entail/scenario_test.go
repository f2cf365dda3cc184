package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/testkit"
)

// everything is a workflow that asks for all that the Action does, with a step
// that uses what it leaves.
const everything = `name: Terms
on: [pull_request, push, schedule]
permissions:
  contents: read
  pull-requests: write
  security-events: write
jobs:
  entail:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@0
      - id: terms
        uses: entail-dev/entail@v1
        with:
          comment: on-change
          upload-sarif: true
          # more
      - if: always()
        env:
          VERDICT: ${{ steps.terms.outputs.verdict }}
          OSAID: ${{ steps.terms.outputs.osaid }}
          ERRORS: ${{ steps.terms.outputs.errors }}
          WARNINGS: ${{ steps.terms.outputs.warnings }}
          NEW: ${{ steps.terms.outputs.new-findings }}
          TERMS: ${{ steps.terms.outputs.changed-terms }}
          REPORT: ${{ steps.terms.outputs.report }}
          SARIF: ${{ steps.terms.outputs.sarif }}
        run: |
          cd "${OUT:?}"
          printf %s "$VERDICT" >verdict
          printf %s "$OSAID" >osaid
          printf %s "$ERRORS" >errors
          printf %s "$WARNINGS" >warnings
          printf %s "$NEW" >new-findings
          printf %s "$TERMS" >changed-terms
          cp "$REPORT" report
          cp "$SARIF" sarif
`

// with adds inputs to the workflow.
func with(inputs ...string) string {
	return strings.Replace(everything, "# more", strings.Join(inputs, "\n          "), 1)
}

// runScenarios runs the Action in real workflows, against servers that look at
// what they get, for what happens to those who keep it on.
func runScenarios(t *testing.T, on *runner) {
	for name, run := range map[string]func(*testing.T, *runner){
		"clean": cleanChange, "adds a base": addedBase, "fixes it": fixedBase, "fork": fork, "push": pushed, "schedule": scheduled,
		"monorepo": fourModels, "rate limit": rateLimited, "forged marker": forgedMarker, "after a fork": afterFork, "locked": lockedRun, "enterprise": enterprise,
	} {
		t.Run(name, func(t *testing.T) { run(t, on) })
	}
}

// quiet is a card of which there is nothing to say.
const quiet = "---\nlicense: apache-2.0\n---\n# A model\n"

// one is a repository with a single release.
func one(card string) map[string]string { return map[string]string{"README.md": card} }

// wants holds outputs, as the next step found them.
func (r ran) wants(t *testing.T, outputs map[string]string) {
	t.Helper()
	for name, want := range outputs {
		if r.out[name] != want {
			t.Errorf("output %s is %q, want %q\n%s", name, r.out[name], want, r.log)
		}
	}
}

// terms are those gained and lost, as the next step reads them.
func (r ran) terms(t *testing.T) (gained, lost []string) {
	t.Helper()
	var terms map[string][]struct{ Term, License string }
	if err := json.Unmarshal([]byte(r.out["changed-terms"]), &terms); err != nil {
		t.Fatalf("changed-terms: %v: %q", err, r.out["changed-terms"])
	}
	for _, one := range terms["gained"] {
		gained = append(gained, one.License+" "+one.Term)
	}
	for _, one := range terms["lost"] {
		lost = append(lost, one.License+" "+one.Term)
	}
	return gained, lost
}

// annotated matches an annotation in the log: its level, its line and its file.
var annotated = regexp.MustCompile(`::(error|warning|notice) col=\d+,file=([^,]+),line=(\d+),title=`)

func (r ran) annotations() (all []string) {
	for _, m := range annotated.FindAllStringSubmatch(r.said, -1) {
		all = append(all, m[1]+" "+m[2]+":"+m[3])
	}
	return all
}

// scanned is the one document that code scanning has, as SARIF that is valid and
// the same as the file, every result of which has a place in a file.
func (s *scenario) scanned(t *testing.T, got ran) []string {
	t.Helper()
	all := s.github.SARIF()
	if len(all) != 1 || all[0].Commit != s.head || all[0].Ref != s.ref || all[0].Tool != "entail" || string(all[0].Document) != got.out["sarif"] {
		t.Fatalf("uploaded %d documents: %.300v\n%s", len(all), all, got.log)
	}
	document, err := sarif.FromBytes(all[0].Document)
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(); err != nil {
		t.Errorf("SARIF: %v", err)
	}
	var places []string
	for _, r := range document.Runs[0].Results {
		if len(r.Locations) == 0 {
			t.Fatalf("a result of %s has no place", *r.RuleID)
		}
		at := r.Locations[0].PhysicalLocation
		places = append(places, fmt.Sprintf("%s %s:%d", *r.RuleID, *at.ArtifactLocation.URI, *at.Region.StartLine))
	}
	return places
}

// comment is the one comment that is there.
func (s *scenario) comment(t *testing.T) testkit.GitHubComment {
	t.Helper()
	all := s.github.Comments()
	if len(all) != 1 || all[0].Login != "github-actions[bot]" || all[0].Number != 7 {
		t.Fatalf("comments %+v", all)
	}
	return all[0]
}

func cleanChange(t *testing.T, on *runner) {
	s := newScenario(t, on, everything, one(quiet), one(quiet+"More words.\n"))
	got := s.run(t, "pull_request")
	if got.failed || len(s.github.Comments()) != 0 || len(got.annotations()) != 0 {
		t.Errorf("failed %v, %d comments: %s", got.failed, len(s.github.Comments()), got.log)
	}
	got.lacks(t, "::error", "::warning", "::notice")
	got.wants(t, map[string]string{"verdict": "pass", "errors": "0", "warnings": "0", "new-findings": "0", "changed-terms": `{"gained":[],"lost":[]}`})
	if places := s.scanned(t, got); len(places) != 0 {
		t.Errorf("SARIF with %v", places)
	}
}

// addedBase follows one pull request: it adds a base model, goes on, and takes
// it back.
func addedBase(t *testing.T, on *runner) {
	s := newScenario(t, on, everything, one(quiet), one(dropping))
	got := s.run(t, "pull_request")
	if !got.failed {
		t.Error("did not fail")
	}
	if all := strings.Join(got.annotations(), ", "); !strings.HasPrefix(all, "error README.md:2, error README.md:2, warning README.md:3") {
		t.Errorf("annotations %s", all)
	}
	got.wants(t, map[string]string{"verdict": "fail", "osaid": "not-shown", "errors": "2", "new-findings": "6"})
	if gained, lost := got.terms(t); !strings.Contains(strings.Join(gained, ", "), "llama3.1 user-threshold") || len(lost) != 0 {
		t.Errorf("gained %v, lost %v", gained, lost)
	}
	if len(got.report.Results) != 1 || got.report.Results[0].Verdict != model.Fail || got.report.Summary.Errors != 2 {
		t.Errorf("report %+v", got.report.Summary)
	}
	if places := strings.Join(s.scanned(t, got), ", "); strings.Count(places, "lineage/dropped-restriction README.md:2") != 2 {
		t.Errorf("SARIF has %s", places)
	}
	got.has(t, "Summary - ### ❌ `acme/model`: fail", "```mermaid", "verdict: pass → fail")
	first := s.comment(t)
	for _, words := range []string{"adds base model `meta-llama/Llama-3.1-8B`: 2 inherited restrictions", "700 million monthly active users", "```mermaid", "error (new)"} {
		if !strings.Contains(first.Body, words) {
			t.Errorf("the comment lacks %q: %s", words, first.Body)
		}
	}

	s.push(t, one(dropping+"More words.\n"))
	s.run(t, "pull_request")
	if now := s.comment(t); now.Edits != 0 || now.Body != first.Body {
		t.Errorf("nothing has changed, and the comment has, %d times", now.Edits)
	}

	s.push(t, one(quiet))
	mended := s.run(t, "pull_request")
	if mended.failed || len(mended.annotations()) != 0 {
		t.Errorf("mended, failed %v: %s", mended.failed, mended.log)
	}
	if now := s.comment(t); now.Edits != 1 || now.ID != first.ID || strings.Contains(now.Body, "700 million") || !strings.Contains(now.Body, "Nothing changes") {
		t.Errorf("comment %+v", now)
	}
}

func fixedBase(t *testing.T, on *runner) {
	s := newScenario(t, on, everything, one(dropping), one(quiet))
	got := s.run(t, "pull_request")
	if got.failed || len(got.annotations()) != 0 {
		t.Errorf("failed %v: %s", got.failed, got.log)
	}
	got.wants(t, map[string]string{"verdict": "pass", "errors": "0", "new-findings": "0"})
	if _, lost := got.terms(t); !strings.Contains(strings.Join(lost, ", "), "llama3.1 user-threshold") {
		t.Errorf("lost %v", lost)
	}
	body := s.comment(t).Body
	for _, words := range []string{"verdict: fail → pass", "no longer made from `meta-llama/Llama-3.1-8B`", "6 fixed"} {
		if !strings.Contains(body, words) {
			t.Errorf("the comment lacks %q: %s", words, body)
		}
	}
}

// fork is a pull request whose token may only read.
func fork(t *testing.T, on *runner) {
	s := newScenario(t, on, everything, one(quiet), one(dropping))
	s.from, s.token = "stranger/model", testkit.GitHubForkToken
	got := s.run(t, "pull_request")
	if !got.failed || len(s.github.Comments())+len(s.github.SARIF()) != 0 {
		t.Errorf("failed %v, comments %+v", got.failed, s.github.Comments())
	}
	got.wants(t, map[string]string{"verdict": "fail", "errors": "2"})
	got.has(t, "Summary - ### ❌ `acme/model`: fail", "::error col=10,file=README.md,line=2")
	if n := strings.Count(got.said, "::warning title=entail::"); n != 1 {
		t.Errorf("said %d times that the token may not write: %s", n, got.log)
	}
	s.push(t, one(quiet))
	if got := s.run(t, "pull_request"); got.failed {
		t.Errorf("a change without findings fails: %s", got.log)
	}
}

func pushed(t *testing.T, on *runner) {
	s := newScenario(t, on, everything, one(quiet), one(dropping))
	s.ref = "refs/heads/main"
	got := s.run(t, "push")
	if !got.failed || len(s.github.Comments()) != 0 {
		t.Errorf("failed %v, comments %+v", got.failed, s.github.Comments())
	}
	got.wants(t, map[string]string{"verdict": "fail", "errors": "2", "new-findings": "0", "changed-terms": `{"gained":[],"lost":[]}`})
	got.lacks(t, "What changes", "(new)")
	if len(s.scanned(t, got)) < 5 {
		t.Error("SARIF lacks findings")
	}
}

// scheduled compares the lock with the state of now.
func scheduled(t *testing.T, on *runner) {
	before := one(dropping)
	before["entail.lock"] = locked
	s := newScenario(t, on, with("refresh: true"), before, one(dropping+"More words.\n"))
	s.ref = "refs/heads/main"
	got := s.run(t, "schedule")
	if !got.failed || s.hub.Count("") == 0 {
		t.Errorf("failed %v, the Hub was asked %d times: %s", got.failed, s.hub.Count(""), got.log)
	}
	got.has(t, "lineage/drift", "::error ")
	if places := strings.Join(s.scanned(t, got), ", "); !strings.Contains(places, "lineage/drift ") {
		t.Errorf("SARIF has %s", places)
	}
}

// lockedRun holds that a lock is all that is read, as long as nobody asks for
// more.
func lockedRun(t *testing.T, on *runner) {
	before := one(dropping)
	before["entail.lock"] = locked
	s := newScenario(t, on, everything, before, one(dropping+"More words.\n"))
	got := s.run(t, "pull_request")
	if got.failed || s.hub.Count("") != 0 {
		t.Errorf("failed %v, the Hub was asked %d times: %s", got.failed, s.hub.Count(""), got.log)
	}
}

func fourModels(t *testing.T, on *runner) {
	s := newScenario(t, on, with("path: models", "only-new: true"),
		map[string]string{"models/a/README.md": quiet, "models/b/README.md": dropping, "models/c/README.md": quiet},
		map[string]string{"models/c/README.md": dropping, "models/d/README.md": quiet})
	got := s.run(t, "pull_request")
	if !got.failed {
		t.Error("did not fail")
	}
	got.wants(t, map[string]string{"verdict": "fail", "errors": "4", "new-findings": "6"})
	for _, at := range got.annotations() {
		if !strings.Contains(at, " models/c/README.md:") {
			t.Errorf("annotation %s", at)
		}
	}
	if len(got.annotations()) != 6 || len(got.report.Results) != 4 {
		t.Errorf("annotations %v, %d results", got.annotations(), len(got.report.Results))
	}
	body := s.comment(t).Body
	for _, words := range []string{"**4 releases**: 4 errors", "| ✅ pass | `models/a` |", "| ❌ fail | `models/b` |", "| ✅ pass | `models/d` |", "### ❌ `models/c`: fail"} {
		if !strings.Contains(body, words) {
			t.Errorf("the comment lacks %q: %s", words, body)
		}
	}
	places := strings.Join(s.scanned(t, got), ", ")
	if !strings.Contains(places, "models/b/README.md:2") || !strings.Contains(places, "models/c/README.md:2") {
		t.Errorf("SARIF has %s", places)
	}
}

// rateLimited holds that everything which needs no request is done when GitHub
// answers none, and that nothing passes for it.
func rateLimited(t *testing.T, on *runner) {
	s := newScenario(t, on, everything, one(quiet), one(dropping))
	s.github.Break(&testkit.GitHubFault{Kind: testkit.GitHubLimited, Seconds: 3600})
	got := s.run(t, "pull_request")
	if !got.failed || len(got.annotations()) < 5 {
		t.Errorf("failed %v, annotations %v", got.failed, got.annotations())
	}
	got.has(t, "::warning title=entail::", "limit of requests is used up until", "Summary - ### ❌ `acme/model`: fail")
	got.wants(t, map[string]string{"verdict": "fail", "errors": "2", "new-findings": "6"})
	s.push(t, one(quiet))
	if got := s.run(t, "pull_request"); got.failed {
		t.Errorf("a change without findings fails: %s", got.log)
	}

	// Without the base in the checkout nobody knows what it demands.
	shallow := prepared{t.TempDir()}
	s.git(t, "clone", "-q", "--depth", "1", "file://"+s.dir, shallow.dir)
	s.env["CHECKOUT"] = shallow.dir
	if got := s.run(t, "pull_request"); !got.failed || !strings.Contains(got.said, "what it demands is not known") {
		t.Errorf("failed %v: %s", got.failed, got.log)
	}
}

// forgedMarker is a comment by somebody else who writes what ours begins with.
func forgedMarker(t *testing.T, on *runner) {
	s := newScenario(t, on, everything, one(quiet), one(dropping))
	sum := sha256.Sum256([]byte("Terms"))
	forged := fmt.Sprintf("<!-- entail:%x -->\n### All is well.", sum[:8])
	s.github.AddComments(testkit.GitHubComment{Repo: "acme/model", Number: 7, Login: "mallory", Body: forged})
	s.run(t, "pull_request")
	s.push(t, one(quiet))
	s.run(t, "pull_request")
	all := s.github.Comments()
	if len(all) != 2 || all[0].Body != forged || all[0].Edits != 0 || all[1].Login != "github-actions[bot]" || all[1].Edits != 1 ||
		!strings.HasPrefix(all[1].Body, strings.SplitN(forged, "\n", 2)[0]) {
		t.Errorf("comments %+v", all)
	}
}

// afterFork is the documented pair of workflows: the second comments on what a
// fork changes, and brings nothing of it to the machine.
func afterFork(t *testing.T, on *runner) {
	s := newScenario(t, on, documented(t)["fork-comment"], one(quiet), one(quiet+"More words.\n"))
	s.github.Add(testkit.GitHubRepo{ID: "stranger/model", Files: one(quiet), Refs: map[string]map[string]string{"topic": one(dropping)}})
	head := s.github.Commit("stranger/model", "topic")
	s.github.AddPulls(testkit.GitHubPull{Repo: "acme/model", Number: 7, Base: s.base, Head: head, HeadRepo: "stranger/model", HeadBranch: "topic"})
	run := func(event, sha string) ran {
		s.event = `{"workflow_run": {"event": "` + event + `", "head_sha": "` + sha + `", "head_branch": "topic", "head_repository": {"full_name": "stranger/model"}}}`
		s.ref = "refs/heads/main"
		return s.run(t, "workflow_run")
	}
	if got := run("push", head); got.failed || len(s.github.Requests()) != 0 {
		t.Errorf("after a push: failed %v, %d requests: %s", got.failed, len(s.github.Requests()), got.log)
	}
	if got := run("pull_request", strings.Repeat("0", 40)); got.failed || len(s.github.Comments()) != 0 {
		t.Errorf("after a head that is gone: failed %v: %s", got.failed, got.log)
	}
	got := run("pull_request", head)
	if got.failed || !strings.Contains(s.comment(t).Body, "adds base model `meta-llama/Llama-3.1-8B`") {
		t.Errorf("failed %v: %s", got.failed, got.log)
	}
}

// enterprise is a run on a server of somebody's own, whose token goes there and
// nowhere else.
func enterprise(t *testing.T, on *runner) {
	s := newScenario(t, on, everything, one(quiet), one(dropping))
	public := testkit.NewGitHub(t)
	s.env = map[string]string{
		"ENTAIL_GITHUB_API_URL": public.URL(), "GITHUB_API_URL": s.github.URL() + "/api/v3",
		"GITHUB_SERVER_URL": s.github.URL(), "GITHUB_GRAPHQL_URL": s.github.URL() + "/api/graphql",
	}
	got := s.run(t, "pull_request")
	if !got.failed || !strings.Contains(s.comment(t).Body, "adds base model") {
		t.Errorf("failed %v: %s", got.failed, got.log)
	}
	s.scanned(t, got)
	if asked := public.Requests(); len(asked) != 0 {
		t.Errorf("github.com was asked %+v", asked)
	}

	shallow := prepared{t.TempDir()}
	s.git(t, "clone", "-q", "--depth", "1", "file://"+s.dir, shallow.dir)
	s.env["CHECKOUT"] = shallow.dir
	if got := s.run(t, "pull_request"); s.github.Count("/git/trees/") == 0 || len(public.Requests()) != 0 || got.out["new-findings"] != "6" {
		t.Errorf("without the base: %s", got.log)
	}
}
