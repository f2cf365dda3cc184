package catalog

import (
	"slices"
	"strings"
	"unicode"

	"github.com/entail-dev/entail/internal/model"
)

// maxCandidates bounds what Candidates returns.
const maxCandidates = 20

// Candidates lists the models that a card's text seems to name as what this
// model was made from, by id or by a link to the Hub, each once, at most
// maxCandidates of them. It reads sentences as Mentions does and knows no
// family; that a repository of the name exists is not known. body is the text
// without front matter; firstLine is the line of the file on which it begins.
func Candidates(file string, body []byte, firstLine int) []model.Candidate {
	found := []model.Candidate{}
	known := map[string]bool{}
	for block := range proseBlocks(string(body), max(firstLine, 1)) {
		if !hasDescentVerb(block.text) {
			continue
		}
		for _, sentence := range sentences(block) {
			for _, word := range namedOrigins(sentence) {
				if id := strings.ToLower(word.id); known[id] {
					continue
				} else if known[id] = true; len(found) == maxCandidates {
					return found
				}
				how := "id"
				if word.link {
					how = "link"
				}
				found = append(found, model.Candidate{
					ID: word.id, Excerpt: excerpt(block, word.at), How: how,
					At: model.Position{File: file, Line: word.line, Column: word.column},
				})
			}
		}
	}
	return found
}

// namedOrigins are the ids that follow a verb of descent in a sentence.
func namedOrigins(tokens []cardWord) []cardWord {
	if len(tokens) == 0 || newsDate.MatchString(tokens[0].lower) {
		return nil
	}
	var all []cardWord
	for i := 0; i < len(tokens); i++ {
		length := descentVerb(tokens[i:])
		if length == 0 || deniedOrCompared(tokens[:i]) {
			continue
		}
		all = append(all, originIDs(tokens[i+length:])...)
		i += length - 1
	}
	return all
}

// originIDs reads on from a verb of descent to the first id, and through those
// joined to it.
func originIDs(tokens []cardWord) []cardWord {
	var all []cardWord
	limit := min(len(tokens), maxWordsToFamily)
	for i := 0; i < limit && !endsOrigin(tokens[i]); i++ {
		switch id := tokens[i].id; {
		case id == "" || !tokens[i].link && !likeModel(id):
			if tokens[i].lower == "tokens" {
				return all // that were trained on
			}
			if len(all) > 0 && !joins(tokens[i]) {
				return all
			}
		case namesOnly(tokens[i+1:]):
			return all
		default:
			if n := len(all); n > 0 && tokens[i].link && !all[n-1].link && strings.EqualFold(all[n-1].id, id) {
				all = all[:n-1] // the address behind a link's text is the surer
			}
			all = append(all, tokens[i])
			limit = min(len(tokens), i+maxWordsToFamily)
		}
	}
	return all
}

// likeModel tells an id from two words with a stroke between them: V100/A100 is
// no model's, nor is ViT-H/14.
func likeModel(id string) bool {
	return strings.ToUpper(id) != id && strings.IndexFunc(lastPart(id), unicode.IsLetter) >= 0
}

// namesOnly holds where the words after an id show that it is data or a tool.
func namesOnly(after []cardWord) bool {
	for i, t := range after[:min(len(after), 4)] {
		if i > 0 && t.breakBefore || slices.Contains(modelWords(), t.lower) && t.lower != "and" {
			return false
		}
		if slices.Contains(nameOnlyWords(), t.lower) {
			return true
		}
	}
	return false
}
