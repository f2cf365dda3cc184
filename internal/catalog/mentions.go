package catalog

import (
	"regexp"
	"slices"

	"github.com/entail-dev/entail/internal/model"
)

// Limits of what Mentions looks at and returns.
const (
	maxMentions      = 20
	maxExcerptRunes  = 120
	maxBlockBytes    = 16 << 10
	maxWordsToFamily = 12
	maxWordsBefore   = 6
)

// Mentions lists the places of a card's text that say, of a member of a known
// family, that the model was made from it ("a fine-tuned version of …",
// "quantised from …", "LoRA for …"), at most maxMentions of them for the families of one folder. body is the
// text without front matter; firstLine is the line of the file on which it
// begins. Code, tables, quotations and sections that compare models are not
// read, and sentences that compare, deny, or speak of data, outputs or tools
// are left out: precision comes before recall.
func (c *Catalog) Mentions(file string, body []byte, firstLine int) []model.Mention {
	found := []model.Mention{}
	for i := range c.families {
		found = append(found, c.families[i].mentions(file, body, firstLine)...)
	}
	return found
}

// mentions is Mentions of the families of one folder.
func (f *families) mentions(file string, body []byte, firstLine int) []model.Mention {
	var found []model.Mention
	type seen struct {
		family, model string
		line          int
	}
	known := map[seen]bool{}
	for block := range proseBlocks(string(body), max(firstLine, 1)) {
		if !hasDescentVerb(block.text) {
			continue
		}
		for _, sentence := range sentences(block) {
			for _, hit := range f.descents(sentence) {
				at := seen{hit.family, hit.model, hit.line}
				if known[at] {
					continue
				}
				known[at] = true
				found = append(found, model.Mention{
					Family: hit.family, Model: hit.model, Excerpt: excerpt(block, hit.start),
					At: model.Position{File: file, Line: hit.line, Column: hit.column},
				})
				if len(found) == maxMentions {
					return found
				}
			}
		}
	}
	return found
}

// descent is one family that a sentence names as an origin.
type descent struct {
	family, model       string
	start, line, column int
}

// newsDate begins an item of news, which may speak of any model.
var newsDate = regexp.MustCompile(`^20[0-9]{2}[-/.][0-9]{1,2}([-/.][0-9]{1,2})?$`)

// descents finds every verb of descent in a sentence and the families that
// follow it.
func (f *families) descents(tokens []cardWord) []descent {
	var all []descent
	if len(tokens) == 0 || newsDate.MatchString(tokens[0].lower) {
		return nil
	}
	for i := 0; i < len(tokens); i++ {
		length := descentVerb(tokens[i:])
		if length == 0 || deniedOrCompared(tokens[:i]) {
			continue
		}
		all = append(all, f.origins(tokens[i+length:])...)
		i += length - 1
	}
	return all
}

// origins reads the words after a verb of descent up to the first family, and
// on through those joined to it by "and" or a comma.
func (f *families) origins(tokens []cardWord) []descent {
	var all []descent
	limit := min(len(tokens), maxWordsToFamily)
	for i := 0; i < limit; {
		if endsOrigin(tokens[i]) {
			break
		}
		family, length := f.familyAt(tokens[i:])
		if family == "" {
			if len(all) > 0 && !joins(tokens[i]) {
				break
			}
			i += length
			continue
		}
		if onlyNamed(tokens[i+length:]) {
			break
		}
		hit := descent{family: family, start: tokens[i].at, line: tokens[i].line, column: tokens[i].column}
		next := i + length
		hit.model = tokens[i].id
		if hit.model != "" && next < len(tokens) && tokens[next].link {
			// The address behind a link's text is the surer of the two.
			hit.model, next = tokens[next].id, next+1
		}
		// "Name ([link])" and "Name at link" say which member it is.
		for j := i; hit.model == "" && j < min(next+3, len(tokens)); j++ {
			if slices.Contains(f.in(nameWords(lastPart(tokens[j].id))), family) {
				hit.model, next = tokens[j].id, max(next, j+1)
			}
		}
		all = append(all, hit)
		i = next
		limit = min(len(tokens), i+maxWordsToFamily)
	}
	return all
}

// lastPart is an id's name.
func lastPart(id string) string {
	_, name := splitID(id)
	return name
}

// familyAt tells the family that begins at the first token, and how many
// tokens it or, where there is none, what else stands there takes.
func (f *families) familyAt(tokens []cardWord) (family string, length int) {
	first := tokens[0]
	if first.id != "" {
		found := f.in(nameWords(lastPart(first.id)))
		if len(found) > 0 {
			return found[0], 1
		}
		return "", 1
	}
	if p := f.matchTokens(tokens); p != nil {
		length = tokensOf(tokens, len(p.words))
		if p.except {
			return "", length
		}
		return p.family, length
	}
	// A name such as Meta-Llama-3-8B is one token whose words begin before
	// the family's.
	if len(first.words) > 1 {
		if found := f.in(first.words); len(found) > 0 {
			return found[0], 1
		}
	}
	return "", 1
}

