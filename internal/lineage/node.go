package lineage

import (
	"errors"
	"path"
	"strings"

	"github.com/entail-dev/entail/internal/card"
	"github.com/entail-dev/entail/internal/catalog"
	"github.com/entail-dev/entail/internal/evidence"
	"github.com/entail-dev/entail/internal/license"
	"github.com/entail-dev/entail/internal/model"
	"github.com/entail-dev/entail/internal/source"
)

// Licence files read of one repository. A subject may keep a copy for each of
// its parents; of an ancestor only its own terms matter.
const (
	maxSubjectTexts  = 32
	maxAncestorTexts = 4
)

// absent is a node of which nothing can be read.
func absent(ref model.Ref, state model.State, detail string, known *catalog.Catalog) *model.Node {
	return &model.Node{
		ID: ref.Key(), Name: known.NameFacts(ref.Key(), true), Kind: ref.Kind,
		Source: "none", State: state, Detail: detail,
		Card:     emptyCard(),
		License:  model.License{Declared: []model.Declared{}, Texts: []model.LicenseText{}, Unread: []model.Unread{}},
		Files:    []model.File{},
		Evidence: map[string][]model.Evidence{},
		Phrases:  []model.Phrase{}, Mentions: []model.Mention{},
		Candidates: []model.Candidate{}, Weights: []model.WeightHeader{},
	}
}

func emptyCard() model.Card {
	return model.Card{
		Metadata: map[string]any{}, At: map[string]model.Position{},
		Sections: []model.Section{}, Links: []model.Link{}, Problems: []model.Problem{},
	}
}

// describer turns one snapshot into a node.
type describer struct {
	*reader
	snapshot *source.Snapshot
	catalog  *catalog.Catalog
	node     *model.Node
	signs    signs
	subject  bool
	// cardName and cardText are the card once it was read: evidence is looked
	// for in it as well, and is not worth a second request.
	cardName string
	cardText []byte
}

func newDescriber(r *reader, s *source.Snapshot, subject bool) *describer {
	node := absent(model.Ref{Kind: s.Kind, ID: s.ID}, s.State, s.Detail, r.Catalog)
	node.Name = r.Catalog.NameFacts(s.ID, s.Published)
	node.Source, node.AsOf, node.Revision = s.Source, s.AsOf, s.Revision
	node.Gated, node.CreatedAt, node.Downloads = s.Gated, s.CreatedAt, s.Downloads
	node.Task = s.Task
	node.FilesKnown, node.BasesKnown = s.FilesKnown, !s.BasesUnknown
	if s.Files != nil {
		node.Files = s.Files
	}
	d := &describer{reader: r, snapshot: s, catalog: r.Catalog, node: node, subject: subject}
	if s.Locked != nil {
		locked := *s.Locked
		locked.License = d.kept(locked.License)
		node.Locked = &locked
	}
	return d
}

// facts reads what says from what the repository was made.
func (d *describer) facts() {
	if d.snapshot.State != model.Resolved {
		return
	}
	d.card()
	if task, ok := d.node.Card.Metadata["pipeline_tag"].(string); ok && task != "" {
		d.node.Task = task
	}
	if d.node.Kind == model.Model {
		d.readSigns()
	}
}

// terms reads what says on which terms, and of the subject the evidence.
func (d *describer) terms() {
	if d.snapshot.State != model.Resolved {
		return
	}
	d.licenses()
	if d.subject {
		d.node.Evidence = evidence.Collect(d.node, d.read)
		d.resolveEvidence()
	}
}

// read reads one file, in its turn.
func (d *describer) read(file string) (text []byte, err error) {
	if d.cardText != nil && file == d.cardName {
		return d.cardText, nil
	}
	d.slot(func() { text, err = d.snapshot.Read(d.ctx, file) })
	return text, err
}

