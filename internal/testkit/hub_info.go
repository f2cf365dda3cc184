package testkit

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/entail-dev/entail/internal/model"
)

// expandable are the names that expand takes, for models and for data sets.
func expandable(kind model.Kind) []string {
	names := "author cardData createdAt disabled downloads downloadsAllTime gated lastModified likes private " +
		"resourceGroup sha siblings tags trendingScore usedStorage xetEnabled "
	if kind == model.Dataset {
		return strings.Fields(names + "citation description mainSize paperswithcode_id")
	}
	return strings.Fields(names + "baseModels childrenModelCount config evalResults gguf inference " +
		"inferenceProviderMapping library_name mask_token model-index pipeline_tag safetensors spaces " +
		"transformersInfo widgetData")
}

// serveInfo answers /api/models/{id}[/revision/{rev}] and the same of data sets.
func (h *Hub) serveInfo(w http.ResponseWriter, r *http.Request, kind model.Kind, rest string) {
	before := r.URL.EscapedPath()[:len(r.URL.EscapedPath())-len(rest)]
	id, after := splitID(rest, "revision", "tree")
	repo := h.open(w, r, kind, id, before, after, false)
	if repo == nil || h.broken(w, r, repo.Fault, "api", repo) {
		return
	}
	if view, ok := strings.CutPrefix(after, "/tree/"); ok {
		h.serveTree(w, r, repo, view)
		return
	}
	if after != "" {
		rev, err := url.PathUnescape(strings.TrimPrefix(after, "/revision/"))
		if err != nil || !repo.has(rev) {
			refuse(w, http.StatusNotFound, "RevisionNotFound", "Invalid rev id: "+rev)
			return
		}
	}
	query := r.URL.Query()
	asked := append(query["expand"], query["expand[]"]...)
	for _, name := range asked {
		if !slices.Contains(expandable(kind), name) {
			refuse(w, http.StatusBadRequest, "", `Invalid "expand": `+name+" is none of "+strings.Join(expandable(kind), ", "))
			return
		}
	}
	all := h.facts(repo)
	answer := map[string]any{"_id": repo.internalID(), "id": repo.ID}
	if len(asked) == 0 {
		maps.Copy(answer, all)
		answer["modelId"] = repo.ID
		delete(answer, "baseModels") // only where asked for
	}
	for _, name := range asked {
		if v, ok := all[name]; ok {
			answer[name] = v
		}
	}
	sendJSON(w, r, answer)
}

// facts are all fields of a repository that the fake knows; what the Hub leaves
// out of its answers is left out here.
func (h *Hub) facts(repo *HubRepo) map[string]any {
	card := repo.card()
	author, _, _ := strings.Cut(repo.ID, "/")
	siblings := []map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(repo.Files)) {
		siblings = append(siblings, map[string]string{"rfilename": name})
	}
	all := map[string]any{
		"author": author, "private": repo.Private, "disabled": repo.Disabled, "sha": repo.commit(),
		"downloads": repo.Downloads, "likes": 0, "siblings": siblings, "gated": false,
		"createdAt": "2024-01-02T03:04:05.000Z", "lastModified": "2024-01-02T03:04:05.000Z",
	}
	if repo.CreatedAt != "" {
		all["createdAt"] = repo.CreatedAt
	}
	if repo.Gated != "" {
		all["gated"] = repo.Gated
	}
	if repo.NoSiblings {
		delete(all, "siblings")
	}
	if repo.CardData != "" {
		all["cardData"] = json.RawMessage(repo.CardData)
	} else if card != nil {
		all["cardData"] = card
	}
	bases, relation := h.bases(repo, card)
	switch {
	case repo.BaseModels == "absent":
	case repo.BaseModels != "":
		all["baseModels"] = json.RawMessage(repo.BaseModels)
	case len(bases) > 0:
		models := []map[string]string{}
		for _, id := range bases {
			models = append(models, map[string]string{"_id": (&HubRepo{ID: id}).internalID(), "id": id})
		}
		all["baseModels"] = map[string]any{"relation": relation, "models": models}
	}
	all["tags"] = repo.tags(card, bases, relation)
	return all
}

