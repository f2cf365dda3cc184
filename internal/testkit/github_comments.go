package testkit

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// GitHubComment is a comment on an issue or a pull request.
type GitHubComment struct {
	ID     int
	Repo   string
	Number int
	Body   string
	// Login is whose it is; a login that ends in [bot] is an app's.
	Login string
	// Edits counts how often it was changed.
	Edits int
}

// maxCommentRunes is how many characters a comment holds.
const maxCommentRunes = 65_536

// AddComments puts comments on GitHub, in their order.
func (g *GitHub) AddComments(comments ...GitHubComment) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range comments {
		c.ID = len(g.comments) + 1
		g.comments = append(g.comments, &c)
	}
}

// Comments are all comments, in the order in which they were made.
func (g *GitHub) Comments() []GitHubComment {
	g.mu.Lock()
	defer g.mu.Unlock()
	var all []GitHubComment
	for _, c := range g.comments {
		all = append(all, *c)
	}
	return all
}

// bearer is a request's token.
func bearer(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

// writer is the login of whoever writes with a token; empty for nobody.
func writer(token string) string {
	switch token {
	case GitHubToken:
		return "octocat"
	case GitHubWorkflowToken:
		return "github-actions[bot]"
	}
	return ""
}

// refuseApp answers as GitHub does where an app's token lacks a permission.
func (g *GitHub) refuseApp(w http.ResponseWriter, documentation string) {
	g.refuse(w, http.StatusForbidden, "Resource not accessible by integration", documentation)
}

// serveUser answers /user, which an app's token may not ask.
func (g *GitHub) serveUser(w http.ResponseWriter, r *http.Request) {
	const documentation = "https://docs.github.com/rest/users/users#get-the-authenticated-user"
	switch bearer(r) {
	case "":
		g.refuse(w, http.StatusUnauthorized, "Requires authentication", documentation)
	case GitHubToken, GitHubNarrowToken:
		g.answer(w, http.StatusOK, map[string]any{"login": "octocat", "id": 1, "type": "User"})
	default:
		g.refuseApp(w, documentation)
	}
}

func (c *GitHubComment) json() map[string]any {
	kind := "User"
	if strings.HasSuffix(c.Login, "[bot]") {
		kind = "Bot"
	}
	return map[string]any{"id": c.ID, "body": c.Body, "user": map[string]any{"login": c.Login, "type": kind}}
}

// serveComments lists comments, 30 a page where the request does not say.
func (g *GitHub) serveComments(w http.ResponseWriter, r *http.Request) {
	repo := g.open(w, r)
	if repo == nil {
		return
	}
	query := r.URL.Query()
	size, page := 30, 1
	if n, err := strconv.Atoi(query.Get("per_page")); err == nil {
		size = min(max(n, 1), 100)
	}
	if n, err := strconv.Atoi(query.Get("page")); err == nil {
		page = max(n, 1)
	}
	list := []map[string]any{}
	g.mu.Lock()
	for _, c := range g.comments {
		if c.Repo == repo.ID && strconv.Itoa(c.Number) == r.PathValue("number") {
			list = append(list, c.json())
		}
	}
	g.mu.Unlock()
	if page*size < len(list) {
		next := *r.URL
		query.Set("page", strconv.Itoa(page+1))
		next.RawQuery = query.Encode()
		w.Header().Set("Link", fmt.Sprintf(`<%s%s>; rel="next"`, g.main.URL, next.String()))
	}
	from := min((page-1)*size, len(list))
	g.answer(w, http.StatusOK, list[from:min(from+size, len(list))])
}

// commentBody reads what a request writes, and answers where it may not.
func (g *GitHub) commentBody(w http.ResponseWriter, r *http.Request) (body, login string, ok bool) {
	const documentation = "https://docs.github.com/rest/issues/comments"
	if login = writer(bearer(r)); login == "" {
		g.refuseApp(w, documentation)
		return "", "", false
	}
	var wanted struct {
		Body string `json:"body"`
	}
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
		g.refuse(w, http.StatusBadRequest, "Problems parsing JSON", documentation)
		return "", "", false
	}
	if n := utf8.RuneCountInString(wanted.Body); n == 0 || n > maxCommentRunes {
		g.answer(w, http.StatusUnprocessableEntity, map[string]any{
			"message": "Validation Failed", "documentation_url": documentation,
			"errors": []map[string]string{{"resource": "IssueComment", "code": "unprocessable", "field": "data", "message": "Body is too long (maximum is 65536 characters)"}},
		})
		return "", "", false
	}
	return wanted.Body, login, true
}

func (g *GitHub) serveNewComment(w http.ResponseWriter, r *http.Request) {
	repo := g.open(w, r)
	if repo == nil {
		return
	}
	body, login, ok := g.commentBody(w, r)
	if !ok {
		return
	}
	number, _ := strconv.Atoi(r.PathValue("number"))
	// GitHub keeps line ends as browsers send them.
	g.AddComments(GitHubComment{Repo: repo.ID, Number: number, Body: strings.ReplaceAll(body, "\n", "\r\n"), Login: login})
	all := g.Comments()
	g.answer(w, http.StatusCreated, all[len(all)-1].json())
}

func (g *GitHub) serveComment(w http.ResponseWriter, r *http.Request) {
	repo := g.open(w, r)
	if repo == nil {
		return
	}
	body, login, ok := g.commentBody(w, r)
	if !ok {
		return
	}
	g.mu.Lock()
	i := slices.IndexFunc(g.comments, func(c *GitHubComment) bool { return strconv.Itoa(c.ID) == r.PathValue("id") && c.Repo == repo.ID })
	var shown map[string]any
	if i >= 0 && (g.comments[i].Login == login || login == "octocat") {
		g.comments[i].Body = strings.ReplaceAll(body, "\n", "\r\n")
		g.comments[i].Edits++
		shown = g.comments[i].json()
	}
	g.mu.Unlock()
	switch {
	case i < 0:
		g.refuse(w, http.StatusNotFound, "Not Found", "https://docs.github.com/rest/issues/comments#update-an-issue-comment")
	case shown == nil:
		g.refuseApp(w, "https://docs.github.com/rest/issues/comments#update-an-issue-comment")
	default:
		g.answer(w, http.StatusOK, shown)
	}
}