// card reads the model card. The text of an ancestor's card is not worth a
// request where the source has its front matter already.
func (d *describer) card() {
	s, node := d.snapshot, d.node
	if name, ok := cardFile(s); ok && (d.subject || s.Metadata == nil && readsCards(s.Source)) {
		text, err := d.read(name)
		switch {
		case err == nil:
			d.cardName, d.cardText = name, text
			node.Card = card.Parse(name, text)
			node.Card.Problems = unfollowed(node.Card, s)
			if d.subject {
				d.search(name, text)
			}
			return
		case errors.Is(err, source.ErrTooLarge):
			d.problem("too-large", name, "the card is "+source.ErrTooLarge.Error()+", and was not read")
		case s.Metadata == nil:
			d.problem("unreadable", name, "the card is there and could not be read")
		}
	}
	if s.Metadata != nil {
		node.Card.Present = true
		node.Card.Metadata = s.Metadata
	}
}

func (d *describer) problem(kind, name, detail string) {
	d.node.Card.Present = true
	d.node.Card.Problems = append(d.node.Card.Problems, model.Problem{
		Kind: kind, Detail: detail, At: model.Position{File: name, Line: 1, Column: 1},
	})
}

// search looks through the subject's card for sentences that licences require
// and for statements of descent.
func (d *describer) search(name string, text []byte) {
	body, first := card.Body(text)
	d.node.Mentions = append(d.node.Mentions, d.catalog.Mentions(name, body, first)...)
	declared := d.named()
	for _, one := range catalog.Candidates(name, body, first) {
		if !declared[strings.ToLower(one.ID)] {
			d.node.Candidates = append(d.node.Candidates, one)
		}
	}
	if line, column, ok := card.FromScratch(body, first); ok {
		d.node.FromScratch = &model.Position{File: name, Line: line, Column: column}
	}
	d.node.Phrases = append(d.node.Phrases, d.phrases(name, text)...)
}

// named holds, in lower case, what the metadata name already: the repository
// itself, base models, and datasets, which a text may call an origin too.
func (d *describer) named() map[string]bool {
	names := map[string]bool{strings.ToLower(d.snapshot.ID): true}
	for _, one := range append(card.BaseModels(d.node.Card), card.Datasets(d.node.Card)...) {
		names[strings.ToLower(one.Value)] = true
	}
	for _, one := range d.snapshot.Bases {
		names[strings.ToLower(one.Ref.ID)] = true
	}
	return names
}

// phrases finds the sentences that licences require.
func (d *describer) phrases(name string, text []byte) []model.Phrase {
	var found []model.Phrase
	for _, phrase := range d.catalog.Phrases() {
		if line, column, ok := license.FindPhrase(text, phrase); ok {
			found = append(found, model.Phrase{
				Text: phrase, At: model.Position{File: name, Line: line, Column: column},
			})
		}
	}
	return found
}

// licenses collects what is declared and what the licence files are.
func (d *describer) licenses() {
	node := d.node
	if d.snapshot.Texts != nil {
		node.License = d.kept(model.License{
			Declared: d.snapshot.Declared, Texts: d.snapshot.Texts, Unread: d.snapshot.Unread,
		})
		return
	}
	ids, name, link := card.LicenseFields(node.Card.Metadata)
	from := model.FromCard
	switch {
	case factsOrigin(d.snapshot.Source) != "":
		from = factsOrigin(d.snapshot.Source)
	case len(ids) == 0:
		ids, from = licenseTags(d.snapshot.Tags), hostOrigin(d.snapshot.Source)
	}
	if len(ids) == 0 && name != "" {
		ids = []string{"other"}
	}
	for _, id := range ids {
		node.License.Declared = append(node.License.Declared, d.declared(id, name, link, from))
	}
	limit := maxAncestorTexts
	if d.subject {
		limit = maxSubjectTexts
	}
	files := licenseFiles(node.Files, link, d.subject, limit)
	read := make([]licenseFile, len(files))
	d.all(len(files), func(i int) { read[i] = d.licenseFile(files[i]) })
	for _, one := range read {
		if one.text != nil {
			node.License.Texts = append(node.License.Texts, *one.text)
		}
		if one.unread != nil {
			node.License.Unread = append(node.License.Unread, *one.unread)
		}
		node.Phrases = append(node.Phrases, one.phrases...)
	}
}