// tags are those that the Hub makes of a card.
func (repo *HubRepo) tags(card map[string]any, bases []string, relation string) []string {
	tags := slices.Concat([]string{}, repo.Tags, texts(card["tags"]))
	for _, id := range texts(card["datasets"]) {
		tags = append(tags, "dataset:"+id)
	}
	for _, id := range bases {
		tags = append(tags, "base_model:"+id, "base_model:"+relation+":"+id)
	}
	for _, id := range texts(card["license"]) {
		tags = append(tags, "license:"+id)
	}
	return append(tags, "region:us")
}

// bases are the bases that the Hub makes of a card: those that exist here, are
// public and are written in their right case; renamed ones by their new id,
// without repetition. One relation stands for all, and follows from what is
// left of them.
func (h *Hub) bases(repo *HubRepo, card map[string]any) (ids []string, relation string) {
	if repo.Kind != model.Model {
		return nil, ""
	}
	for _, id := range texts(card["base_model"]) {
		base, next := h.find(model.Model, id)
		for hops := 0; base != nil && next != "" && hops < 5; hops++ {
			base, next = h.find(model.Model, next)
		}
		if base != nil && next == "" && !base.Private && !slices.Contains(ids, base.ID) {
			ids = append(ids, base.ID)
		}
	}
	declared, _ := card["base_model_relation"].(string)
	switch {
	case len(ids) == 0:
		return nil, ""
	case repo.Relation != "":
		return ids, repo.Relation
	case declared != "":
		return ids, declared
	case len(ids) > 1:
		return ids, "merge"
	case repo.quantized(card):
		return ids, "quantized"
	case repo.adapter(card):
		return ids, "adapter"
	}
	return ids, "finetune"
}

func (repo *HubRepo) quantized(card map[string]any) bool {
	for name := range repo.Files {
		if path.Ext(name) == ".gguf" {
			return true
		}
	}
	words := append(texts(card["tags"]), texts(card["library_name"])...)
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains([]string{"gguf", "awq", "gptq", "mlx"}, strings.ToLower(w))
	})
}

func (repo *HubRepo) adapter(card map[string]any) bool {
	_, config := repo.Files["adapter_config.json"]
	words := append(texts(card["tags"]), texts(card["library_name"])...)
	return config || slices.Contains(words, "peft") || slices.Contains(words, "lora")
}

// card is the front matter of README.md, or the metadata given in its place.
func (repo *HubRepo) card() map[string]any {
	var card map[string]any
	if repo.CardData != "" {
		_ = json.Unmarshal([]byte(repo.CardData), &card)
		return card
	}
	text := strings.ReplaceAll(repo.Files["README.md"], "\r\n", "\n")
	text, ok := strings.CutPrefix(strings.TrimLeft(text, " \t\n"), "---\n")
	if !ok {
		return nil
	}
	matter, _, ok := strings.Cut("\n"+text, "\n---")
	if !ok || yaml.Load([]byte(matter), &card) != nil {
		return nil
	}
	return card
}

// texts reads what may be a string or a list of them.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, item := range v {
			if s, ok := item.(string); ok {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}

// commit is the commit of main.
func (repo *HubRepo) commit() string {
	if repo.SHA != "" {
		return repo.SHA
	}
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(repo.Files)) {
		all.WriteString(name + "\x00" + repo.Files[name] + "\x00")
	}
	return blobID(repo.ID + "\x00" + all.String())
}

// has reports whether rev is a revision of the repository.
func (repo *HubRepo) has(rev string) bool {
	return rev == "main" || rev == "HEAD" || rev == repo.commit()
}

func (repo *HubRepo) internalID() string { return blobID(repo.ID)[:24] }
