package evidence

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/entail-dev/entail/internal/model"
)

// maxCardLines bounds the lines of a card that are looked through.
const maxCardLines = 50_000

// Words that a card's headings are known by. They are matched as whole words,
// letter case ignored.
var (
	dataHeading = heading(`(pre-?|pre )?training (and fine-?tuning )?(data|datasets?|corpus|corpora|mix(ture)?)( (mix(ture)?|sources?|composition|overview|description))?|` +
		`(training )?data ?(mix(ture)?|sources?|composition|overview|description)|pre-?train(ing)? datasets?|datasets?( (used|overview|description))?|data`)
	processingHeading = heading(`(data )?(pre-?processing|filtering|cleaning|de-?duplication)|data (collection and )?processing|(training )?data preparation`)
	selectionHeading  = heading(`(source data|initial data collection and normali[sz]ation|data (collection|selection|curation|gathering)( .*)?|curation rationale)`)
	labellingHeading  = heading(`annotations?( process)?|data annotations?|labell?ing( procedure)?|who are the annotators\??`)
)

// heading matches the titles of sections, without numbers and marks around.
func heading(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^[\W\d_]*(` + words + `)[\W_]*$`)
}

// Words of a text that says something of data or code without showing it.
var (
	blank = regexp.MustCompile(`(?i)more information needed`)
	vague = regexp.MustCompile(`(?i)publicly[- ]available|publicly accessible|a (new |diverse |broad |curated )*(mix|mixture|blend|collection|variety) of|` +
		`large (amounts?|quantit(y|ies)|corpus|corpora) of (text|data)|(data|text|pages|documents|content) (scraped |crawled |collected )?from the (open |public )?(web|internet)|` +
		`(online|web|internet) (data|text)|undisclosed|proprietary (data|datasets?)|in-house (data|datasets?)`)
	withheld = regexp.MustCompile(`(?i)\b(custom|in-house|internal|proprietary)\b[^.|]{0,60}?\b(training (librar(y|ies)|stack|code(base)?|framework|infrastructure)|distributed training code\s?base|code\s?base)`)
	internal = regexp.MustCompile(`(?i)\b(custom|in-house|internal|proprietary)\b[^.|]{0,40}?\bevaluations? (librar(y|ies)|code|framework|suite|harness)`)
	loading  = regexp.MustCompile(`from_pretrained\(|pipeline\(|AutoModel|vllm serve|LLM\(`)
	percent  = regexp.MustCompile(`(\d+(?:\.\d+)?)\s*%`)
	amount   = regexp.MustCompile(`(?i)^[~<>]?\s*\d[\d.,]*\s*(%|[kmbt]|gb|tb|gib|tib|mb|billion|million|trillion)?(\s*(tokens?|examples?|documents?|gb|tb))?$`)
	share    = regexp.MustCompile(`(?i)%|percent|share|fraction|proportion|weight|tokens?|size|gi?b|disk|amount|number|samples?|bytes|sampling|epochs?|documents?`)
	series   = regexp.MustCompile(`(?i)\brevision\s*=|intermediate (training )?checkpoints?|\bcheckpoints? (at|for|from) (each|every)|\d+ (intermediate )?checkpoints\b|checkpoints .{0,40}(branch|revision|tag)`)
)

// linkHint is what a link to a place where code or data is kept hints at.
type linkHint struct {
	near      *regexp.Regexp
	component string
	seen      string
}

// linkHints are looked up in the text of a link, its address, and the words
// beside it. The first that fits counts.
var linkHints = []linkHint{
	{regexp.MustCompile(`(?i)data[- _]?(prep(aration|rocessing)?|processing|pipeline|cleaning|filtering|curation)|pre-?process(ing)? (code|script|pipeline)|de-?duplication|tokeni[sz]e the data`), "code.data_processing", "a link beside words for data processing"},
	{regexp.MustCompile(`(?i)eval(uation)?[- _]?(harness|code|suite|scripts?|framework)?\b|analysis[- _]?\d*\b|benchmark (code|suite)`), "code.validation_testing", "a link beside words for evaluation"},
	{regexp.MustCompile(`(?i)\b(pre-?)?train(ing|ed|er)?\b[- _]*(code|codebase|scripts?|framework|library|libraries|repo(sitory)?|pipeline|configs?|with|using)?|megatron|fine-?tun(e|ing) (code|scripts?)`), "code.training", "a link beside words for training"},
	{regexp.MustCompile(`(?i)inference|generation code|\bserv(e|ing)\b|\brun (the|this) model|reference implementation|minimal code`), "code.inference", "a link beside words for running the model"},
}

// Places that keep code, data sets and papers.
var (
	codeHost    = regexp.MustCompile(`(?i)^https?://(www\.)?(github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)/[\w.-]+/[\w.-]+`)
	datasetHost = regexp.MustCompile(`(?i)^(https?://(www\.)?(huggingface\.co|hf\.co))?/?datasets/[\w.-]+`)
	paperHost   = regexp.MustCompile(`(?i)^https?://(www\.)?(arxiv\.org/(abs|pdf)|doi\.org|aclanthology\.org|openreview\.net|jmlr\.org)/|\.pdf$`)
)

// card finds what the card's metadata, sections, tables and links hint at.
// Cards promise and describe; none of what is found here shows a thing.
func (c *collector) card() {
	card := c.node.Card
	if !card.Present {
		return
	}
	c.metadata()
	text, err := c.read(c.cardFile())
	if err != nil || len(card.Sections)+len(card.Links) == 0 {
		return
	}
	lines := cardLines(text)
	for i, section := range card.Sections {
		body := within(lines, card.Sections, i)
		c.section(section, body)
	}
	c.prose(lines)
	c.links(lines)
}

// cardFile is the name of the card, README.md or the like in another letter
// case.
func (c *collector) cardFile() string {
	const name = "README.md"
	if !c.has(name) {
		for _, f := range c.node.Files {
			if strings.EqualFold(f.Path, name) {
				return f.Path
			}
		}
	}
	return name
}

// line is one line of a card with its number in the file.
type line struct {
	number int
	text   string
}

// cardLines splits a card, whose lines end as its positions count them.
func cardLines(text []byte) []line {
	separator := []byte("\n")
	if !bytes.Contains(text, separator) {
		separator = []byte("\r")
	}
	var lines []line
	for part := range bytes.SplitSeq(text, separator) {
		if len(lines) == maxCardLines {
			break
		}
		lines = append(lines, line{len(lines) + 1, strings.ToValidUTF8(string(bytes.TrimRight(part, "\r")), "\uFFFD")})
	}
	return lines
}

// within are the lines below a heading, up to the next of its level or above.
func within(lines []line, sections []model.Section, i int) []line {
	from, to := sections[i].Line, len(lines)
	for _, next := range sections[i+1:] {
		if next.Level <= sections[i].Level {
			to = next.Line - 1
			break
		}
	}
	if from < 0 || from > to || to > len(lines) {
		return nil
	}
	return lines[from:to]
}

// hint keeps a hint of the card at a line.
func (c *collector) hint(component, word, seen string, number int, where ...string) {
	one := model.Evidence{
		From: "card", Strength: model.Hint, Seen: seen, Where: where,
		At: &model.Position{File: c.cardFile(), Line: number, Column: 1},
	}
	if strings.HasPrefix(component, dataInformation) {
		one.Level = word
	} else {
		one.Availability = word
	}
	c.add(component, one)
}

// metadata reads what the front matter names: data sets, a gate.
func (c *collector) metadata() {
	if at, ok := c.node.Card.At["datasets"]; ok {
		names := metadataTexts(c.node.Card.Metadata["datasets"])
		if len(names) > 0 {
			c.hint("data_information.public_data_listing", "named-only", "data sets in the metadata", at.Line, names...)
		}
	}
}

// metadataTexts are the texts of a value that is one or a list of them.
func metadataTexts(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, item := range v {
			if s, ok := item.(string); ok {
				all = append(all, s)
			}
		}
		return all
	}
	return nil
}

// section looks at what stands below one heading.
func (c *collector) section(section model.Section, body []line) {
	at, n := section.Line, proseWords(body)
	left := n < minSectionWords || blankSection(body)
	switch {
	case dataHeading.MatchString(section.Title):
		c.data(section, body)
	case left:
	case processingHeading.MatchString(section.Title):
		c.hint("data_information.processing_filtering", "substantial", "a section on processing", at)
	case selectionHeading.MatchString(section.Title):
		c.hint("data_information.obtained_selected", "substantial", "a section on where the data comes from", at)
	case labellingHeading.MatchString(section.Title):
		c.hint("data_information.labelling", "substantial", "a section on labelling", at)
	}
}

// minSectionWords is what a section holds at least that says something.
const minSectionWords = 15

// data looks at a section on training data: a template left blank, a table
// with shares, sets that are named with a link, or general words.
func (c *collector) data(section model.Section, body []line) {
	const component = "data_information.description"
	at := section.Line
	if blankSection(body) {
		c.hint(component, "none", "a template left blank", at)
		return
	}
	if rows, total, ok := dataTable(body); ok {
		seen := fmt.Sprintf("a table of %d rows with shares or amounts", rows)
		if total > 0 {
			seen = fmt.Sprintf("a table of %d rows with shares that add up to %.0f %%", rows, total)
		}
		c.hint(component, "substantial", seen, at)
		c.hint("data_information.scope_characteristics", "substantial", seen, at)
		return
	}
	var sets []string
	for _, link := range c.node.Card.Links {
		if len(body) > 0 && link.Line >= body[0].number && link.Line <= body[len(body)-1].number && datasetHost.MatchString(link.URL) {
			sets = append(sets, link.URL)
		}
	}
	loose := 0
	for _, l := range body {
		if vague.MatchString(l.text) {
			loose = l.number
			break
		}
	}
	switch {
	case len(sets) > 0:
		c.hint(component, "named-only", "data sets named with links", at, sets...)
		c.hint("data_information.public_data_listing", "named-only", "data sets named with links", at, sets...)
	case loose > 0:
		c.hint(component, "vague", "general words for the data", loose)
	}
}

func blankSection(body []line) bool {
	found, other := false, 0
	for _, l := range body {
		if blank.MatchString(l.text) {
			found = true
		} else if !strings.HasPrefix(strings.TrimSpace(l.text), "#") {
			other += len(strings.Fields(l.text))
		}
	}
	return found && other < minSectionWords
}

func proseWords(body []line) int {
	n := 0
	for _, l := range body {
		if !strings.HasPrefix(strings.TrimSpace(l.text), "#") {
			n += len(strings.Fields(l.text))
		}
	}
	return n
}

// dataTable finds a table of more than two rows with a column of shares or
// amounts. total is what a column of shares adds up to, 0 where there is none.
func dataTable(body []line) (rows int, total float64, ok bool) {
	for i := 0; i+1 < len(body); i++ {
		head := cells(body[i].text)
		if len(head) < 2 || !isRule(body[i+1].text) || !share.MatchString(strings.Join(head, " ")) {
			continue
		}
		rows, total, numbers := 0, 0.0, 0
		for _, l := range body[i+2:] {
			row := cells(l.text)
			if len(row) < 2 {
				break
			}
			rows++
			if hasAmount(row) {
				numbers++
			}
			if m := percent.FindStringSubmatch(l.text); m != nil && !strings.Contains(strings.ToLower(row[0]), "total") {
				var value float64
				if _, err := fmt.Sscanf(m[1], "%g", &value); err == nil && value <= 100 {
					total += value
				}
			}
		}
		if rows > 2 && numbers*2 > rows {
			return rows, total, true
		}
	}
	return 0, 0, false
}

func cells(text string) []string {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "|") {
		return nil
	}
	parts := strings.Split(strings.Trim(text, "|"), "|")
	for i := range parts {
		parts[i] = strings.Trim(strings.TrimSpace(parts[i]), "*_` ")
	}
	return parts
}

// isRule is true for the line between a table's head and its rows.
func isRule(text string) bool {
	return strings.Contains(text, "-") && strings.Trim(text, "|-: \t") == ""
}

func hasAmount(row []string) bool {
	for _, cell := range row[1:] {
		if amount.MatchString(cell) {
			return true
		}
	}
	return false
}

// prose looks through all lines for what a sentence gives away.
func (c *collector) prose(lines []line) {
	shown := map[string]bool{}
	once := func(component, word, seen string, number int) {
		if key := component + seen; !shown[key] {
			shown[key] = true
			c.hint(component, word, seen, number)
		}
	}
	for _, l := range lines {
		if len(l.text) > maxProseLine {
			l.text = l.text[:maxProseLine]
		}
		switch {
		case withheld.MatchString(l.text):
			once("code.training", "mentioned", "code for training that is called the publisher's own", l.number)
		case internal.MatchString(l.text):
			once("code.validation_testing", "mentioned", "code for evaluation that is called the publisher's own", l.number)
		case loading.MatchString(l.text):
			once("code.inference", "released", "an example that loads the model", l.number)
		case series.MatchString(l.text):
			once("parameters.intermediate_checkpoints", "released", "words on intermediate checkpoints", l.number)
		}
	}
}

// maxProseLine bounds what of one line is looked through.
const maxProseLine = 4_000

// links sorts the card's links by where they lead and what stands beside them.
func (c *collector) links(lines []line) {
	for _, link := range c.node.Card.Links {
		switch {
		case paperHost.MatchString(link.URL):
			c.hint("documents.research_paper", "released", "a link to a paper", link.Line, link.URL)
		case datasetHost.MatchString(link.URL):
			c.hint("training_data", "released", "a link to a data set", link.Line, link.URL)
			c.hint("documents.data_card", "released", "a link to a data set", link.Line, link.URL)
		case codeHost.MatchString(link.URL):
			beside := link.Text + " " + link.URL
			if link.Line > 0 && link.Line <= len(lines) {
				beside += " " + lines[link.Line-1].text[:min(len(lines[link.Line-1].text), maxProseLine)]
			}
			c.code(link, beside)
		}
	}
}

// code keeps what a link to a place of code hints at, by the link's own words
// before those beside it.
func (c *collector) code(link model.Link, beside string) {
	for _, words := range []string{link.Text + " " + link.URL, beside} {
		for _, h := range linkHints {
			if h.near.MatchString(words) {
				c.hint(h.component, "released", h.seen, link.Line, link.URL)
				return
			}
		}
	}
}