// kept is what was found of a licence before, with what today's catalogue makes
// of it.
func (d *describer) kept(found model.License) model.License {
	kept := model.License{
		Declared: []model.Declared{}, Texts: []model.LicenseText{},
		Unread: append([]model.Unread{}, found.Unread...),
	}
	for _, one := range found.Declared {
		kept.Declared = append(kept.Declared, d.declared(one.ID, one.Name, one.Link, one.From))
	}
	for _, text := range found.Texts {
		if entry, ok := d.catalog.License(text.ID); ok {
			text.Family = entry.Family
		}
		kept.Texts = append(kept.Texts, text)
	}
	return kept
}

// factsOrigin is who says what a source says that has facts in place of cards;
// empty for the others.
func factsOrigin(name string) model.Origin {
	switch name {
	case source.IndexName:
		return model.FromIndex
	case source.StatedName:
		return model.FromPolicy
	}
	return ""
}

func (d *describer) declared(id, name, link string, from model.Origin) model.Declared {
	one := model.Declared{
		ID: id, Name: name, Link: link, From: from,
		Alternatives: d.catalog.Resolve(id, name),
	}
	for _, keys := range one.Alternatives {
		for _, key := range keys {
			if _, known := d.catalog.License(key); !known && one.Nearest == nil {
				one.Nearest = d.catalog.Nearest(key, 3)
			}
		}
	}
	if at, ok := d.node.Card.At["license"]; ok {
		one.At = &at
	}
	return one
}

// licenseFile is what one licence file says.
type licenseFile struct {
	text    *model.LicenseText
	unread  *model.Unread
	phrases []model.Phrase
}

func (d *describer) licenseFile(file string) licenseFile {
	text, err := d.read(file)
	if err != nil {
		var failure *source.ReadError
		state := model.Failed
		if errors.As(err, &failure) {
			state = failure.State
		}
		return licenseFile{unread: &model.Unread{File: file, State: state}}
	}
	covers, _ := license.LicenseFile(file)
	if covers == "notice" {
		if d.subject {
			return licenseFile{phrases: d.phrases(file, text)}
		}
		return licenseFile{}
	}
	found := d.catalog.Identify(file, text)
	return licenseFile{text: &found}
}

// resolveEvidence looks up the licences that evidence names.
func (d *describer) resolveEvidence() {
	for component, list := range d.node.Evidence {
		for i, one := range list {
			if one.License != "" {
				d.node.Evidence[component][i].Alternatives = d.catalog.Resolve(one.License, "")
			}
		}
	}
}

// cardFile finds the card: README.md as the Hub wants it, else in another
// letter case.
func cardFile(s *source.Snapshot) (string, bool) {
	var found string
	for _, f := range s.Files {
		if f.Path == "README.md" {
			return f.Path, true
		}
		if found == "" && strings.EqualFold(f.Path, "README.md") {
			found = f.Path
		}
	}
	return found, found != ""
}

func licenseTags(tags []string) []string {
	var ids []string
	for _, tag := range tags {
		if id, ok := strings.CutPrefix(tag, "license:"); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// licenseFiles lists the files to identify: those at the root whose names are
// a licence's, the one that license_link names, and for a subject those one
// folder down, where copies of its parents' licences are kept.
func licenseFiles(files []model.File, link string, deep bool, limit int) []string {
	var names []string
	link = strings.TrimPrefix(path.Clean(link), "./")
	for _, f := range files {
		_, named := license.LicenseFile(f.Path)
		depth := strings.Count(f.Path, "/")
		if f.Path == link || named && (depth == 0 || deep && depth == 1) {
			names = append(names, f.Path)
		}
		if len(names) == limit {
			break
		}
	}
	return names
}

// sameOwner says whether two ids are in one namespace.
func sameOwner(a, b string) bool {
	x, y := model.Namespace(a), model.Namespace(b)
	return x != "" && strings.EqualFold(x, y)
}