// matchTokens finds the pattern at the start of the tokens' words.
func (f *families) matchTokens(tokens []cardWord) *pattern {
	var words []string
	for _, t := range tokens[:min(len(tokens), 4)] {
		if t.id != "" {
			break
		}
		words = append(words, t.words...)
	}
	return f.match(words)
}

// tokensOf counts the tokens that hold the first n words.
func tokensOf(tokens []cardWord, n int) int {
	for i, t := range tokens {
		if n -= len(t.words); n <= 0 {
			return i + 1
		}
	}
	return len(tokens)
}

// onlyNamed holds where the words after a family's name show that the
// sentence speaks of a design, data or a tool of that name, not of a model.
func onlyNamed(after []cardWord) bool {
	for i, t := range after {
		switch {
		case i >= 4 || t.breakBefore:
			return false
		case slices.Contains(nameOnlyWords(), t.lower):
			return true
		case slices.Contains(modelWords(), t.lower):
			return false
		}
	}
	return false
}

// nameOnlyWords follow a family's name where no weights are meant.
func nameOnlyWords() []string {
	return []string{"architecture", "architectures", "arch", "tokenizer", "tokenizers", "tokeniser", "vocabulary", "template",
		"templates", "format", "style", "prompt", "prompts", "dataset", "datasets", "data", "corpus", "paper", "papers",
		"report", "like", "recipe", "recipes", "framework", "codebase", "code", "library", "license", "licence", "approach",
		"method", "methods", "methodology", "output", "outputs", "generated", "generations", "responses", "api", "design",
		"repo", "repository", "implementation", "script", "scripts", "pipeline", "trainer", "completions", "annotations",
		"labels", "inference", "runtime", "engine", "tool", "tools", "toolkit", "judge", "inspired", "compatible", "logo"}
}

// modelWords follow a family's name where the model itself is meant.
func modelWords() []string {
	return []string{"model", "models", "checkpoint", "checkpoints", "weights", "base", "instruct", "chat", "it", "and", "with", "using",
		"for", "by", "on", "is", "was", "that", "which", "to", "in", "as", "from"}
}

// endsOrigin holds for words after which a sentence has left its origin.
func endsOrigin(t cardWord) bool {
	switch t.lower {
	case "data", "dataset", "datasets", "corpus", "corpora", "output", "outputs", "generated", "generations", "conversations",
		"responses", "completions", "synthetic", "compared", "comparison", "unlike", "like", "than", "similar", "versus", "vs",
		"outperforms", "outperforming", "outperform", "surpasses", "inspired", "paper", "using", "used", "with", "via",
		"but", "while", "whereas", "where", "when", "because", "which", "architecture", "benchmark", "benchmarks",
		"evaluated", "tested", "such", "prompt", "prompts", "instead", "not", "without", "can", "should", "codebase", "code",
		"tokenizer", "various", "including", "texts", "examples", "samples", "instructions", "follow", "following", "approach", "method", "work", "works":
		return true
	}
	return false
}

// joins holds for the words between two origins of one sentence.
func joins(t cardWord) bool {
	if t.id != "" {
		return true
	}
	switch t.lower {
	case "and", "plus", "the", "a", "an", "model", "models", "base", "of", "by", "into", "in", "version", "or":
		return true
	}
	return len(t.lower) > 0 && t.lower[0] >= '0' && t.lower[0] <= '9' || slices.Contains([]string{"b", "m", "v", "instruct", "chat"}, t.lower)
}

// deniedOrCompared looks at the few words before a verb.
func deniedOrCompared(before []cardWord) bool {
	if slices.ContainsFunc(before, func(t cardWord) bool { return t.lower == "open-sourced" }) {
		return true // A list of what was published, of which the card's model is one.
	}
	for i := len(before) - 1; i >= 0 && i >= len(before)-maxWordsBefore; i-- {
		switch before[i].lower {
		case "not", "never", "neither", "nor", "without", "unlike", "isn't", "wasn't", "aren't", "isnt", "no", "than", "versus", "vs",
			"compared", "similar", "rather", "other", "others", "instead", "like", "can", "could", "should", "may", "might", "if",
			"baseline", "baselines", "competitors", "outperforms", "outperform", "surpasses", "data", "dataset", "datasets", "prompt",
			"many", "most", "will", "potential", "future", "eventually", "planned", "looking", "applications", "apps", "tools", "products", "judge", "evaluator", "license", "licensed", "tokenizer", "code", "codebase", "whether":
			return true
		}
	}
	return false
}
